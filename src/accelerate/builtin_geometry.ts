import type {backend_util} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import {convAxis, UNIT_AXIS, windowSize} from '../geometry/axis.js';
import type {AxisGeometry, Rounding} from '../geometry/axis.js';
import {imageTensorShape} from '../geometry/conv.js';
import type {ConvGeometry} from '../geometry/conv.js';
import {callCache} from '../geometry/call_cache.js';
import {DEPTHWISE_FORM} from '../geometry/resolve.js';
import {cachedGeometry} from '../geometry/geometry_cache.js';
import {
  ensureChannels,
  ensureElements,
  isNonNegative,
  perAxis,
  resolvePad,
  validateInput,
} from '../geometry/validate.js';
import type {ValidatedInput} from '../geometry/validate.js';

/** What TensorFlow.js' convolution kernels have among their attributes, over all of them, if nothing is wrong. */
export interface BuiltinAttrs {
  readonly strides: number | readonly number[];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dilations?: number | readonly number[] | null;
  readonly dataFormat?: 'NHWC' | 'NCHW' | 'NDHWC' | 'NCDHW' | null;
  readonly dimRoundingMode?: Rounding | null;
  /** Of x, where only dy and the filter are given. */
  readonly inputShape?: readonly number[];
  /** Of the filter, where only x and dy are given. */
  readonly filterShape?: readonly number[];
}

/** A built-in kernel as far as its geometry goes. */
export interface BuiltinKind {
  /** The kernel's name, which its messages begin with. */
  readonly op: string;
  /** Number of spatial axes. */
  readonly rank: 2 | 3;
  readonly depthwise: boolean;
}

/** The convolution that a built-in kernel computes, or of which it computes a gradient. */
export interface ResolvedBuiltin {
  /** Where x or the filter has no channels, with one of them: TensorFlow.js sums nothing there, which is 0. */
  readonly geometry: ConvGeometry;
  /** Shapes with the rank that the built-in kernel has. */
  readonly xShape: readonly number[];
  readonly filterShape: readonly number[];
  readonly yShape: number[];
  readonly hasChannels: boolean;
  /** The shapes that tensors of this geometry have: those above, with 1 where the channels are 0. */
  readonly present: {readonly x: number[]; readonly filter: number[]; readonly y: number[]};
}

/** What the shapes of tensors mean. */
const X_FORMS: Readonly<Record<BuiltinKind['rank'], string>> = {
  2: '[batch, height, width, channels] in the order of dataFormat',
  3: '[batch, depth, height, width, channels] in the order of dataFormat',
};
const FILTER_FORM = '[...kernel, inChannels / groups, outChannels]';

const ROUNDINGS: readonly unknown[] = ['floor', 'round', 'ceil'] satisfies Rounding[];

const isRounding = (mode: unknown): mode is Rounding => ROUNDINGS.includes(mode);

/** How a numeric or explicit padding rounds; 'valid' and 'same' say it themselves. */
function resolveRounding(op: string, {pad, dimRoundingMode}: BuiltinAttrs): Rounding {
  const mode: unknown = dimRoundingMode ?? 'floor';
  if (!isRounding(mode)) return fail(op, RULES.dimRoundingMode, 'dimRoundingMode', mode);
  return typeof pad === 'string' ? 'floor' : mode;
}

/** @throws if shape does not hold so many sizes. */
export function ensureShape(op: string, name: string, rank: number, shape: unknown): asserts shape is number[] {
  if (!Array.isArray(shape) || shape.length !== rank || !Array.from(shape).every(isNonNegative)) {
    fail(op, RULES.shape(name, rank), name, shape);
  }
}

/** At least 1 at one axis of a shape. */
const withChannels = (shape: readonly number[], axis: number): number[] =>
  shape.map((size, a) => (a === axis ? Math.max(1, size) : size));

/** @throws where the channels of x and filter do not go together. */
function ensureFilterOf(kind: BuiltinKind, input: ValidatedInput, channels: number, filter: readonly number[]): void {
  const {op, rank, depthwise} = kind;
  if (filter.length !== rank + 2) {
    fail(op, RULES.rank('filter', depthwise ? DEPTHWISE_FORM : FILTER_FORM), 'filter.shape', filter);
  }
  if (filter.slice(0, rank).some(size => size < 1)) fail(op, RULES.filterSizes('filter'), 'filter.shape', filter);
  const [depth, outChannels] = filter.slice(rank);
  if (depthwise) {
    ensureChannels({...input, channels}, depth, {name: 'filter', form: DEPTHWISE_FORM, shape: filter});
  } else if (depth === 0 ? channels !== 0 : channels % depth !== 0 || outChannels % (channels / depth) !== 0) {
    fail(op, RULES.filterChannels, '[inChannels, filter.shape]', [channels, filter]);
  }
}

/** An axis whose last window lies within the padding, also where the output size was rounded up. */
function axisOf(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  pad: ReturnType<typeof resolvePad>[number],
  rounding: Rounding,
): AxisGeometry {
  const axis = convAxis({input, kernel, stride, dilation}, pad, rounding);
  const end = (axis.output - 1) * axis.stride + windowSize(axis) - axis.padBefore;
  return end - input > axis.padAfter ? {...axis, padAfter: end - input} : axis;
}

/** As TensorFlow.js has it, explicit padding of the batch and channel axes does not count. */
function withoutOuterPads({rank, channelsLast}: ValidatedInput, pad: unknown): unknown {
  if (!Array.isArray(pad) || pad.length !== rank + 2) return pad;
  const first = channelsLast ? 1 : 2;
  return Array.from(pad, (pair: unknown, a) => (a >= first && a < first + rank ? pair : [0, 0]));
}

function resolveAxes(
  kind: BuiltinKind,
  input: ValidatedInput,
  filter: readonly number[],
  attrs: BuiltinAttrs,
): AxisGeometry[] {
  const strides = perAxis(input, 'strides', attrs.strides);
  const dilations = perAxis(input, 'dilations', attrs.dilations ?? 1);
  const pads = resolvePad(input, withoutOuterPads(input, attrs.pad));
  const rounding = resolveRounding(kind.op, attrs);
  const axes = input.spatial.map((size, a) => axisOf(size, filter[a], strides[a], dilations[a], pads[a], rounding));
  const sizes = axes.map(({output}) => output);
  if (!sizes.every(size => size >= 1)) fail(kind.op, RULES.outputSize, 'output sizes', sizes);
  return axes;
}

function resolve(
  kind: BuiltinKind,
  x: readonly number[],
  filter: readonly number[],
  attrs: BuiltinAttrs,
): ResolvedBuiltin {
  const {op, rank, depthwise} = kind;
  const channelsFirst = rank === 3 ? 'NCDHW' : 'NCHW';
  const channelAxis = attrs.dataFormat === channelsFirst ? 1 : rank + 1;
  if (x.length !== rank + 2) fail(op, RULES.rank('x', X_FORMS[rank]), 'x.shape', x);
  const presentX = withChannels(x, channelAxis);
  const validated = validateInput(kind, presentX, attrs.dataFormat ?? undefined);
  const {batch, channels: inChannels, channelsLast} = validated;
  ensureFilterOf(kind, validated, x[channelAxis], filter);
  const presentFilter = withChannels(withChannels(filter, rank), rank + 1);
  const axes = resolveAxes(kind, validated, presentFilter, attrs);
  const padded = axes.map(({input, padBefore, padAfter}) => input + padBefore + padAfter);
  ensureElements(op, 'padded', imageTensorShape(batch, padded, inChannels, channelsLast));
  const outChannels = presentFilter[rank + 1] * (depthwise ? inChannels : 1);
  const geometry = cachedGeometry({
    batch,
    groups: inChannels / (depthwise ? 1 : presentFilter[rank]),
    inChannels,
    outChannels,
    channelsLast,
    axes: rank === 3 ? [axes[0], axes[1], axes[2]] : [UNIT_AXIS, axes[0], axes[1]],
  });
  const spatial = axes.map(({output}) => output);
  const presentY = imageTensorShape(batch, spatial, outChannels, channelsLast);
  ensureElements(op, 'output', presentY);
  const isEmpty = filter[rank + 1] === 0 || (depthwise && filter[rank] === 0);
  return {
    geometry,
    xShape: x.slice(),
    filterShape: filter.slice(),
    yShape: isEmpty ? imageTensorShape(batch, spatial, 0, channelsLast) : presentY,
    hasChannels: ![x[channelAxis], filter[rank], filter[rank + 1]].includes(0),
    present: {x: presentX, filter: presentFilter, y: presentY},
  };
}

const resolveOnce = callCache<BuiltinAttrs, ResolvedBuiltin>([
  'strides',
  'pad',
  'dilations',
  'dataFormat',
  'dimRoundingMode',
]);

/**
 * The convolution that a built-in kernel is about, by the shapes of its x and filter. Where the built-in takes the
 * height's sizes for the width too (a numeric pad) or pads by less than nothing (3-D 'same' with strides beyond the
 * filter), this is what it should be. Groups show in the filter alone, which is less deep than x.
 * @throws where a shape or an attribute breaks a rule of `errors.ts`.
 */
export const resolveBuiltin = (
  kind: BuiltinKind,
  x: readonly number[],
  filter: readonly number[],
  attrs: BuiltinAttrs,
): ResolvedBuiltin => resolveOnce(kind.op, x, filter, attrs, () => resolve(kind, x, filter, attrs));
