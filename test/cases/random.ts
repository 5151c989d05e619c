import * as fc from 'fast-check';
import type {Case, CaseOptions, OpName} from './index.js';
import {multilinearMap} from '../support/maps.js';

/** One spatial axis of a random case. */
const axis = (largest: number) =>
  fc.record({
    size: fc.integer({min: 1, max: largest}),
    kernel: fc.integer({min: 1, max: 4}),
    stride: fc.integer({min: 1, max: 4}),
    dilation: fc.integer({min: 1, max: 3}),
    before: fc.nat(5),
    after: fc.nat(5),
    extra: fc.nat(3),
  });

const common = fc.record({
  batch: fc.constantFrom(undefined, 0, 1, 2, 3),
  groups: fc.integer({min: 1, max: 4}),
  from: fc.integer({min: 1, max: 5}),
  to: fc.integer({min: 1, max: 5}),
  channelsLast: fc.boolean(),
  kind: fc.constantFrom('convolution', 'transposed', 'spatially separable', 'depthwise separable'),
  padding: fc.constantFrom('valid', 'same', 'causal', 'number', 'pairs', 'explicit'),
  activation: fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
  bias: fc.boolean(),
  flipFilter: fc.boolean(),
});

type Axis = ReturnType<typeof axis> extends fc.Arbitrary<infer T> ? T : never;
type Common = typeof common extends fc.Arbitrary<infer T> ? T : never;

const FORMATS = [
  ['NWC', 'NCW'],
  ['NHWC', 'NCHW'],
  ['NDHWC', 'NCDHW'],
] as const;
const OPS: ReadonlyArray<readonly [OpName, OpName]> = [
  ['conv1d', 'conv1dTranspose'],
  ['conv2d', 'conv2dTranspose'],
  ['conv3d', 'conv3dTranspose'],
];

function padOf({padding, channelsLast}: Common, axes: readonly Axis[]): CaseOptions['pad'] {
  const pairs = axes.map(({before, after}): [number, number] => [before, after]);
  if (padding === 'number') return axes[0].before;
  if (padding === 'pairs') return pairs;
  if (padding === 'explicit') return channelsLast ? [[0, 0], ...pairs, [0, 0]] : [[0, 0], [0, 0], ...pairs];
  return padding === 'causal' && axes.length > 1 ? 'same' : (padding as 'valid' | 'same' | 'causal');
}

/** The op and its filters; separable ones are 2-D, and convolutions otherwise. */
function callOf(axes: readonly Axis[], {kind, groups, from, to}: Common): Pick<Case, 'op' | 'filters'> {
  const kernel = axes.map(size => size.kernel);
  const [kh, kw] = kernel;
  const [inChannels, outChannels] = [groups * from, groups * to];
  const [op, transposed] = OPS[axes.length - 1];
  if (kind === 'transposed') return {op: transposed, filters: [[...kernel, to, inChannels]]};
  if (kind === 'convolution' || axes.length !== 2) return {op, filters: [[...kernel, from, outChannels]]};
  if (kind === 'spatially separable') {
    return {
      op: 'spatiallySeparableConv2d',
      filters: [
        [kh, 1, from, 2 * groups],
        [1, kw, 2, outChannels],
      ],
    };
  }
  return {
    op: 'depthwiseSeparableConv2d',
    filters: [
      [kh, kw, inChannels, from],
      [1, 1, inChannels * from, outChannels],
    ],
  };
}

function caseOf(axes: readonly Axis[], it: Common): Case {
  const {batch, groups, channelsLast, activation} = it;
  const [inChannels, outChannels] = [groups * it.from, groups * it.to];
  const sizes = axes.map(({size}) => size);
  const shape = channelsLast ? [...sizes, inChannels] : [inChannels, ...sizes];
  const pad = padOf(it, axes);
  const {op, filters} = callOf(axes, it);
  const options: CaseOptions = {
    pad,
    activation,
    flipFilter: it.flipFilter,
    dataFormat: FORMATS[axes.length - 1][channelsLast ? 0 : 1],
    strides: axes.map(({stride}) => stride),
    dilations: axes.map(({dilation}) => dilation),
    ...(op === 'depthwiseSeparableConv2d' ? {} : {groups}),
    ...(it.bias ? {bias: true} : {}),
    ...(activation === 'prelu' ? {slopes: [outChannels]} : {}),
    ...(it.kind === 'transposed' && pad !== 'same'
      ? {outputPadding: axes.map(({extra, stride, dilation}) => Math.min(extra, Math.max(stride, dilation) - 1))}
      : {}),
  };
  const x = batch === undefined ? shape : [batch, ...shape];
  return {name: JSON.stringify({x, filters, ...options}), op, x, filters, options};
}

/** Whether it has a result. */
function isValid(one: Case): boolean {
  const {outputShape} = multilinearMap(one);
  const batched = outputShape.length === one.filters[0].length;
  return outputShape.slice(batched ? 1 : 0).every(size => size > 0);
}

/** Any convolution or transposed one of 1 to 3 axes, or separable one, that has a result. */
export const randomCase: fc.Arbitrary<Case> = fc
  .tuple(
    fc.oneof(
      fc.array(axis(12), {minLength: 1, maxLength: 1}),
      fc.array(axis(7), {minLength: 2, maxLength: 2}),
      fc.array(axis(4), {minLength: 3, maxLength: 3}),
    ),
    common,
  )
  .map(([axes, it]) => caseOf(axes, it))
  .filter(isValid);
