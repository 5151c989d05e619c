import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow op: integers, a string, a truth, or what has to be named. */
export type OpAttr = number | readonly number[] | string | boolean | {readonly float: number};

/** How tfjs-node's native addon is told the type of an attribute. */
interface NativeAttr {
  readonly name: string;
  readonly type: number;
  readonly value: number | readonly number[] | string | boolean;
}

/** What the backend of tfjs-node has beyond its type: it runs any op that the loaded TensorFlow library knows. */
export interface TensorFlow extends KernelBackend {
  readonly binding: {
    readonly TF_ATTR_INT: number; readonly TF_ATTR_STRING: number; readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_BOOL: number; readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number;
  };
  executeSingleOutput(name: string, attrs: readonly NativeAttr[], inputs: readonly TensorInfo[]): Tensor;
}

/** The backend that kernels of 'tensorflow' are called with. */
export const tensorFlow = (backend: KernelBackend): TensorFlow => backend as TensorFlow;

function nativeAttr({binding}: TensorFlow, name: string, value: OpAttr): NativeAttr {
  if (typeof value === 'string') return {name, type: binding.TF_ATTR_STRING, value};
  if (typeof value === 'boolean') return {name, type: binding.TF_ATTR_BOOL, value};
  if (typeof value === 'number' || Array.isArray(value)) return {name, type: binding.TF_ATTR_INT, value: value as number};
  return {name, type: binding.TF_ATTR_FLOAT, value: (value as {float: number}).float};
}

/** Runs an op of TensorFlow on tensors. */
export type RunOp = (tf: TensorFlow, inputs: readonly TensorInfo[]) => Tensor;

/**
 * An op of TensorFlow on float32 tensors (its attribute T) with its attributes, which are made once. Types of other inputs
 * are inferred.
 */
export function opWith(name: string, attrs: Readonly<Record<string, OpAttr>>): RunOp {
  let native: NativeAttr[] | undefined;
  return (tf, inputs) => {
    native ??= [
      {name: 'T', type: tf.binding.TF_ATTR_TYPE, value: tf.binding.TF_FLOAT},
      ...Object.entries(attrs).map(([key, value]) => nativeAttr(tf, key, value)),
    ];
    return tf.executeSingleOutput(name, native, inputs);
  };
}

/** Ops without other attributes, by their names. */
const plainOps = new Map<string, RunOp>();

function plainOp(name: string): RunOp {
  const op = plainOps.get(name) ?? opWith(name, {});
  plainOps.set(name, op);
  return op;
}

/** Runs an op of TensorFlow on float32 tensors once. */
export const runOp = (
    tf: TensorFlow, name: string, inputs: readonly TensorInfo[], attrs?: Readonly<Record<string, OpAttr>>): Tensor =>
    (attrs === undefined ? plainOp(name) : opWith(name, attrs))(tf, inputs);

/** Integers as a tensor that an op takes, which TensorFlow.js' engine knows nothing of. */
export function withIntegers<T>(tf: TensorFlow, values: readonly number[], shape: number[], use: (t: TensorInfo) => T): T {
  const info: TensorInfo = {dataId: tf.write(Int32Array.from(values), shape, 'int32'), shape, dtype: 'int32'};
  try {
    return use(info);
  } finally {
    tf.disposeData(info.dataId);
  }
}

/** Elements at both ends of an axis. */
export type Pair = readonly [number, number];

const withList = <T>(tf: TensorFlow, values: readonly number[], use: (t: TensorInfo) => T): T =>
    withIntegers(tf, values, [values.length], use);

const withPairs = <T>(tf: TensorFlow, pairs: readonly Pair[], use: (t: TensorInfo) => T): T =>
    withIntegers(tf, pairs.flat(), [pairs.length, 2], use);

const isShape = (t: TensorInfo, shape: readonly number[]): boolean =>
    t.shape.length === shape.length && shape.every((size, a) => t.shape[a] === size);

/** The tensor in another shape; itself if it has it already. */
export const shaped = (tf: TensorFlow, t: Tensor, shape: readonly number[]): Tensor =>
    isShape(t, shape) ? t : withList(tf, shape, to => runOp(tf, 'Reshape', [t, to]));

export const transposed = (tf: TensorFlow, t: Tensor, axes: readonly number[]): Tensor =>
    withList(tf, axes, permutation => runOp(tf, 'Transpose', [t, permutation]));

/** Zeros before and behind each axis. */
export const padded = (tf: TensorFlow, t: Tensor, pads: readonly Pair[]): Tensor =>
    pads.every(([before, after]) => before === 0 && after === 0) ? t :
    withPairs(tf, pads, counts => runOp(tf, 'Pad', [t, counts]));

export const sliced = (tf: TensorFlow, t: Tensor, begin: readonly number[], size: readonly number[]): Tensor =>
    isShape(t, size) ? t :
    withList(tf, begin, from => withList(tf, size, count => runOp(tf, 'Slice', [t, from, count])));

/** Every steps[a]-th element from begin[a] to end[a] of each axis. */
export const strided = (
    tf: TensorFlow, t: Tensor, begin: readonly number[], end: readonly number[], steps: readonly number[]): Tensor =>
    withList(tf, begin, from => withList(
        tf, end, to => withList(tf, steps, by => runOp(tf, 'StridedSlice', [t, from, to, by]))));

/** The tensors one after the other along an axis. */
export const concatenated = (tf: TensorFlow, parts: readonly Tensor[], axis: number): Tensor =>
    parts.length === 1 ? parts[0] :
    withIntegers(tf, [axis], [], along => runOp(tf, 'ConcatV2', [...parts, along], {N: parts.length}));

/** The elements of the axes behind the first that have the same rest modulo `block`, as images of their own. */
export const spaceToBatch = (
    tf: TensorFlow, t: Tensor, block: readonly number[], pads: readonly Pair[]): Tensor =>
    withList(tf, block, sizes => withPairs(tf, pads, counts => runOp(tf, 'SpaceToBatchND', [t, sizes, counts])));

/** The inverse. */
export const batchToSpace = (
    tf: TensorFlow, t: Tensor, block: readonly number[], crops: readonly Pair[]): Tensor =>
    withList(tf, block, sizes => withPairs(tf, crops, counts => runOp(tf, 'BatchToSpaceND', [t, sizes, counts])));
