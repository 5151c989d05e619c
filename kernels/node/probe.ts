import {findBackend} from '@tensorflow/tfjs-core';
import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import {convAxis, UNIT_AXIS} from '../../src/geometry/axis.js';
import type {AxisGeometry, AxisPadding} from '../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Padding} from './axis_padding.js';
import {FAMILIES, imageShape, familyOp} from './op_families.js';
import type {FamilyName, ConvKernel} from './op_families.js';
import {exactly} from './probe_reference.js';
import {computed, handleOf} from './tensorflow.js';

/*
 * What the ops of the loaded TensorFlow library compute depends on its version, its processor and whether oneDNN is in
 * use, and some compute wrong numbers without an error. So nothing is assumed: the first call of each kind runs the op
 * on a tiny example of that kind: its results have to be exact, and NaN where a term has one and nowhere else.
 */

/** What distinguishes one kind of call from another. */
interface Kind {
  readonly kernel: ConvKernel;
  readonly family: FamilyName;
  readonly padding: Padding;
  readonly grouped: boolean;
  readonly dilated: boolean;
  readonly strides: 'one' | 'equal' | 'unequal';
  readonly channelsLast: boolean;
}

const PADDING: {readonly [P in Padding]: AxisPadding} = {VALID: 'valid', SAME: 'same', EXPLICIT: [1, 2]};
const STRIDES = {one: [1, 1, 1], equal: [2, 2, 2], unequal: [1, 3, 2]} as const;
const CHANNELS: {readonly [F in FamilyName]: [groups: number, inChannels: number, outChannels: number]} = {
  conv2d: [1, 2, 3],
  depthwise: [3, 3, 6],
  conv3d: [1, 2, 3],
};

/** A small convolution of the kind, its axes different in every respect. */
function example({family, padding, grouped, dilated, strides, channelsLast}: Kind): ConvGeometry {
  const axis = (a: number): AxisGeometry =>
    convAxis(
      {input: [5, 7, 6][a], kernel: [2, 3, 2][a], stride: STRIDES[strides][a], dilation: dilated ? [2, 2, 3][a] : 1},
      PADDING[padding],
    );
  const [groups, inChannels, outChannels] = grouped && family === 'conv2d' ? [2, 4, 6] : CHANNELS[family];
  const depth = FAMILIES[family].spatialRank === 3 ? axis(0) : UNIT_AXIS;
  return {batch: 2, groups, inChannels, outChannels, channelsLast, axes: [depth, axis(1), axis(2)]};
}

/** Whole numbers from -2 to 2, so that every sum is exact. */
const wholeNumbers = (length: number, factor: number): Float32Array =>
  Float32Array.from({length}, (_, i) => ((i * factor + 1) % 5) - 2);

/**
 * Where the first operand of an example has NaN, as parts of its length, in each run. Both places are in its first image,
 * so that the second has none. All images add to a filter gradient: there each place has a run of its own.
 */
const NAN_PLACES: {readonly [K in ConvKernel]: readonly (readonly number[])[]} = {
  ConvND: [[0, 0.37]],
  ConvNDBackpropInput: [[0, 0.37]],
  ConvNDBackpropFilter: [[], [0], [0.37]],
};

/** Runs the op of a kind once, with NaN at some places of its first operand, and compares every element. */
function isExact(
  backend: KernelBackend,
  {kernel, family, padding}: Kind,
  g: ConvGeometry,
  nanPlaces: readonly number[],
): boolean {
  const {spatialRank, filterShape: shapeOf} = FAMILIES[family];
  const values = {
    x: wholeNumbers(product(xShape(g)), 2),
    filter: wholeNumbers(product(filterShape(g)), 3),
    dy: wholeNumbers(product(yShape(g)), 7),
  };
  const first = kernel === 'ConvNDBackpropInput' ? values.dy : values.x;
  for (const place of nanPlaces) first[Math.floor(place * first.length)] = NaN;
  const tensor = (data: Float32Array, shape: number[]): TensorInfo => ({
    dataId: backend.write(data, shape, 'float32'),
    shape,
    dtype: 'float32',
  });
  const x = tensor(values.x, imageShape(g, spatialRank, 'x'));
  const dy = tensor(values.dy, imageShape(g, spatialRank, 'y'));
  const filter = tensor(values.filter, shapeOf(g));
  const operands = {
    ConvND: [x, filter],
    ConvNDBackpropInput: [dy, filter],
    ConvNDBackpropFilter: [x, dy],
  } as const;
  try {
    const [a, b] = operands[kernel];
    const op = familyOp(kernel, family, g, padding);
    const result = computed(backend, tf => op(tf, [handleOf(tf, a), handleOf(tf, b)]));
    const got = result.dataSync();
    result.dispose();
    const expected = exactly(kernel, g, values);
    return (
      got.length === expected.length &&
      expected.every((value, i) => got[i] === value || (Number.isNaN(value) && Number.isNaN(got[i])))
    );
  } finally {
    [x, dy, filter].forEach(({dataId}) => backend.disposeData(dataId));
  }
}

function computes(backend: KernelBackend, kind: Kind): boolean {
  const g = example(kind);
  try {
    return NAN_PLACES[kind.kernel].every(places => isExact(backend, kind, g, places));
  } catch (error) {
    if (!String(error).includes('TF_Status')) throw error;
    // The library says that it does not compute this.
    return false;
  }
}

const known = new Map<string, boolean>();

function strideKind(axes: readonly AxisGeometry[]): Kind['strides'] {
  const [first, ...others] = axes.map(({stride}) => stride);
  if (others.some(stride => stride !== first)) return 'unequal';
  return first === 1 ? 'one' : 'equal';
}

/** Whether the loaded library computes calls of this kind. */
export function isComputed(kernel: ConvKernel, family: FamilyName, g: ConvGeometry, padding: Padding): boolean {
  const axes = g.axes.slice(3 - FAMILIES[family].spatialRank);
  const kind: Kind = {
    kernel,
    family,
    padding,
    grouped: g.groups > 1,
    dilated: axes.some(({dilation}) => dilation > 1),
    strides: strideKind(axes),
    channelsLast: g.channelsLast,
  };
  const key = Object.values(kind).join();
  const found = known.get(key);
  if (found !== undefined) return found;
  const computed = computes(findBackend('tensorflow'), kind);
  known.set(key, computed);
  return computed;
}
