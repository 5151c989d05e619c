import {reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {isDepthwise} from '../../src/geometry/conv.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {depthwiseConv} from './depthwise.js';
import {applyEpilogue} from './epilogue.js';
import {conv} from './tap_products.js';

const run =
  (forward: typeof conv) =>
  ({inputs, attrs}: KernelArgs<'ConvND'>): Tensor =>
    tidy(() => {
      const y = forward(inputs.x, inputs.filter, attrs.geometry);
      return reshape(applyEpilogue(y, attrs.geometry.channelsLast, inputs, attrs), attrs.outputShape);
    });

export const convND: Variants<'ConvND'> = [
  {name: 'depthwise', when: ({geometry}) => isDepthwise(geometry), run: run(depthwiseConv)},
  {name: 'tap_products', when: takesEverything, run: run(conv)},
];
