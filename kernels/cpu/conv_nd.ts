import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import {FORWARD} from './variants.js';
import type {Convolve} from './variants.js';
import {epilogueArrays, makeOutput, valuesOf} from './arrays.js';
import {applyEpilogue} from './epilogue.js';
import {xImage, yImage} from './image.js';

const run =
  (forward: Convolve) =>
  ({inputs, attrs, backend}: KernelArgs<'ConvND'>): TensorInfo => {
    const {geometry: g, outputShape} = attrs;
    const [x, filter] = [valuesOf(backend, inputs.x), valuesOf(backend, inputs.filter)];
    return makeOutput(backend, outputShape, values => {
      const y = yImage(values, g);
      forward(g, xImage(x, g), filter, y);
      const pixels = product(spatialSizes(g, 'output'));
      applyEpilogue(y, g.batch, pixels, g.outChannels, epilogueArrays(backend, inputs), attrs);
    });
  };

export const convND: Variants<'ConvND'> = FORWARD.map(({name, when, run: forward}) => ({
  name,
  when: ({geometry}) => when(geometry),
  run: run(forward),
}));
