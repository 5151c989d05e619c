import {fail, MAX_ELEMENTS, RULES} from '../errors.js';
import {convAxis, transposedAxis, transposedSize, UNIT_AXIS} from './axis.js';
import type {AxisGeometry, AxisPadding} from './axis.js';
import type {ConvOptions, ConvTransposeOptions, DataFormat} from './options.js';

/**
 * A convolution as kernels see it: numbers only, and always three spatial axes (depth, height, width), of which a 1-D
 * or 2-D convolution leaves the first ones at size 1.
 *
 *     x       [batch, ...input, inChannels]                      or [batch, inChannels, ...input]
 *     filter  [...kernel, inChannels / groups, outChannels]
 *     y       [batch, ...output, outChannels]                    or [batch, outChannels, ...output]
 *
 *     y[b, o, c] = sum over k, i of x[b, o * stride - padBefore + k * dilation, g * inChannels / groups + i]
 *                                   * filter[k, i, c]            with g = floor(c / (outChannels / groups))
 *
 * where x is 0 outside its bounds.
 */
export interface ConvGeometry {
  readonly batch: number;
  readonly groups: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly channelsLast: boolean;
  readonly axes: readonly [AxisGeometry, AxisGeometry, AxisGeometry];
}

/** Number of spatial axes that an op has. */
export type SpatialRank = 1 | 2 | 3;

/** Data formats by spatial rank: channels last, channels first. */
const DATA_FORMATS: Readonly<Record<SpatialRank, readonly [DataFormat, DataFormat]>> =
    {1: ['NWC', 'NCW'], 2: ['NHWC', 'NCHW'], 3: ['NDHWC', 'NCDHW']};

/** Sizes of the axes of one kind, outermost first. */
export const spatialSizes = ({axes}: ConvGeometry, size: 'input' | 'kernel' | 'output'): [number, number, number] =>
    [axes[0][size], axes[1][size], axes[2][size]];

const layout = (batch: number, spatial: readonly number[], channels: number, channelsLast: boolean): number[] =>
    channelsLast ? [batch, ...spatial, channels] : [batch, channels, ...spatial];

/** The rank-5 shapes of x, filter and y. */
export const xShape = (g: ConvGeometry): number[] =>
    layout(g.batch, spatialSizes(g, 'input'), g.inChannels, g.channelsLast);
export const filterShape = (g: ConvGeometry): number[] =>
    [...spatialSizes(g, 'kernel'), g.inChannels / g.groups, g.outChannels];
export const yShape = (g: ConvGeometry): number[] =>
    layout(g.batch, spatialSizes(g, 'output'), g.outChannels, g.channelsLast);

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Rows and columns of the matrix of a convolution: elements of one output, elements of one input. */
export const matrixShape = (g: ConvGeometry): [number, number] => [
  product(spatialSizes(g, 'output')) * g.outChannels,
  product(spatialSizes(g, 'input')) * g.inChannels,
];

/** Whether each group has one input channel. */
export const isDepthwise = ({groups, inChannels}: ConvGeometry): boolean => groups === inChannels;

/** What an op resolves at its door: the geometry, and the shape of the result as the caller counts its axes. */
export interface ResolvedConv {
  readonly geometry: ConvGeometry;
  readonly outputShape: number[];
}

/** What the shapes say before the options do. */
interface Door {
  readonly op: string;
  readonly rank: SpatialRank;
  readonly batched: boolean;
  readonly batch: number;
  readonly spatial: readonly number[];
  readonly channels: number;
  readonly channelsLast: boolean;
}

const isPositive = (n: unknown): n is number => Number.isInteger(n) && Number(n) > 0 && Number(n) <= MAX_ELEMENTS;
const isNonNegative = (n: unknown): n is number => n === 0 || isPositive(n);

/** @throws if a tensor of that shape would have too many elements. */
export function ensureElements(op: string, name: string, shape: readonly number[]): void {
  if (!(product(shape) <= MAX_ELEMENTS)) fail(op, RULES.elements, `${name}.shape`, shape);
}

/** A filter as the op's caller knows it: what messages call it, and the shape that it has and should have. */
export interface NamedFilter {
  readonly name: string;
  readonly form: string;
  readonly shape: readonly number[];
}

/** @throws if a size of the filter is 0, which leaves nothing to compute with. */
export function ensureFilterSizes(op: string, {name, shape}: Pick<NamedFilter, 'name' | 'shape'>): void {
  if (shape.some(size => size < 1)) fail(op, RULES.filterSizes(name), `${name}.shape`, shape);
}

function openDoor(op: string, rank: SpatialRank, shape: readonly number[], dataFormat: unknown): Door {
  const formats = DATA_FORMATS[rank];
  const format = dataFormat === undefined ? formats[0] : dataFormat;
  if (format !== formats[0] && format !== formats[1]) fail(op, RULES.dataFormat(formats), 'dataFormat', format);
  const batched = shape.length === rank + 2;
  if (!batched && shape.length !== rank + 1) {
    fail(op, RULES.rank('x', `${format} with or without the batch`), 'x.shape', shape);
  }
  const [batch, ...rest] = batched ? shape : [1, ...shape];
  if (rest.some(size => size < 1)) fail(op, RULES.xSizes, 'x.shape', shape);
  const channelsLast = format === formats[0];
  const channels = channelsLast ? rest[rank] : rest[0];
  const spatial = channelsLast ? rest.slice(0, rank) : rest.slice(1);
  return {op, rank, batched, batch, spatial, channels, channelsLast};
}

/** One number per spatial axis, out of one number or such a list. */
function perAxis(door: Door, name: 'strides' | 'dilations' | 'outputPadding', value: unknown): number[] {
  const minimum = name === 'outputPadding' ? 0 : 1;
  // Copied, since `every` passes over the holes of a list.
  const list: unknown[] =
      Array.isArray(value) ? Array.from(value) : new Array(door.rank).fill(value === undefined ? minimum : value);
  const legal = minimum === 0 ? isNonNegative : isPositive;
  if (list.length === door.rank && list.every(legal)) return list;
  return fail(door.op, RULES[minimum === 0 ? 'nonNegative' : 'positive'](name), name, value);
}

const isPair = (pair: unknown): pair is [number, number] =>
    Array.isArray(pair) && pair.length === 2 && isNonNegative(pair[0]) && isNonNegative(pair[1]);

/** Padding per spatial axis, out of every form that the options allow. */
function resolvePad(door: Door, pad: unknown = 'valid'): AxisPadding[] {
  const {op, rank} = door;
  if (pad === 'causal' && rank !== 1) fail(op, RULES.causal, 'pad', pad);
  if (pad === 'valid' || pad === 'same' || pad === 'causal') return new Array(rank).fill(pad);
  if (isNonNegative(pad)) return new Array(rank).fill([pad, pad]);
  if (!Array.isArray(pad) || !Array.from(pad).every(isPair)) return fail(op, RULES.pad, 'pad', pad);
  if (pad.length === rank) return pad;
  if (pad.length !== rank + 2) return fail(op, RULES.pad, 'pad', pad);
  const first = door.channelsLast ? 1 : 2;
  const outer = [...pad.slice(0, first), ...pad.slice(first + rank)];
  if (outer.some(([before, after]) => before + after > 0)) fail(op, RULES.padBatchChannel, 'pad', pad);
  return pad.slice(first, first + rank);
}

/** @throws if groups is not a positive integer. */
export function resolveGroups(op: string, groups: unknown = 1): number {
  return isPositive(groups) ? groups : fail(op, RULES.groups, 'groups', groups);
}

function ensureFilter({op, rank}: Door, filter: NamedFilter): void {
  const {name, form, shape} = filter;
  if (shape.length !== rank + 2) fail(op, RULES.rank(name, form), `${name}.shape`, shape);
  ensureFilterSizes(op, filter);
}

function ensureGroupsDivide(op: string, groups: number, name: string, channels: number): void {
  if (channels % groups !== 0) fail(op, RULES.groupsDivide(name), `[groups, ${name}]`, [groups, channels]);
}

/** The filter and the channels of x go together. */
function ensureChannels({op, channels}: Door, groups: number, expected: number, {name, form, shape}: NamedFilter): void {
  if (expected === channels) return;
  fail(op, RULES.channels(name, form), `[channels, groups, ${name}.shape]`, [channels, groups, shape]);
}

/** Fills the missing leading axes, and checks the sizes that only now are known. */
function complete(
    door: Door, axes: readonly AxisGeometry[], channels: Pick<ConvGeometry, 'groups' | 'inChannels' | 'outChannels'>,
    made: 'input' | 'output'): ResolvedConv {
  const sizes = axes.map(axis => axis[made]);
  if (!sizes.every(size => size >= 1)) fail(door.op, RULES.outputSize, 'output sizes', sizes);
  const padded = axes.map(({input, padBefore, padAfter}) => input + padBefore + padAfter);
  if (!padded.every(size => size <= MAX_ELEMENTS)) fail(door.op, RULES.padded, 'padded sizes', padded);
  const leading: AxisGeometry[] = new Array(3 - door.rank).fill(UNIT_AXIS);
  const [depth, height, width] = [...leading, ...axes];
  const {batch, channelsLast} = door;
  const geometry = {batch, ...channels, channelsLast, axes: [depth, height, width] as const};
  const outChannels = made === 'output' ? channels.outChannels : channels.inChannels;
  const batchedShape = layout(batch, sizes, outChannels, channelsLast);
  ensureElements(door.op, 'output', batchedShape);
  return {geometry, outputShape: door.batched ? batchedShape : batchedShape.slice(1)};
}

function convAxes(door: Door, filter: readonly number[], options: ConvOptions): AxisGeometry[] {
  const strides = perAxis(door, 'strides', options.strides);
  const dilations = perAxis(door, 'dilations', options.dilations);
  const pads = resolvePad(door, options.pad);
  return door.spatial.map((input, a) => convAxis(
      {input, kernel: filter[a], stride: strides[a], dilation: dilations[a]}, pads[a]));
}

/**
 * The geometry of a convolution, from shapes and options.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveConv(
    op: string, rank: SpatialRank, x: readonly number[], filter: readonly number[], options: ConvOptions,
    named: NamedFilter = {name: 'filter', form: '[...kernel, inChannels / groups, outChannels]', shape: filter}):
    ResolvedConv {
  const door = openDoor(op, rank, x, options.dataFormat);
  ensureFilter(door, named);
  const groups = resolveGroups(op, options.groups);
  const [groupChannels, outChannels] = filter.slice(rank);
  ensureGroupsDivide(op, groups, 'inChannels', door.channels);
  ensureChannels(door, groups, groupChannels * groups, named);
  ensureGroupsDivide(op, groups, 'outChannels', outChannels);
  return complete(door, convAxes(door, filter, options), {groups, inChannels: door.channels, outChannels}, 'output');
}

/**
 * The geometry of a depthwise convolution: a grouped one whose groups are the channels. Its filter
 * [...kernel, inChannels, channelMultiplier] is ConvND's [...kernel, 1, inChannels * channelMultiplier] in memory.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveDepthwise(
    op: string, rank: SpatialRank, x: readonly number[], filter: readonly number[], options: ConvOptions,
    name = 'filter'): ResolvedConv {
  const door = openDoor(op, rank, x, options.dataFormat);
  const named = {name, form: '[...kernel, inChannels, channelMultiplier]', shape: filter};
  ensureFilter(door, named);
  if (options.groups !== undefined) fail(op, RULES.depthwiseGroups, 'groups', options.groups);
  const [channels, multiplier] = filter.slice(rank);
  ensureChannels(door, channels, channels, named);
  return complete(
      door, convAxes(door, filter, options),
      {groups: channels, inChannels: channels, outChannels: channels * multiplier}, 'output');
}

/**
 * The geometry of the convolution whose input gradient is the transposed convolution asked for: its y has the shape of
 * the op's x, its x is what the op makes.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveConvTranspose(
    op: string, rank: SpatialRank, x: readonly number[], filter: readonly number[],
    options: ConvTransposeOptions): ResolvedConv {
  const door = openDoor(op, rank, x, options.dataFormat);
  const named = {name: 'filter', form: '[...kernel, outChannels / groups, inChannels]', shape: filter};
  ensureFilter(door, named);
  const groups = resolveGroups(op, options.groups);
  const [groupChannels, channels] = filter.slice(rank);
  ensureGroupsDivide(op, groups, 'inChannels', door.channels);
  ensureChannels(door, groups, channels, named);
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
  if (asked !== undefined && !(Array.isArray(asked) && asked.length === rank && asked.every(isPositive))) {
    fail(op, RULES.outputShape, 'outputShape', asked);
  }
  return door.spatial.map((output, a) => {
    const sizes = {kernel: filter[a], stride: strides[a], dilation: dilations[a]};
    if (extra[a] > 0 && pads[a] === 'same') fail(op, RULES.outputPaddingSame, 'outputPadding', extra);
    if (extra[a] > 0 && extra[a] >= Math.max(sizes.stride, sizes.dilation)) {
      fail(op, RULES.outputPadding, 'outputPadding', extra);
    }
    const natural = transposedSize(output, sizes, pads[a]) + extra[a];
    const axis = transposedAxis({...sizes, input: asked === undefined ? natural : asked[a]}, pads[a], output);
    const fits = axis.input === natural || (extra[a] === 0 && convAxis(axis, pads[a]).output === output);
    if (!fits) fail(op, RULES.outputShapeFits, 'outputShape', asked);
    return axis;
  });
}
