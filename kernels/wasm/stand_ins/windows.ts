import {backend_util, slice_util, util} from '@tensorflow/tfjs-core';
import type {
  PadV2Attrs,
  PadV2Inputs,
  SliceAttrs,
  SliceInputs,
  SplitVAttrs,
  SplitVInputs,
  StridedSliceAttrs,
  StridedSliceInputs,
  TensorInfo,
  TileAttrs,
  TileInputs,
  UnpackAttrs,
  UnpackInputs,
} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import type {StandIn} from '../../../src/registry/stand_ins.js';
import {floatsAt} from '../../wasm_core/call.js';
import {copyStrided} from '../../wasm_core/algorithms/strided_copy.js';
import {F32} from '../../wasm_core/plan/conv_plan.js';
import {addressOf, copyAxes, isFloats, isWords, makeTensor, stridesOf} from './results.js';
import type {WordTensor} from './results.js';

/*
 * Evenly spaced parts of tensors, and tensors as parts of larger ones. TensorFlow.js copies a tensor out of the module's
 * memory to take a part of it, and computes the place of every single element.
 */

const offsetOf = (begin: readonly number[], strides: readonly number[]): number =>
  begin.reduce((sum, position, a) => sum + position * strides[a], 0);

/** The elements begin + t * steps of a tensor, for t below `sizes`, as a tensor of a shape of so many elements. */
function takePart(
  backend: object,
  x: WordTensor,
  begin: readonly number[],
  steps: readonly number[],
  sizes: readonly number[],
  shape: readonly number[],
): TensorInfo {
  const strides = stridesOf(x.shape);
  const from = strides.map((stride, a) => stride * steps[a]);
  return makeTensor(backend, shape, x.dtype, (call, to) =>
    copyStrided(call, to, addressOf(call, x) + offsetOf(begin, strides) * F32, copyAxes(sizes, stridesOf(sizes), from)),
  );
}

const ones = ({shape}: TensorInfo): number[] => shape.map(() => 1);

/** Whether the part lies within a tensor and has elements. */
const isWithin = ({shape}: TensorInfo, begin: readonly number[], sizes: readonly number[]): boolean =>
  sizes.length === shape.length &&
  shape.every((size, a) => begin[a] >= 0 && sizes[a] > 0 && begin[a] + sizes[a] <= size);

/** Slice */
export const slice: StandIn<SliceInputs, SliceAttrs> = ({inputs: {x}, attrs, backend}) => {
  if (!isWords(x)) return undefined;
  const [begin, sizes] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
  return isWithin(x, begin, sizes) ? takePart(backend, x, begin, ones(x), sizes, sizes) : undefined;
};

/** StridedSlice */
export const stridedSlice: StandIn<StridedSliceInputs, StridedSliceAttrs> = ({inputs: {x}, attrs, backend}) => {
  if (!isFloats(x)) return undefined;
  const {beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask} = attrs;
  const {finalShapeSparse, finalShape, isIdentity, begin, end, strides} = slice_util.sliceInfo(
    x.shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  const sizes = slice_util.computeOutShape(begin, end, strides);
  // An identity is no copy; what is empty or has other axes than x is left to the built-in kernel.
  const isTaken = !isIdentity && sizes.length === x.shape.length && product(sizes) === product(finalShape);
  if (!isTaken || product(sizes) === 0 || product(finalShapeSparse) !== product(sizes)) return undefined;
  return takePart(backend, x, begin, strides, sizes, finalShape);
};

/** Unpack */
export const unpack: StandIn<UnpackInputs, UnpackAttrs> = ({inputs: {value}, attrs, backend}) => {
  if (!isWords(value)) return undefined;
  const {shape} = value;
  const axis = attrs.axis < 0 ? attrs.axis + shape.length : attrs.axis;
  if (!(axis >= 0 && axis < shape.length)) return undefined;
  const sizes = shape.map((size, a) => (a === axis ? 1 : size));
  const outShape = shape.filter((_, a) => a !== axis);
  return Array.from({length: shape[axis]}, (_, i) =>
    takePart(
      backend,
      value,
      shape.map((__, a) => (a === axis ? i : 0)),
      ones(value),
      sizes,
      outShape,
    ),
  );
};

/** SplitV */
export const splitV: StandIn<SplitVInputs, SplitVAttrs> = ({inputs: {x}, attrs, backend}) => {
  if (!isWords(x)) return undefined;
  const [axis] = util.parseAxisParam(attrs.axis, x.shape);
  const counts = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
  if (counts.some(count => count < 1)) return undefined;
  let first = 0;
  return counts.map(count => {
    const begin = x.shape.map((_, a) => (a === axis ? first : 0));
    const sizes = x.shape.map((size, a) => (a === axis ? count : size));
    first += count;
    return takePart(backend, x, begin, ones(x), sizes, sizes);
  });
};

/** PadV2 */
export const padV2: StandIn<PadV2Inputs, PadV2Attrs> = ({inputs: {x}, attrs: {paddings, constantValue}, backend}) => {
  if (!isFloats(x) || paddings.length !== x.shape.length) return undefined;
  if (paddings.some(([before, after]) => before < 0 || after < 0)) return undefined;
  const shape = x.shape.map((size, a) => paddings[a][0] + size + paddings[a][1]);
  const strides = stridesOf(shape);
  const offset = offsetOf(
    paddings.map(([before]) => before),
    strides,
  );
  return makeTensor(backend, shape, x.dtype, (call, to) => {
    floatsAt(call, to, product(shape)).fill(constantValue);
    copyStrided(call, to + offset * F32, addressOf(call, x), copyAxes(x.shape, strides, stridesOf(x.shape)));
  });
};

/** Tile */
export const tile: StandIn<TileInputs, TileAttrs> = ({inputs: {x}, attrs: {reps}, backend}) => {
  if (!isWords(x) || reps.length !== x.shape.length || !reps.every(times => times >= 1)) return undefined;
  const {shape} = x;
  const tiled = shape.map((size, a) => size * reps[a]);
  const [to, from] = [stridesOf(tiled), stridesOf(shape)];
  const axes = shape.flatMap((count, a) => [
    {count: reps[a], to: count * to[a], from: 0},
    {count, to: to[a], from: from[a]},
  ]);
  return makeTensor(backend, tiled, x.dtype, (call, output) => copyStrided(call, output, addressOf(call, x), axes));
};
