import {concat, conv2d, conv2dTranspose, conv3d, depthwiseConv2d, setBackend, split, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import {spatialSizes} from '../../src/geometry/conv.js';
import {geometryOf} from '../layer.js';
import type {Layer} from '../shapes.js';
import type {Output, Peer} from './peer.js';

/** How an op runs, by its name. */
export type Runs = {readonly [O in Layer['op']]: (x: Tensor, filter: Tensor, layer: Layer) => Tensor};

const output = (y: Tensor): Output => ({values: () => y.dataSync<'float32'>(), dispose: () => y.dispose()});

/** A peer that runs ops on a backend of TensorFlow.js. */
export const onBackend = (name: string, backendName: string, runs: Runs): Peer => ({
  name,
  activate: async () => {
    await setBackend(backendName);
  },
  prepare: async (layer, x, filter) => {
    const tensors = [tensor(x, [...layer.x]), tensor(filter, [...layer.filter])];
    return {
      run: () => output(tidy(() => runs[layer.op](tensors[0], tensors[1], layer))),
      dispose: () => tensors.forEach(t => t.dispose()),
    };
  },
});

const pairOf = (value: number|number[]|undefined): [number, number] =>
    Array.isArray(value) ? [value[0], value[1]] : [value ?? 1, value ?? 1];

/** TensorFlow.js' own ops. It has no groups: what its users write is split, convolve, concatenate. */
export const BUILTIN: Runs = {
  conv2d: (x, filter, {options}) => {
    const {groups = 1, strides, dilations} = options;
    const convolve = (part: Tensor, taps: Tensor) =>
        conv2d(part as Tensor4D, taps as Tensor4D, pairOf(strides), 'same', 'NHWC', pairOf(dilations));
    if (groups === 1) return convolve(x, filter);
    const filters = split(filter, groups, 3);
    return concat(split(x, groups, 3).map((part, g) => convolve(part, filters[g])), 3);
  },
  conv3d: (x, filter) => conv3d(x as Tensor5D, filter as Tensor5D, 1, 'same'),
  depthwiseConv2d: (x, filter, {options}) =>
      depthwiseConv2d(x as Tensor4D, filter as Tensor4D, pairOf(options.strides), 'same'),
  conv2dTranspose: (x, filter, layer) => {
    const g = geometryOf(layer);
    const [, height, width] = spatialSizes(g, 'input');
    return conv2dTranspose(
        x as Tensor4D, filter as Tensor4D, [1, height, width, g.inChannels], pairOf(layer.options.strides), 'same');
  },
};
