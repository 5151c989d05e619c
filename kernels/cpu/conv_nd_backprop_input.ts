import type {TensorInfo} from '@tensorflow/tfjs-core';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import {epilogueArrays, makeOutput, valuesOf} from './arrays.js';
import {depthwiseBackpropInput} from './depthwise.js';
import {applyEpilogue} from './epilogue.js';
import {xImage, yImage} from './image.js';
import {gemmBackpropInput} from './implicit_gemm.js';

const run = (backpropInput: typeof gemmBackpropInput) =>
    ({inputs, attrs, backend}: KernelArgs<'ConvNDBackpropInput'>): TensorInfo => {
      const {geometry: g, outputShape} = attrs;
      const [dy, filter] = [valuesOf(backend, inputs.dy), valuesOf(backend, inputs.filter)];
      return makeOutput(backend, outputShape, values => {
        const dx = xImage(values, g);
        backpropInput(g, yImage(dy, g), filter, dx);
        const pixels = product(spatialSizes(g, 'input'));
        applyEpilogue(dx, g.batch, pixels, g.inChannels, epilogueArrays(backend, inputs), attrs);
      });
    };

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  {name: 'depthwise', when: ({geometry}) => isDepthwise(geometry), run: run(depthwiseBackpropInput)},
  {name: 'implicit_gemm', when: takesEverything, run: run(gemmBackpropInput)},
];
