import {concat, conv2d, conv2dTranspose, conv3d, depthwiseConv2d, split, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {geometryOf} from '../layer.js';
import {spatialSizes} from '../../src/geometry/conv.js';
import type {Layer} from '../shapes.js';
import type {Peer} from './peer.js';

type Run = (x: Tensor, filter: Tensor, layer: Layer) => Tensor;

const pairOf = (value: number|number[]|undefined): [number, number] =>
    Array.isArray(value) ? [value[0], value[1]] : [value ?? 1, value ?? 1];

/** TensorFlow.js has no groups: what its users write is split, convolve, concatenate. */
const runConv2d: Run = (x, filter, {options}) => {
  const {groups = 1, strides, dilations} = options;
  const convolve = (part: Tensor, taps: Tensor) =>
      conv2d(part as Tensor4D, taps as Tensor4D, pairOf(strides), 'same', 'NHWC', pairOf(dilations));
  if (groups === 1) return convolve(x, filter);
  const filters = split(filter, groups, 3);
  return concat(split(x, groups, 3).map((part, g) => convolve(part, filters[g])), 3);
};

const RUN: {readonly [O in Layer['op']]: Run} = {
  conv2d: runConv2d,
  conv3d: (x, filter) => conv3d(x as Tensor5D, filter as Tensor5D, 1, 'same'),
  depthwiseConv2d: (x, filter) => depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 1, 'same'),
  conv2dTranspose: (x, filter, layer) => {
    const g = geometryOf(layer);
    const [, height, width] = spatialSizes(g, 'input');
    return conv2dTranspose(
        x as Tensor4D, filter as Tensor4D, [1, height, width, g.inChannels], pairOf(layer.options.strides), 'same');
  },
};

/** The built-in kernels of tfjs-backend-cpu. */
export const tfjsCpu: Peer = {
  name: 'tfjs-cpu',
  prepare: async (layer, x, filter) => {
    const tensors = [tensor(x, [...layer.x]), tensor(filter, [...layer.filter])];
    return {
      run: () => tidy(() => RUN[layer.op](tensors[0], tensors[1], layer)),
      dispose: () => tensors.forEach(t => t.dispose()),
    };
  },
};
