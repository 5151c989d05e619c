import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import {BACKPROP_INPUT} from './variants.js';
import type {Convolve} from './variants.js';
import {epilogueArrays, makeOutput, valuesOf} from './arrays.js';
import {applyEpilogue} from './epilogue.js';
import {xImage, yImage} from './image.js';

const run =
  (backpropInput: Convolve) =>
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

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = BACKPROP_INPUT.map(
  ({name, when, run: backpropInput}) => ({name, when: ({geometry}) => when(geometry), run: run(backpropInput)}),
);
