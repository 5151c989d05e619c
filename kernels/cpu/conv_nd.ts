import type {TensorInfo} from '@tensorflow/tfjs-core';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import {epilogueArrays, makeOutput, valuesOf} from './arrays.js';
import {depthwiseForward} from './depthwise.js';
import {applyEpilogue} from './epilogue.js';
import {xImage, yImage} from './image.js';
import {gemmForward} from './implicit_gemm.js';
import type {Forward} from './strips.js';

const run = (forward: Forward) => ({inputs, attrs, backend}: KernelArgs<'ConvND'>): TensorInfo => {
  const {geometry: g, outputShape} = attrs;
  const [x, filter] = [valuesOf(backend, inputs.x), valuesOf(backend, inputs.filter)];
  return makeOutput(backend, outputShape, values => {
    const y = yImage(values, g);
    forward(g, xImage(x, g), filter, y);
    const pixels = product(spatialSizes(g, 'output'));
    applyEpilogue(y, g.batch, pixels, g.outChannels, epilogueArrays(backend, inputs), attrs);
  });
};

export const convND: Variants<'ConvND'> = [
  {name: 'depthwise', when: ({geometry}) => isDepthwise(geometry), run: run(depthwiseForward)},
  {name: 'implicit_gemm', when: takesEverything, run: run(gemmForward)},
];
