import type {AxisGeometry} from '../../src/geometry/axis.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {fittedPadAfter, paddingOf} from './axis_padding.js';
import {channelsMoved} from './channels_moved.js';
import {imageShape} from './op_families.js';
import {batchToSpace, padded, sliced, spaceToBatch} from './plain_ops.js';
import type {Pair} from './plain_ops.js';
import type {Handle, TensorFlow} from './tensorflow.js';

type Map = (tf: TensorFlow, t: Handle) => Handle;

/** Takes images to those of another convolution, and what that makes of them back. */
export interface ImageMap {
  readonly to: Map;
  readonly from: Map;
}

/**
 * A convolution by another one, which an op of TensorFlow computes: its x is x.to of the given one, its result is taken
 * by y.from. As `from` is the transpose of `to` wherever that matters, the same maps serve the gradients:
 *
 *     y = y.from(conv(x.to(x), filter))    dx = x.from(backpropInput(y.to(dy), filter))
 *     dfilter = backpropFilter(x.to(x), y.to(dy))
 *
 * Images have rank `spatialRank` + 2: the leading axes of a ConvGeometry that are 1 are left out.
 */
export interface Rewrite {
  readonly geometry: ConvGeometry;
  readonly spatialRank: 2 | 3;
  readonly x: ImageMap;
  readonly y: ImageMap;
}

const same: Map = (_, t) => t;
const UNCHANGED: ImageMap = {to: same, from: same};

/** The convolution itself. A dilation between one tap and none is 1. */
export function unchanged(g: ConvGeometry, spatialRank: 2 | 3): Rewrite {
  const [depth, height, width] = g.axes;
  const plain = (axis: AxisGeometry) => (axis.kernel === 1 && axis.dilation !== 1 ? {...axis, dilation: 1} : axis);
  return {geometry: {...g, axes: [plain(depth), plain(height), plain(width)]}, spatialRank, x: UNCHANGED, y: UNCHANGED};
}

export const spatialAxes = ({geometry: {axes}, spatialRank}: Rewrite): AxisGeometry[] => axes.slice(3 - spatialRank);

/** The same convolution with changed spatial axes. */
function withAxes(p: Rewrite, change: (axis: AxisGeometry) => AxisGeometry): ConvGeometry {
  const [depth, height, width] = p.geometry.axes;
  return {...p.geometry, axes: [p.spatialRank === 3 ? change(depth) : depth, change(height), change(width)]};
}

const chain = (outer: ImageMap, inner: ImageMap): ImageMap => ({
  to: outer === UNCHANGED ? inner.to : (tf, t) => inner.to(tf, outer.to(tf, t)),
  from: outer === UNCHANGED ? inner.from : (tf, t) => outer.from(tf, inner.from(tf, t)),
});

const step = (p: Rewrite, geometry: ConvGeometry, x: ImageMap, y: ImageMap): Rewrite => ({
  geometry,
  spatialRank: p.spatialRank,
  x: chain(p.x, x),
  y: y === UNCHANGED ? p.y : chain(p.y, y),
});

/** With the channels last. */
export function channelsLast(p: Rewrite): Rewrite {
  const {geometry, spatialRank} = p;
  if (geometry.channelsLast) return p;
  const map = (of: 'x' | 'y'): ImageMap => {
    const [first, last] = [false, true].map(channelsLast => imageShape({...geometry, channelsLast}, spatialRank, of));
    return {to: channelsMoved(first, last, 'last'), from: channelsMoved(last, first, 'first')};
  };
  return step(p, {...geometry, channelsLast: true}, map('x'), map('y'));
}

/** Without padding: x has it, and has nothing that no window covers. */
export function fitted(p: Rewrite): Rewrite {
  const axes = spatialAxes(p);
  const none: Pair = [0, 0];
  const whole = (ends: readonly Pair[]): Pair[] =>
    p.geometry.channelsLast ? [none, ...ends, none] : [none, none, ...ends];
  // The windows may end within the padding before the axis.
  const lost = (axis: AxisGeometry) => Math.min(axis.input, Math.max(0, -fittedPadAfter(axis)));
  const crops = whole(axes.map((axis): Pair => [0, lost(axis)]));
  const pads = whole(
    axes.map((axis): Pair => [
      axis.padBefore + Math.min(0, fittedPadAfter(axis) + lost(axis)),
      Math.max(0, fittedPadAfter(axis)),
    ]),
  );
  const geometry = withAxes(p, axis => ({
    ...axis,
    input: axis.padBefore + axis.input + fittedPadAfter(axis),
    padBefore: 0,
    padAfter: 0,
  }));
  return step(
    p,
    geometry,
    {
      to: (tf, t) => padded(tf, without(tf, t, crops), pads),
      from: (tf, t) => padded(tf, without(tf, t, pads), crops),
    },
    UNCHANGED,
  );
}

/** The tensor without elements at the ends of its axes. */
const without = (tf: TensorFlow, t: Handle, ends: readonly Pair[]): Handle =>
  sliced(
    tf,
    t,
    ends.map(([before]) => before),
    t.shape.map((size, a) => size - ends[a][0] - ends[a][1]),
  );

/** Outputs that are added so that every phase of an axis has as many. */
const missing = ({output, dilation}: AxisGeometry): number => (dilation - (output % dilation)) % dilation;

/** Whether the phases of all axes are equally long. */
const hasEqualPhases = (p: Rewrite): boolean => spatialAxes(p).every(axis => missing(axis) === 0);

export const isDilated = (p: Rewrite): boolean => spatialAxes(p).some(({dilation}) => dilation > 1);

/**
 * A dilated convolution of stride 1 as one without dilation: pixels whose positions have the same remainder modulo the dilation are
 * combined with each other only, so each such phase is an image of the batch. Channels are last.
 */
function undilated(p: Rewrite): Rewrite {
  const axes = spatialAxes(p);
  const block = axes.map(({dilation}) => dilation);
  const ends = axes.map((axis): Pair => [0, missing(axis)]);
  const pads = axes.map((axis): Pair => [axis.padBefore, fittedPadAfter(axis) + missing(axis)]);
  const phase = withAxes(p, axis => ({
    ...axis,
    dilation: 1,
    padBefore: 0,
    padAfter: 0,
    input: (axis.padBefore + axis.input + fittedPadAfter(axis) + missing(axis)) / axis.dilation,
    output: (axis.output + missing(axis)) / axis.dilation,
  }));
  const geometry = {...phase, batch: phase.batch * block.reduce((a, b) => a * b, 1)};
  const map = (elements: readonly Pair[]): ImageMap => ({
    to: (tf, t) => spaceToBatch(tf, t, block, elements),
    from: (tf, t) => batchToSpace(tf, t, block, elements),
  });
  return step(p, geometry, map(pads), map(ends));
}

/** A dilated convolution of planes as one of their phases; undefined where there are none, or they differ in length. */
export function inPhases(p: Rewrite, lengths: 'equal' | 'any'): Rewrite | undefined {
  const axes = spatialAxes(p);
  if (p.spatialRank !== 2 || !isDilated(p) || axes.some(({stride}) => stride > 1)) return undefined;
  if (lengths === 'equal' && !hasEqualPhases(p)) return undefined;
  return undilated(paddingOf(axes) === undefined ? fitted(p) : p);
}
