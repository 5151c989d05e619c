import {reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {isDepthwise} from '../../src/geometry/conv.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {depthwiseBackpropInput} from './depthwise.js';
import {applyEpilogue} from './epilogue.js';
import {backpropInput} from './tap_products.js';

const run =
  (backprop: typeof backpropInput) =>
  ({inputs, attrs}: KernelArgs<'ConvNDBackpropInput'>): Tensor =>
    tidy(() => {
      const dx = backprop(inputs.dy, inputs.filter, attrs.geometry);
      return reshape(applyEpilogue(dx, attrs.geometry.channelsLast, inputs, attrs), attrs.outputShape);
    });

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  {name: 'depthwise', when: ({geometry}) => isDepthwise(geometry), run: run(depthwiseBackpropInput)},
  {name: 'tap_products', when: takesEverything, run: run(backpropInput)},
];
