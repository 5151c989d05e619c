import {fail, RULES} from '../errors.js';
import {convAxis, transposedAxis, transposedSize, UNIT_AXIS} from './axis.js';
import type {AxisGeometry} from './axis.js';
import {imageTensorShape} from './conv.js';
import type {ConvGeometry} from './conv.js';
import {
  ensureChannels,
  ensureElements,
  ensureFilter,
  ensureGroupsDivide,
  isListOf,
  isPositive,
  perAxis,
  resolveGroups,
  resolvePad,
  validateInput,
} from './validate.js';
import type {NamedFilter, OpRank, ValidatedInput} from './validate.js';
import type {ConvOptions, ConvTransposeOptions} from './options.js';
import {cachedGeometry} from './geometry_cache.js';

/** What an op resolves on entry: the geometry, and the shape of the result as the caller counts its axes. */
export interface ResolvedConv {
  readonly geometry: ConvGeometry;
  readonly outputShape: number[];
}

/** A call of an op, as far as its geometry depends on it. */
export interface ConvCall<Options = ConvOptions> extends OpRank {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly options: Options;
  /** The filter as the caller knows it, where that is not `filter` itself. */
  readonly named?: NamedFilter;
}

/** What the axes of filters are. */
const CONV_FORM = '[...kernel, inChannels / groups, outChannels]';
export const DEPTHWISE_FORM = '[...kernel, inChannels, channelMultiplier]';
const POINTWISE_FORM = '[1, 1, inChannels / groups, outChannels]';
const TRANSPOSE_FORM = '[...kernel, outChannels / groups, inChannels]';

/** Fills the missing leading axes, and checks the sizes that only now are known. */
function complete(
  input: ValidatedInput,
  axes: readonly AxisGeometry[],
  channels: Pick<ConvGeometry, 'groups' | 'inChannels' | 'outChannels'>,
  made: 'input' | 'output',
): ResolvedConv {
  const {op, rank, batch, batched, channelsLast} = input;
  const sizes = axes.map(axis => axis[made]);
  if (!sizes.every(size => size >= 1)) fail(op, RULES.outputSize, 'output sizes', sizes);
  const padded = axes.map(({input: size, padBefore, padAfter}) => size + padBefore + padAfter);
  ensureElements(op, 'padded', imageTensorShape(batch, padded, channels.inChannels, channelsLast));
  const axis = (a: number): AxisGeometry => (a < 3 - rank ? UNIT_AXIS : axes[a - 3 + rank]);
  const {groups, inChannels, outChannels} = channels;
  const geometry = cachedGeometry({
    batch,
    groups,
    inChannels,
    outChannels,
    channelsLast,
    axes: [axis(0), axis(1), axis(2)],
  });
  const batchedShape = imageTensorShape(batch, sizes, made === 'output' ? outChannels : inChannels, channelsLast);
  ensureElements(op, 'output', batchedShape);
  return {geometry, outputShape: batched ? batchedShape : batchedShape.slice(1)};
}

function convAxes(input: ValidatedInput, filter: readonly number[], options: ConvOptions): AxisGeometry[] {
  const strides = perAxis(input, 'strides', options.strides);
  const dilations = perAxis(input, 'dilations', options.dilations);
  const pads = resolvePad(input, options.pad);
  return input.spatial.map((size, a) =>
    convAxis({input: size, kernel: filter[a], stride: strides[a], dilation: dilations[a]}, pads[a]),
  );
}

/**
 * The geometry of a convolution, from shapes and options.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveConv(call: ConvCall): ResolvedConv {
  const {op, rank, filter, options, named = {name: 'filter', form: CONV_FORM, shape: filter}} = call;
  const input = validateInput(call, call.x, options.dataFormat);
  ensureFilter(call, named);
  const groups = resolveGroups(op, options.groups);
  const outChannels = filter[rank + 1];
  ensureGroupsDivide(op, groups, 'inChannels', input.channels);
  ensureChannels(input, filter[rank] * groups, named);
  ensureGroupsDivide(op, groups, 'outChannels', outChannels);
  return complete(input, convAxes(input, filter, options), {groups, inChannels: input.channels, outChannels}, 'output');
}

/**
 * The geometry of a 1x1 convolution, whose filter has no other size.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolvePointwise(call: ConvCall): ResolvedConv {
  const {op, filter} = call;
  if (filter[0] !== 1 || filter[1] !== 1) fail(op, RULES.rank('filter', POINTWISE_FORM), 'filter.shape', filter);
  return resolveConv({...call, named: {name: 'filter', form: POINTWISE_FORM, shape: filter}});
}

/**
 * The geometry of a depthwise convolution: a grouped one whose groups are the channels. Its filter
 * [...kernel, inChannels, channelMultiplier] is ConvND's [...kernel, 1, inChannels * channelMultiplier] in memory.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveDepthwise(call: ConvCall): ResolvedConv {
  const {op, rank, filter, options, named = {name: 'filter', form: DEPTHWISE_FORM, shape: filter}} = call;
  const input = validateInput(call, call.x, options.dataFormat);
  ensureFilter(call, named);
  if (options.groups !== undefined) fail(op, RULES.depthwiseGroups, 'groups', options.groups);
  const channels = filter[rank];
  ensureChannels(input, channels, named);
  return complete(
    input,
    convAxes(input, filter, options),
    {groups: channels, inChannels: channels, outChannels: channels * filter[rank + 1]},
    'output',
  );
}

/**
 * The geometry of the convolution whose input gradient is the transposed convolution asked for: its y has the shape of
 * the op's x, its x is what the op makes.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveConvTranspose(call: ConvCall<ConvTransposeOptions>): ResolvedConv {
  const {op, rank, filter, options, named = {name: 'filter', form: TRANSPOSE_FORM, shape: filter}} = call;
  const input = validateInput(call, call.x, options.dataFormat);
  ensureFilter(call, named);
  const groups = resolveGroups(op, options.groups);
  const [groupChannels, channels] = filter.slice(rank);
  ensureGroupsDivide(op, groups, 'inChannels', input.channels);
  ensureChannels(input, channels, named);
  const axes = transposedAxes(input, filter, options);
  return complete(input, axes, {groups, inChannels: groupChannels * groups, outChannels: channels}, 'input');
}

function transposedAxes(
  input: ValidatedInput,
  filter: readonly number[],
  options: ConvTransposeOptions,
): AxisGeometry[] {
  const {op, rank} = input;
  const strides = perAxis(input, 'strides', options.strides);
  const dilations = perAxis(input, 'dilations', options.dilations);
  const extra = perAxis(input, 'outputPadding', options.outputPadding);
  const pads = resolvePad(input, options.pad);
  const asked = options.outputShape;
  if (asked !== undefined && !isListOf(asked, rank, isPositive)) fail(op, RULES.outputShape, 'outputShape', asked);
  return input.spatial.map((output, a) => {
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
      fail(op, RULES.outputShapeFits, '[outputShape, sizes of x]', [asked, input.spatial]);
    }
    return axis;
  });
}
