import {reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {isDepthwise} from '../../src/geometry/conv.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {depthwiseBackpropFilter} from './depthwise.js';
import {backpropFilter} from './tap_products.js';

const run =
  (backprop: typeof backpropFilter) =>
  ({inputs: {x, dy}, attrs: {geometry, outputShape}}: KernelArgs<'ConvNDBackpropFilter'>): Tensor =>
    tidy(() => reshape(backprop(x, dy, geometry), outputShape));

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {name: 'depthwise', when: ({geometry}) => isDepthwise(geometry), run: run(depthwiseBackpropFilter)},
  {name: 'tap_products', when: takesEverything, run: run(backpropFilter)},
];
