import {
  concat,
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  depthwiseConv2d,
  setBackend,
  split,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor3D, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import type {ConvOptions} from 'tfjs-conv';
import {spatialSizes} from '../../src/geometry/conv.js';
import {geometryOf} from '../layer.js';
import type {Layer} from '../shapes.js';
import type {Output, Peer} from './peer.js';
import {useKernels} from './kernels.js';

/** The ops of layers. */
export type LayerOps = {readonly [O in Layer['op']]: (x: Tensor, filter: Tensor, layer: Layer) => Tensor};

export const output = (y: Tensor): Output => ({values: () => y.dataSync<'float32'>(), dispose: () => y.dispose()});

/** A backend of TensorFlow.js as a peer. */
export interface BackendPeer extends Peer {
  readonly backend: string;
}

/** A peer that runs ops on a backend of TensorFlow.js, by `finish` to the end. */
export const onBackend = (
  name: string,
  backend: string,
  ops: LayerOps,
  finish: (run: () => Tensor) => Output | Promise<Output> = run => output(run()),
): BackendPeer => ({
  name,
  backend,
  activate: async () => {
    await setBackend(backend);
    useKernels(backend, 'built-in');
  },
  prepare: async (layer, x, filter) => {
    const tensors = [tensor(x, [...layer.x]), tensor(filter, [...layer.filter])];
    return {
      run: () => finish(() => tidy(() => ops[layer.op](tensors[0], tensors[1], layer))),
      dispose: () => tensors.forEach(t => t.dispose()),
    };
  },
});

type Triple = [number, number, number];

const listOf = (value: number | number[] | undefined, rank: number): number[] =>
  Array.isArray(value) ? value : new Array<number>(rank).fill(value ?? 1);
const pairOf = (value: number | number[] | undefined): [number, number] => listOf(value, 2) as [number, number];

/** Channels first is computed wrongly or not at all on some backends: what their users write is this. */
function inChannelsLast(x: Tensor, {dataFormat = 'NHWC'}: ConvOptions, run: (x: Tensor4D) => Tensor4D): Tensor {
  if (dataFormat !== 'NCHW') return run(x as Tensor4D);
  return transpose(run(transpose(x as Tensor4D, [0, 2, 3, 1])), [0, 3, 1, 2]);
}

/** TensorFlow.js' own ops. It has no groups: what its users write is split, convolve, concatenate. */
export const BUILTIN_OPS: LayerOps = {
  conv1d: (x, filter, {options: {strides, dilations}}) =>
    conv1d(x as Tensor3D, filter as Tensor3D, listOf(strides, 1)[0], 'same', 'NWC', listOf(dilations, 1)[0]),
  conv2d: (x, filter, {options}) =>
    inChannelsLast(x, options, last => {
      const {groups = 1, strides, dilations} = options;
      const convolve = (part: Tensor, taps: Tensor) =>
        conv2d(part as Tensor4D, taps as Tensor4D, pairOf(strides), 'same', 'NHWC', pairOf(dilations));
      if (groups === 1) return convolve(last, filter);
      const filters = split(filter, groups, 3);
      return concat(
        split(last, groups, 3).map((part, g) => convolve(part, filters[g])),
        3,
      );
    }),
  conv3d: (x, filter, {options: {strides}}) =>
    conv3d(x as Tensor5D, filter as Tensor5D, listOf(strides, 3) as Triple, 'same'),
  depthwiseConv2d: (x, filter, {options}) =>
    inChannelsLast(x, options, last =>
      depthwiseConv2d(last, filter as Tensor4D, pairOf(options.strides), 'same', 'NHWC', pairOf(options.dilations)),
    ),
  conv2dTranspose: (x, filter, layer) => {
    const g = geometryOf(layer);
    const [, height, width] = spatialSizes(g, 'input');
    return conv2dTranspose(
      x as Tensor4D,
      filter as Tensor4D,
      [g.batch, height, width, g.inChannels],
      pairOf(layer.options.strides),
      'same',
    );
  },
};
