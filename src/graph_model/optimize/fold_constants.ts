import {hasType, integersAttr, numberAttr} from './attributes.js';
import {becomeConstant, constantOf, isPlain} from './graph.js';
import type {Graph} from './graph.js';
import type {Rule} from './rule.js';
import type {NodeDef} from './types.js';
import {indices, stridesOf, transposed} from './transpose_constant.js';
import {sizeOf} from './weights.js';
import type {Constant} from './weights.js';

/** A folded constant may be larger than what it is made of by this many elements. */
const MAX_GROWTH = 1024;

type Fold = (node: NodeDef, inputs: readonly Constant[]) => Constant | undefined;

/** The shape that two shapes broadcast to. */
function broadcast(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const sizes = Array.from({length: rank}, (_, axis) => {
    const [m, n] = [a, b].map(shape => shape[axis - rank + shape.length] ?? 1);
    return m === n || n === 1 ? m : m === 1 ? n : -1;
  });
  return sizes.includes(-1) ? undefined : sizes;
}

/** Steps through a tensor of `shape` while one of `result` is written; an axis of size 1 that is broadcast has step 0. */
function broadcastSteps(shape: readonly number[], result: readonly number[]): number[] {
  const own = stridesOf(shape);
  return result.map((_, axis) => {
    const at = axis - result.length + shape.length;
    return at < 0 || shape[at] === 1 ? 0 : own[at];
  });
}

const elementwise =
  (of: (a: number, b: number) => number): Fold =>
  (_, [a, b]) => {
    const shape = b && broadcast(a.shape, b.shape);
    if (shape == null || a.dtype !== b.dtype || a.dtype === 'bool') return undefined;
    const values = a.dtype === 'float32' ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
    const others = indices(shape, broadcastSteps(b.shape, shape));
    let n = 0;
    for (const index of indices(shape, broadcastSteps(a.shape, shape))) {
      values[n++] = of(a.values[index], b.values[others.next().value ?? 0]);
    }
    return {shape, dtype: a.dtype, values};
  };

/** A function of each float32 element. */
const unary =
  (of: (a: number) => number): Fold =>
  (_, [a]) =>
    a.dtype === 'float32' ? {...a, values: Float32Array.from(a.values, of)} : undefined;

/** For float32 only: integers are divided differently. */
const floats =
  (fold: Fold): Fold =>
  (node, inputs) =>
    inputs.every(({dtype}) => dtype === 'float32') ? fold(node, inputs) : undefined;

/** The same elements in another shape, if it has as many. */
const reshaped = (a: Constant, shape: readonly number[]): Constant | undefined =>
  sizeOf(shape) === a.values.length ? {...a, shape} : undefined;

const reshape: Fold = (_, [a, target]) => {
  const sizes = target && Array.from(target.values);
  if (sizes == null || a.values.length === 0) return undefined;
  const known = sizeOf(sizes.filter(size => size !== -1));
  return reshaped(
    a,
    sizes.map(size => (size === -1 ? a.values.length / known : size)),
  );
};

const expandDims: Fold = (_, [a, axes]) => {
  if (axes?.values.length !== 1) return undefined;
  const axis = axes.values[0] < 0 ? axes.values[0] + a.shape.length + 1 : axes.values[0];
  return reshaped(a, [...a.shape.slice(0, axis), 1, ...a.shape.slice(axis)]);
};

const squeeze: Fold = (node, [a]) => {
  const axes = (integersAttr(node, 'squeeze_dims') ?? []).map(axis => (axis < 0 ? axis + a.shape.length : axis));
  const goes = (size: number, axis: number) => (axes.length === 0 ? size === 1 : axes.includes(axis));
  return reshaped(
    a,
    a.shape.filter((size, axis) => !goes(size, axis)),
  );
};

const transpose: Fold = (_, [a, permutation]) =>
  permutation?.values.length === a.shape.length ? transposed(a, Array.from(permutation.values)) : undefined;

/** Along a new axis, of constants of one shape. */
const pack: Fold = (node, inputs) => {
  const [first] = inputs;
  const isOne = first.values.length === 1 && numberAttr(node, 'axis', 0) === 0;
  if (!isOne || first.dtype !== 'int32' || !inputs.every(({dtype, shape}) => dtype === 'int32' && shape.length === 0)) {
    return undefined;
  }
  return {shape: [inputs.length], dtype: 'int32', values: Int32Array.from(inputs, ({values}) => values[0])};
};

const cast: Fold = (node, [a]) => {
  if (node.attr?.DstT == null || !hasType(node, 'DstT', 'DT_FLOAT') || a.dtype === 'bool') return undefined;
  return {...a, dtype: 'float32', values: Float32Array.from(a.values)};
};

const add = elementwise((a, b) => a + b);
const same: Fold = (_, [a]) => a;

/** Ops that are cheap, and found around filters and biases. Int32 sums and products wrap as they do in an Int32Array. */
const FOLDS: Readonly<Record<string, Fold | undefined>> = {
  Add: add,
  AddV2: add,
  Cast: cast,
  ExpandDims: expandDims,
  Identity: same,
  Maximum: elementwise(Math.max),
  Minimum: elementwise(Math.min),
  Mul: floats(elementwise((a, b) => a * b)),
  Neg: unary(a => -a),
  Pack: pack,
  RealDiv: floats(elementwise((a, b) => a / b)),
  Reshape: reshape,
  Rsqrt: unary(a => 1 / Math.sqrt(a)),
  Sqrt: unary(Math.sqrt),
  Square: unary(a => a * a),
  Squeeze: squeeze,
  StopGradient: same,
  Sub: elementwise((a, b) => a - b),
  Transpose: transpose,
};

/** Whether a constant would be kept twice: somebody else reads one of the inputs, and it is not small. */
const isShared = (graph: Graph, node: NodeDef): boolean =>
  (node.input ?? []).some(
    input => (graph.consumers.get(input)?.size ?? 0) > 1 && (constantOf(graph, input)?.values.length ?? 0) > MAX_GROWTH,
  );

/**
 * A cheap operation on constants becomes the constant that it gives, rounded to its type as the operation would round it.
 * Not where the result is larger than what it is made of, as a broadcast is, or a large input is needed as it is, too.
 */
export const foldConstants: Rule = (graph, node) => {
  const fold = FOLDS[node.op];
  if (fold == null || !isPlain(graph, node) || graph.outputs.has(node.name) || graph.weights.has(node.name))
    return undefined;
  const inputs = (node.input ?? []).map(input => constantOf(graph, input));
  if (inputs.length === 0 || !inputs.every(input => input != null) || isShared(graph, node)) return undefined;
  const constant = fold(node, inputs);
  const size = inputs.reduce((sum, {values}) => sum + values.length, MAX_GROWTH);
  if (constant == null || constant.values.length > size) return undefined;
  becomeConstant(graph, node.name, constant);
  return {kind: 'folded constant', nodes: [node.name], sentence: `${node.op} of constants is a constant`};
};
