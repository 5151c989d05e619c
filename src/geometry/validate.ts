import {fail, MAX_ELEMENTS, RULES} from '../errors.js';
import type {AxisPadding} from './axis.js';
import {product} from './conv.js';
import type {DataFormat} from './options.js';

/*
 * The checks of an op's shapes and options, each of which throws the message of the rule that is broken.
 */

/** Number of spatial axes that an op has. */
export type SpatialRank = 1 | 2 | 3;

/** Data formats by spatial rank: channels last, channels first. */
export const DATA_FORMATS: Readonly<Record<SpatialRank, readonly [DataFormat, DataFormat]>> = {
  1: ['NWC', 'NCW'],
  2: ['NHWC', 'NCHW'],
  3: ['NDHWC', 'NCDHW'],
};

/** An op as messages name it, and its number of spatial axes. */
export interface OpRank {
  readonly op: string;
  readonly rank: SpatialRank;
}

/** x after its shape was validated. */
export interface ValidatedInput extends OpRank {
  readonly batched: boolean;
  readonly batch: number;
  readonly spatial: readonly number[];
  readonly channels: number;
  readonly channelsLast: boolean;
}

export const isPositive = (n: unknown): n is number =>
  Number.isInteger(n) && Number(n) > 0 && Number(n) <= MAX_ELEMENTS;
export const isNonNegative = (n: unknown): n is number => n === 0 || isPositive(n);

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

/** @throws where x or dataFormat breaks a rule of `errors.ts`. */
export function validateInput({op, rank}: OpRank, shape: readonly number[], dataFormat: unknown): ValidatedInput {
  const formats = DATA_FORMATS[rank];
  const format = dataFormat === undefined ? formats[0] : dataFormat;
  if (format !== formats[0] && format !== formats[1]) fail(op, RULES.dataFormat(formats), 'dataFormat', format);
  const batched = shape.length === rank + 2;
  if (!batched && shape.length !== rank + 1) {
    fail(op, RULES.rank('x', `${format} with or without the batch`), 'x.shape', shape);
  }
  const batch = batched ? shape[0] : 1;
  const rest = batched ? shape.slice(1) : shape;
  if (rest.some(size => size < 1)) fail(op, RULES.xSizes, 'x.shape', shape);
  const channelsLast = format === formats[0];
  const channels = channelsLast ? rest[rank] : rest[0];
  const spatial = channelsLast ? rest.slice(0, rank) : rest.slice(1);
  return {op, rank, batched, batch, spatial, channels, channelsLast};
}

/** One number per spatial axis, out of one number or such a list. */
export function perAxis(
  {op, rank}: OpRank,
  name: 'strides' | 'dilations' | 'outputPadding',
  value: unknown,
): readonly number[] {
  const minimum = name === 'outputPadding' ? 0 : 1;
  const isLegal = minimum === 0 ? isNonNegative : isPositive;
  const list: unknown = Array.isArray(value) ? value : new Array(rank).fill(value === undefined ? minimum : value);
  if (isListOf(list, rank, isLegal)) return list;
  return fail(op, RULES[minimum === 0 ? 'nonNegative' : 'positive'](name), name, value);
}

/** Whether value is an array of so many elements of a kind. Holes are undefined, over which `every` passes. */
export const isListOf = <T>(
  value: unknown,
  length: number,
  isLegal: (element: unknown) => element is T,
): value is T[] => Array.isArray(value) && value.length === length && Array.from(value).every(isLegal);

const isPair = (pair: unknown): pair is [number, number] => isListOf(pair, 2, isNonNegative);

/** Padding per spatial axis, out of every form that the options allow. */
export function resolvePad({op, rank, channelsLast}: ValidatedInput, pad: unknown = 'valid'): readonly AxisPadding[] {
  if (pad === 'causal' && rank !== 1) fail(op, RULES.causal, 'pad', pad);
  if (pad === 'valid' || pad === 'same' || pad === 'causal') return new Array(rank).fill(pad);
  if (isNonNegative(pad)) return new Array(rank).fill([pad, pad]);
  if (isListOf(pad, rank, isPair)) return pad;
  if (!isListOf(pad, rank + 2, isPair)) return fail(op, RULES.pad, 'pad', pad);
  const first = channelsLast ? 1 : 2;
  const outer = [...pad.slice(0, first), ...pad.slice(first + rank)];
  if (outer.some(([before, after]) => before + after > 0)) fail(op, RULES.padBatchChannel, 'pad', pad);
  return pad.slice(first, first + rank);
}

/** @throws if groups is not a positive integer. */
export function resolveGroups(op: string, groups: unknown = 1): number {
  return isPositive(groups) ? groups : fail(op, RULES.groups, 'groups', groups);
}

/** @throws if the filter has another rank than the op needs, or a size of 0. */
export function ensureFilter({op, rank}: OpRank, filter: NamedFilter): void {
  const {name, form, shape} = filter;
  if (shape.length !== rank + 2) fail(op, RULES.rank(name, form), `${name}.shape`, shape);
  ensureFilterSizes(op, filter);
}

/** @throws if the channels do not fall into so many groups of the same size. */
export function ensureGroupsDivide(op: string, groups: number, name: string, channels: number): void {
  if (channels % groups !== 0) fail(op, RULES.groupsDivide(name), `[groups, ${name}]`, [groups, channels]);
}

/** @throws if x has other channels than the filter takes. */
export function ensureChannels({op, channels}: ValidatedInput, taken: number, {name, form, shape}: NamedFilter): void {
  if (taken !== channels) fail(op, RULES.channels(taken, name, form), `[inChannels, ${name}.shape]`, [channels, shape]);
}
