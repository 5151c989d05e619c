import {listOf, integersOf, opWith} from './tensorflow.js';
import type {Handle, OpAttr, RunOp, TensorFlow} from './tensorflow.js';

/*
 * Ops of TensorFlow that move elements, by what they take.
 */

/** Ops without attributes of their own, by their names. */
const plainOps = new Map<string, RunOp>();

function plainOp(name: string): RunOp {
  const op = plainOps.get(name) ?? opWith(name, {});
  plainOps.set(name, op);
  return op;
}

/** Runs an op of TensorFlow on float32 tensors once. */
export const runOp = (
  tf: TensorFlow,
  name: string,
  inputs: readonly Handle[],
  attrs?: Readonly<Record<string, OpAttr>>,
): Handle => (attrs === undefined ? plainOp(name) : opWith(name, attrs))(tf, inputs);

/** Elements at both ends of an axis. */
export type Pair = readonly [number, number];

const pairsOf = (tf: TensorFlow, pairs: readonly Pair[]): Handle => integersOf(tf, pairs.flat(), [pairs.length, 2]);

/** Written out, as this runs several times at every call, and a callback takes longer than everything else. */
function isShape(t: Handle, shape: readonly number[]): boolean {
  if (t.shape.length !== shape.length) return false;
  for (let a = 0; a < shape.length; a++) {
    if (t.shape[a] !== shape[a]) return false;
  }
  return true;
}

/** The tensor in another shape; itself if it has it already. */
export const shaped = (tf: TensorFlow, t: Handle, shape: readonly number[]): Handle =>
  isShape(t, shape) ? t : runOp(tf, 'Reshape', [t, listOf(tf, shape)]);

export const transposed = (tf: TensorFlow, t: Handle, axes: readonly number[]): Handle =>
  runOp(tf, 'Transpose', [t, listOf(tf, axes)]);

/** Zeros before and after each axis. */
export const padded = (tf: TensorFlow, t: Handle, pads: readonly Pair[]): Handle =>
  pads.every(([before, after]) => before === 0 && after === 0) ? t : runOp(tf, 'Pad', [t, pairsOf(tf, pads)]);

export const sliced = (tf: TensorFlow, t: Handle, begin: readonly number[], size: readonly number[]): Handle =>
  isShape(t, size) ? t : runOp(tf, 'Slice', [t, listOf(tf, begin), listOf(tf, size)]);

/** Every steps[a]-th element from begin[a] to end[a] of each axis. */
export const strided = (
  tf: TensorFlow,
  t: Handle,
  begin: readonly number[],
  end: readonly number[],
  steps: readonly number[],
): Handle => runOp(tf, 'StridedSlice', [t, listOf(tf, begin), listOf(tf, end), listOf(tf, steps)]);

/** The tensors one after the other along an axis. */
export const concatenated = (tf: TensorFlow, parts: readonly Handle[], axis: number): Handle =>
  parts.length === 1 ? parts[0] : runOp(tf, 'ConcatV2', [...parts, integersOf(tf, [axis], [])], {N: parts.length});

/** Whether the sum of all elements is finite, so that all of them are. Reads it, which takes some microseconds. */
export function hasFiniteSum(tf: TensorFlow, t: Handle): boolean {
  const sum = runOp(tf, 'Sum', [
    t,
    listOf(
      tf,
      t.shape.map((_, axis) => axis),
    ),
  ]);
  return Number.isFinite(tf.backend.binding.tensorDataSync(sum.id)[0]);
}

/** The elements whose positions along the axes after the first have the same remainder modulo `block`, as images of their own. */
export const spaceToBatch = (tf: TensorFlow, t: Handle, block: readonly number[], pads: readonly Pair[]): Handle =>
  runOp(tf, 'SpaceToBatchND', [t, listOf(tf, block), pairsOf(tf, pads)]);

/** The inverse. */
export const batchToSpace = (tf: TensorFlow, t: Handle, block: readonly number[], crops: readonly Pair[]): Handle =>
  runOp(tf, 'BatchToSpaceND', [t, listOf(tf, block), pairsOf(tf, crops)]);
