import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise} from '../../src/geometry/conv.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {makeOutput, valuesOf} from './arrays.js';
import {depthwiseBackpropFilter} from './depthwise.js';
import {xImage, yImage} from './image.js';
import {gemmBackpropFilter} from './implicit_gemm.js';

const run =
  (backpropFilter: typeof gemmBackpropFilter) =>
  ({inputs, attrs: {geometry: g, outputShape}, backend}: KernelArgs<'ConvNDBackpropFilter'>): TensorInfo => {
    const [x, dy] = [valuesOf(backend, inputs.x), valuesOf(backend, inputs.dy)];
    return makeOutput(backend, outputShape, dfilter => backpropFilter(g, xImage(x, g), yImage(dy, g), dfilter));
  };

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {name: 'depthwise', when: ({geometry}) => isDepthwise(geometry), run: run(depthwiseBackpropFilter)},
  {name: 'implicit_gemm', when: takesEverything, run: run(gemmBackpropFilter)},
];
