import type {backend_util} from '@tensorflow/tfjs-core';
import {convAxis, UNIT_AXIS} from '../geometry/axis.js';
import type {AxisGeometry, AxisPadding, Rounding} from '../geometry/axis.js';
import type {ConvGeometry} from '../geometry/conv.js';
import {remembering} from '../geometry/call_cache.js';
import type {ResolvedConv} from '../geometry/resolve.js';
import {shared} from '../geometry/geometry_cache.js';

/** What TensorFlow.js' convolution kernels have among their attributes, over all of them. */
export interface BuiltinAttrs {
  readonly strides: number | readonly number[];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dilations?: number | readonly number[] | null;
  readonly dataFormat?: 'NHWC' | 'NCHW' | 'NDHWC' | 'NCDHW';
  readonly dimRoundingMode?: Rounding | null;
  /** Of x, where only dy and the filter are given. */
  readonly inputShape?: number[];
  /** Of the filter, where only x and dy are given. */
  readonly filterShape?: number[];
}

/** Shapes of x and of the filter, as TensorFlow.js has them. */
export interface BuiltinShapes {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly depthwise: boolean;
}

function padding(pad: BuiltinAttrs['pad'], pairIndex: number): AxisPadding {
  if (typeof pad === 'number') return [pad, pad];
  return typeof pad === 'string' ? pad : pad[pairIndex];
}

const valueOf = (value: number | readonly number[], a: number): number =>
  typeof value === 'number' ? value : value[a];

/** Spatial axis `a`, which is axis `at` of x. */
function builtinAxis(
  input: number,
  kernel: number,
  a: number,
  at: number,
  {strides, dilations, pad, dimRoundingMode}: BuiltinAttrs,
): AxisGeometry {
  const sizes = {input, kernel, stride: valueOf(strides, a), dilation: valueOf(dilations ?? 1, a)};
  return convAxis(sizes, padding(pad, at), dimRoundingMode ?? 'floor');
}

/**
 * The geometry of a built-in kernel's call. Where the built-in takes the height's sizes for the width too (a numeric
 * pad) or pads by less than nothing (3-D 'same' with strides beyond the filter), this is what it should be. Groups show
 * in the filter alone, which is less deep than x.
 */
export function builtinGeometry({x, filter, depthwise}: BuiltinShapes, attrs: BuiltinAttrs): ConvGeometry {
  const rank = x.length - 2;
  const channelsLast = !(attrs.dataFormat ?? 'NHWC').startsWith('NC');
  const first = channelsLast ? 1 : 2;
  const axis = (a: number): AxisGeometry => builtinAxis(x[first + a], filter[a], a, first + a, attrs);
  const inChannels = channelsLast ? x[rank + 1] : x[1];
  const filters = filter[rank + 1];
  return shared({
    batch: x[0],
    groups: depthwise ? inChannels : inChannels / filter[rank],
    inChannels,
    outChannels: depthwise ? inChannels * filters : filters,
    channelsLast,
    axes: rank === 3 ? [axis(0), axis(1), axis(2)] : [UNIT_AXIS, axis(0), axis(1)],
  });
}

/** The shape of y with the rank that the built-in kernel has. */
export function builtinOutputShape({axes, batch, outChannels, channelsLast}: ConvGeometry, rank: number): number[] {
  const spatial = axes.slice(3 - rank).map(axis => Math.max(0, axis.output));
  return channelsLast ? [batch, ...spatial, outChannels] : [batch, outChannels, ...spatial];
}

const resolveOnce = remembering<BuiltinAttrs, ResolvedConv>([
  'strides',
  'pad',
  'dilations',
  'dataFormat',
  'dimRoundingMode',
]);

/** The geometry of a built-in forward kernel's call, and the shape of its result. */
export const resolveBuiltin = (shapes: BuiltinShapes, attrs: BuiltinAttrs): ResolvedConv =>
  resolveOnce(shapes.depthwise ? 'depthwise' : 'dense', shapes.x, shapes.filter, attrs, () => {
    const geometry = builtinGeometry(shapes, attrs);
    return {geometry, outputShape: builtinOutputShape(geometry, shapes.x.length - 2)};
  });
