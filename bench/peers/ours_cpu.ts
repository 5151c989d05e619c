import {tensor} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import {conv2d, conv2dTranspose, conv3d, depthwiseConv2d} from 'tfjs-conv';
import 'tfjs-conv/cpu';
import type {Layer} from '../shapes.js';
import type {Peer} from './peer.js';

const RUN: {readonly [O in Layer['op']]: (x: Tensor, filter: Tensor, layer: Layer) => Tensor} = {
  conv2d: (x, filter, {options}) => conv2d(x as Tensor4D, filter as Tensor4D, options),
  conv3d: (x, filter, {options}) => conv3d(x as Tensor5D, filter as Tensor5D, options),
  depthwiseConv2d: (x, filter, {options}) => depthwiseConv2d(x as Tensor4D, filter as Tensor4D, options),
  conv2dTranspose: (x, filter, {options}) => conv2dTranspose(x as Tensor4D, filter as Tensor4D, options),
};

/** Our kernels on the cpu backend. */
export const oursCpu: Peer = {
  name: 'tfjs-conv/cpu',
  prepare: async (layer, x, filter) => {
    const tensors = [tensor(x, [...layer.x]), tensor(filter, [...layer.filter])];
    return {
      run: () => RUN[layer.op](tensors[0], tensors[1], layer),
      dispose: () => tensors.forEach(t => t.dispose()),
    };
  },
};
