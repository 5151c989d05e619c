import {fail, RULES} from '../errors.js';
import {convAxis, transposedAxis, transposedSize, UNIT_AXIS} from './axis.js';
import type {AxisGeometry} from './axis.js';
import {layout} from './conv.js';
import type {ConvGeometry} from './conv.js';
import {
  ensureChannels,
  ensureElements,
  ensureFilter,
  ensureGroupsDivide,
  isPositive,
  openDoor,
  perAxis,
  resolveGroups,
  resolvePad,
} from './validate.js';
import type {Door, NamedFilter, SpatialRank} from './validate.js';
import type {ConvOptions, ConvTransposeOptions} from './options.js';
import {shared} from './geometry_cache.js';

/** What an op resolves at its door: the geometry, and the shape of the result as the caller counts its axes. */
export interface ResolvedConv {
  readonly geometry: ConvGeometry;
  readonly outputShape: number[];
}

/** What the shapes of filters mean. */
const CONV_FORM = '[...kernel, inChannels / groups, outChannels]';
export const DEPTHWISE_FORM = '[...kernel, inChannels, channelMultiplier]';
const TRANSPOSE_FORM = '[...kernel, outChannels / groups, inChannels]';

/** Fills the missing leading axes, and checks the sizes that only now are known. */
function complete(
  door: Door,
  axes: readonly AxisGeometry[],
  channels: Pick<ConvGeometry, 'groups' | 'inChannels' | 'outChannels'>,
  made: 'input' | 'output',
): ResolvedConv {
  const sizes = axes.map(axis => axis[made]);
  if (!sizes.every(size => size >= 1)) fail(door.op, RULES.outputSize, 'output sizes', sizes);
  const padded = axes.map(({input, padBefore, padAfter}) => input + padBefore + padAfter);
  const {batch, channelsLast} = door;
  ensureElements(door.op, 'padded', layout(batch, padded, channels.inChannels, channelsLast));
  const axis = (a: number): AxisGeometry => (a < 3 - door.rank ? UNIT_AXIS : axes[a - 3 + door.rank]);
  const {groups, inChannels, outChannels} = channels;
  const geometry = shared({batch, groups, inChannels, outChannels, channelsLast, axes: [axis(0), axis(1), axis(2)]});
  const batchedShape = layout(batch, sizes, made === 'output' ? outChannels : inChannels, channelsLast);
  ensureElements(door.op, 'output', batchedShape);
  return {geometry, outputShape: door.batched ? batchedShape : batchedShape.slice(1)};
}

function convAxes(door: Door, filter: readonly number[], options: ConvOptions): AxisGeometry[] {
  const strides = perAxis(door, 'strides', options.strides);
  const dilations = perAxis(door, 'dilations', options.dilations);
  const pads = resolvePad(door, options.pad);
  return door.spatial.map((input, a) =>
    convAxis({input, kernel: filter[a], stride: strides[a], dilation: dilations[a]}, pads[a]),
  );
}

/**
 * The geometry of a convolution, from shapes and options.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveConv(
  op: string,
  rank: SpatialRank,
  x: readonly number[],
  filter: readonly number[],
  options: ConvOptions,
  named: NamedFilter = {name: 'filter', form: CONV_FORM, shape: filter},
): ResolvedConv {
  const door = openDoor(op, rank, x, options.dataFormat);
  ensureFilter(door, named);
  const groups = resolveGroups(op, options.groups);
  const outChannels = filter[rank + 1];
  ensureGroupsDivide(op, groups, 'inChannels', door.channels);
  ensureChannels(door, filter[rank] * groups, named);
  ensureGroupsDivide(op, groups, 'outChannels', outChannels);
  return complete(door, convAxes(door, filter, options), {groups, inChannels: door.channels, outChannels}, 'output');
}

/**
 * The geometry of a depthwise convolution: a grouped one whose groups are the channels. Its filter
 * [...kernel, inChannels, channelMultiplier] is ConvND's [...kernel, 1, inChannels * channelMultiplier] in memory.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveDepthwise(
  op: string,
  rank: SpatialRank,
  x: readonly number[],
  filter: readonly number[],
  options: ConvOptions,
  named: NamedFilter = {name: 'filter', form: DEPTHWISE_FORM, shape: filter},
): ResolvedConv {
  const door = openDoor(op, rank, x, options.dataFormat);
  ensureFilter(door, named);
  if (options.groups !== undefined) fail(op, RULES.depthwiseGroups, 'groups', options.groups);
  const channels = filter[rank];
  ensureChannels(door, channels, named);
  return complete(
    door,
    convAxes(door, filter, options),
    {groups: channels, inChannels: channels, outChannels: channels * filter[rank + 1]},
    'output',
  );
}

/**
 * The geometry of the convolution whose input gradient is the transposed convolution asked for: its y has the shape of
 * the op's x, its x is what the op makes.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveConvTranspose(
  op: string,
  rank: SpatialRank,
  x: readonly number[],
  filter: readonly number[],
  options: ConvTransposeOptions,
): ResolvedConv {
  const door = openDoor(op, rank, x, options.dataFormat);
  const named = {name: 'filter', form: TRANSPOSE_FORM, shape: filter};
  ensureFilter(door, named);
  const groups = resolveGroups(op, options.groups);
  const [groupChannels, channels] = filter.slice(rank);
  ensureGroupsDivide(op, groups, 'inChannels', door.channels);
  ensureChannels(door, channels, named);
  const axes = transposedAxes(door, filter, options);
  return complete(door, axes, {groups, inChannels: groupChannels * groups, outChannels: channels}, 'input');
}

function transposedAxes(door: Door, filter: readonly number[], options: ConvTransposeOptions): AxisGeometry[] {
  const {op, rank} = door;
  const strides = perAxis(door, 'strides', options.strides);
  const dilations = perAxis(door, 'dilations', options.dilations);
  const extra = perAxis(door, 'outputPadding', options.outputPadding);
  const pads = resolvePad(door, options.pad);
  const asked = options.outputShape;
  if (asked !== undefined && !(Array.isArray(asked) && asked.length === rank && Array.from(asked).every(isPositive))) {
    fail(op, RULES.outputShape, 'outputShape', asked);
  }
  return door.spatial.map((output, a) => {
    const sizes = {kernel: filter[a], stride: strides[a], dilation: dilations[a]};
    if (extra[a] > 0 && pads[a] === 'same') fail(op, RULES.outputPaddingSame, 'outputPadding', extra);
    if (extra[a] > 0 && extra[a] >= Math.max(sizes.stride, sizes.dilation)) {
      fail(op, RULES.outputPadding, '[outputPadding, strides, dilations]', [extra, strides, dilations]);
    }
    const natural = transposedSize(output, sizes, pads[a]) + extra[a];
    const axis = transposedAxis({...sizes, input: asked === undefined ? natural : asked[a]}, pads[a], output);
    if (axis.input === natural) return axis;
    if (extra[a] > 0) fail(op, RULES.outputPaddingShape, '[outputShape, outputPadding]', [asked, extra]);
    if (convAxis(axis, pads[a]).output !== output) {
      fail(op, RULES.outputShapeFits, '[outputShape, sizes of x]', [asked, door.spatial]);
    }
    return axis;
  });
}
