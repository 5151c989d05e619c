import {addConstant, constantOf, isPlain, producerOf, redirect, setNode, snapshot} from './graph.js';
import type {Graph} from './graph.js';
import {freeName} from './node_names.js';
import {inOrder} from './order.js';
import {transposed} from './transpose_constant.js';
import type {GraphChange, NodeDef} from './types.js';
import type {Constant} from './weights.js';

/** A node that permutes the axes of x: axis a of its result is axis axes[a] of x. */
interface Transpose {
  readonly x: string;
  readonly axes: readonly number[];
  readonly name: string;
}

function transposeOf(graph: Graph, input: string | undefined): Transpose | undefined {
  const node = producerOf(graph, input);
  const axes =
    node?.op === 'Transpose' && isPlain(graph, node) ? constantOf(graph, node.input?.[1])?.values : undefined;
  const x = node?.input?.[0];
  return node == null || axes == null || x === undefined ? undefined : {x, axes: Array.from(axes), name: node.name};
}

const integers = (values: readonly number[]): Constant => ({
  shape: [values.length],
  dtype: 'int32',
  values: Int32Array.from(values),
});

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((axis, n) => axis === b[n]);

/** The inputs with which a node computes the same before its axes are permuted as the permutation of what it is given. */
type Inputs = (graph: Graph, node: NodeDef, transpose: Transpose) => readonly string[] | undefined;

const unary: Inputs = (_, __, {x}) => [x];

/** Padding is given as one row per axis. */
const padding: Inputs = (graph, {name, input = []}, {x, axes}) => {
  const rows = constantOf(graph, input[1]);
  if (rows?.dtype !== 'int32' || rows.values.length !== 2 * axes.length) return undefined;
  const values = new Int32Array(rows.values.length);
  axes.forEach((axis, n) => values.set(rows.values.subarray(2 * n, 2 * n + 2), 2 * axis));
  return [x, addConstant(graph, `${name}/paddings`, {...rows, values}), ...input.slice(2)];
};

/** The axis along which tensors are joined is the last input. */
const concat: Inputs = (graph, {name, input = []}, {axes}) => {
  const axis = constantOf(graph, input[input.length - 1])?.values[0];
  const parts = input.slice(0, -1).map(each => transposeOf(graph, each));
  if (axis === undefined || !parts.every(part => part != null && isSame(part.axes, axes))) return undefined;
  const own = axes[axis < 0 ? axis + axes.length : axis];
  const scalar = {shape: [], dtype: 'int32', values: Int32Array.of(own)} as const;
  return [...parts.map(part => part?.x ?? ''), addConstant(graph, `${name}/axis`, scalar)];
};

/** The other input is permuted in the same way, or a constant, which is given as many axes and permuted back. */
const binary: Inputs = (graph, {name, input = []}, {axes}) => {
  const inverse = axes.map((_, axis) => axes.indexOf(axis));
  const sources = input.map(each => {
    const other = transposeOf(graph, each);
    if (other != null) return isSame(other.axes, axes) ? other.x : undefined;
    const constant = constantOf(graph, each);
    if (constant == null || constant.shape.length > axes.length) return undefined;
    if (constant.values.length === 1) return each;
    const shape = [...Array.from({length: axes.length - constant.shape.length}, () => 1), ...constant.shape];
    return addConstant(graph, `${name}/constant`, transposed({...constant, shape}, inverse));
  });
  return sources.every(source => source !== undefined) ? sources : undefined;
};

const INPUTS: Readonly<Record<string, Inputs | undefined>> = {
  ...Object.fromEntries(
    ['Abs', 'Elu', 'Exp', 'Identity', 'LeakyRelu', 'Neg', 'Relu', 'Relu6', 'Sigmoid', 'Square', 'Tanh'].map(op => [
      op,
      unary,
    ]),
  ),
  ...Object.fromEntries(['Add', 'AddV2', 'Maximum', 'Minimum', 'Mul', 'RealDiv', 'Sub'].map(op => [op, binary])),
  ConcatV2: concat,
  MirrorPad: padding,
  Pad: padding,
  PadV2: padding,
};

/** Two permutations in a row are one, or none at all. */
function compose(graph: Graph, node: NodeDef): void {
  const outer = transposeOf(graph, node.name);
  const inner = transposeOf(graph, node.input?.[0]);
  if (outer?.axes.length !== inner?.axes.length || outer == null || inner == null) return;
  const axes = outer.axes.map(axis => inner.axes[axis]);
  const isNone = axes.every((axis, n) => axis === n);
  if (isNone && graph.outputs.has(node.name)) setNode(graph, {...node, op: 'Identity', input: [inner.x]});
  else if (isNone) {
    if ((graph.consumers.get(node.name)?.size ?? 0) === 0) return;
    redirect(graph, node.name, inner.x);
  } else setNode(graph, {...node, input: [inner.x, addConstant(graph, `${node.name}/perm`, integers(axes))]});
}

/** A node that computes before the permutation of its inputs what it computed behind it, and that permutation. */
function sink(graph: Graph, node: NodeDef): void {
  const transpose = (node.input ?? []).map(input => transposeOf(graph, input)).find(each => each != null);
  const input = transpose && INPUTS[node.op]?.(graph, node, transpose);
  const permutation = transpose && graph.nodes.get(transpose.name);
  if (transpose == null || input == null || permutation == null) return;
  const name = freeName(`${node.name}/permuted`, taken => graph.nodes.has(taken));
  setNode(graph, {...node, name, input});
  setNode(graph, {...permutation, name: node.name, input: [name, permutation.input?.[1] ?? '']});
}

const countTransposes = ({nodes}: Graph): number => [...nodes.values()].filter(({op}) => op === 'Transpose').length;

/**
 * Moves permutations of axes towards the outputs, through ops that work element by element, pad or join, where that makes
 * pairs of them meet that cancel: f(permuted x) = permuted f(x) for such an f, with paddings and axes named accordingly.
 * Models that were made for channels first have a pair around each convolution. If none cancels, all stays as it is.
 */
export function sinkTransposes(graph: Graph): GraphChange[] {
  const before = countTransposes(graph);
  if (before < 2) return [];
  const restore = snapshot(graph);
  for (const name of inOrder(graph)) {
    const node = graph.nodes.get(name);
    if (node == null || !isPlain(graph, node)) continue;
    if (node.op === 'Transpose') compose(graph, node);
    else sink(graph, node);
  }
  const after = countTransposes(graph);
  if (after >= before) {
    restore();
    return [];
  }
  return [
    {
      kind: 'simplified',
      nodes: [],
      sentence: `${before - after} of ${before} permutations of axes cancelled one another`,
    },
  ];
}
