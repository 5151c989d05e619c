import {filterShape, spatialSizes} from '../../src/geometry/conv.js';
import {geometryOf} from '../layer.js';
import type {Layer} from '../shapes.js';
import {channelsFirstShape, permuted, range} from './onnx_layout.js';

/**
 * A layer as runtimes have it whose layout is channels first. Its filter is [outChannels, inChannels / groups, ...kernel]; for
 * a transposed layer the same array means [inChannels, outChannels / groups, ...kernel].
 */
export interface ChannelsFirst {
  readonly transposed: boolean;
  readonly x: readonly number[];
  readonly filter: {readonly dims: readonly number[]; readonly values: Float32Array};
  readonly y: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padBefore: readonly number[];
  readonly padAfter: readonly number[];
  readonly groups: number;
}

export function channelsFirstOf(layer: Layer, filter: Float32Array): ChannelsFirst {
  const g = geometryOf(layer);
  const rank = layer.x.length - 2;
  const transposed = layer.op === 'conv2dTranspose';
  const axes = g.axes.slice(3 - rank);
  const shape = filterShape(g).slice(3 - rank);
  return {
    transposed,
    x: g.channelsLast ? channelsFirstShape(layer.x) : layer.x,
    filter: {
      dims: [shape[rank + 1], shape[rank], ...shape.slice(0, rank)],
      values: permuted(filter, shape, [rank + 1, rank, ...range(0, rank)]),
    },
    y: [
      g.batch,
      transposed ? g.inChannels : g.outChannels,
      ...spatialSizes(g, transposed ? 'input' : 'output').slice(3 - rank),
    ],
    kernel: axes.map(({kernel}) => kernel),
    strides: axes.map(({stride}) => stride),
    dilations: axes.map(({dilation}) => dilation),
    padBefore: axes.map(({padBefore}) => padBefore),
    padAfter: axes.map(({padAfter}) => padAfter),
    groups: g.groups,
  };
}
