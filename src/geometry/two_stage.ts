import {fail, RULES} from '../errors.js';
import {passThrough} from './axis.js';
import {imageTensorShape} from './conv.js';
import type {ConvGeometry} from './conv.js';
import {ensureElements, ensureFilterSizes} from './validate.js';
import type {ConvOptions} from './options.js';
import {DEPTHWISE_FORM, resolveConv, resolveDepthwise} from './resolve.js';
import {cachedGeometry} from './geometry_cache.js';

/** Two convolutions, the second of the result of the first. */
export interface ResolvedTwoStage {
  readonly first: ConvGeometry;
  readonly second: ConvGeometry;
  readonly outputShape: number[];
}

/**
 * A column convolution along the height, then a row convolution along the width, each with its axis' stride, dilation
 * and padding.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveSpatiallySeparable(
  op: string,
  x: readonly number[],
  column: readonly number[],
  row: readonly number[],
  options: ConvOptions,
): ResolvedTwoStage {
  const [columnForm, rowForm] = ['[kh, 1, inChannels / groups, mid]', '[1, kw, mid / groups, outChannels]'];
  const columnFilter = {name: 'columnFilter', form: columnForm, shape: column};
  if (column.length !== 4 || column[1] !== 1)
    fail(op, RULES.rank('columnFilter', columnForm), 'columnFilter.shape', column);
  if (row.length !== 4 || row[0] !== 1) fail(op, RULES.rank('rowFilter', rowForm), 'rowFilter.shape', row);
  ensureFilterSizes(op, columnFilter);
  ensureFilterSizes(op, {name: 'rowFilter', shape: row});
  const whole = resolveConv({
    op,
    rank: 2,
    x,
    filter: [column[0], row[1], column[2], row[3]],
    options,
    named: columnFilter,
  });
  const {groups} = whole.geometry;
  const mid = column[3];
  if (mid % groups !== 0) fail(op, RULES.groupsDivide('mid'), '[groups, mid]', [groups, mid]);
  if (row[2] * groups !== mid) fail(op, RULES.mid, '[columnFilter.shape, rowFilter.shape]', [column, row]);
  const [depth, height, width] = whole.geometry.axes;
  ensureElements(
    op,
    'middle',
    imageTensorShape(whole.geometry.batch, [height.output, width.input], mid, whole.geometry.channelsLast),
  );
  return {
    first: cachedGeometry({...whole.geometry, outChannels: mid, axes: [depth, height, passThrough(width.input)]}),
    second: cachedGeometry({...whole.geometry, inChannels: mid, axes: [depth, passThrough(height.output), width]}),
    outputShape: whole.outputShape,
  };
}

/**
 * A depthwise convolution with the options' strides, dilations and padding, then a 1x1 convolution.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function resolveDepthwiseSeparable(
  op: string,
  x: readonly number[],
  depthwise: readonly number[],
  pointwise: readonly number[],
  options: ConvOptions,
): ResolvedTwoStage {
  const first = resolveDepthwise({
    op,
    rank: 2,
    x,
    filter: depthwise,
    options,
    named: {name: 'depthwiseFilter', form: DEPTHWISE_FORM, shape: depthwise},
  });
  const form = '[1, 1, inChannels * channelMultiplier, outChannels]';
  if (pointwise.length !== 4 || pointwise[0] !== 1 || pointwise[1] !== 1) {
    fail(op, RULES.rank('pointwiseFilter', form), 'pointwiseFilter.shape', pointwise);
  }
  const {axes, outChannels: mid, channelsLast} = first.geometry;
  const [, , midOfFilter, outChannels] = pointwise;
  ensureFilterSizes(op, {name: 'pointwiseFilter', shape: pointwise});
  if (midOfFilter !== mid)
    fail(op, RULES.mid, '[depthwiseFilter.shape, pointwiseFilter.shape]', [depthwise, pointwise]);
  const channelAxis = first.outputShape.length - (channelsLast ? 1 : 3);
  const outputShape = first.outputShape.map((size, i) => (i === channelAxis ? outChannels : size));
  ensureElements(op, 'output', outputShape);
  const [depth, height, width] = axes;
  return {
    first: first.geometry,
    second: cachedGeometry({
      ...first.geometry,
      groups: 1,
      inChannels: mid,
      outChannels,
      axes: [passThrough(depth.output), passThrough(height.output), passThrough(width.output)],
    }),
    outputShape,
  };
}
