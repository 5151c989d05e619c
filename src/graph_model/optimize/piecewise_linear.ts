import {channelValues} from './affine.js';
import {hasType} from './attributes.js';
import {channelsOf} from './channels.js';
import {convOf} from './conv_node.js';
import {addConstant, constantOf, isPlain, ownProducerOf, producerOf, redirect, setNode} from './graph.js';
import type {Graph} from './graph.js';
import type {Rule} from './rule.js';
import type {GraphChange, NodeDef} from './types.js';

/** A function of x that is `above` * x from 0 on and `below` * x below 0, for each channel; one number holds for all. */
interface Slopes {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/** A line through 0 in parts, of the x that all of its parts have. */
interface Piecewise extends Slopes {
  readonly x: string;
  readonly nodes: readonly string[];
}

/** How many ops deep a written out activation is followed. */
const MAX_DEPTH = 5;

type Combine = (m: number, n: number) => number;

const each = (a: readonly number[], b: readonly number[], of: Combine): number[] =>
  Array.from({length: Math.max(a.length, b.length)}, (_, c) =>
    of(a[a.length === 1 ? 0 : c], b[b.length === 1 ? 0 : c]),
  );

const both = (of: Combine) => (f: Slopes, g: Slopes) => ({
  above: each(f.above, g.above, of),
  below: each(f.below, g.below, of),
});

// Below 0, the larger of two multiples of x is that of the smaller factor.
const larger = (f: Slopes, g: Slopes): Slopes => ({
  above: each(f.above, g.above, Math.max),
  below: each(f.below, g.below, Math.min),
});
const smaller = (f: Slopes, g: Slopes): Slopes => ({
  above: each(f.above, g.above, Math.min),
  below: each(f.below, g.below, Math.max),
});
const sum = both((m, n) => m + n);
const ZERO: Slopes = {above: [0], below: [0]};

const UNARY: Readonly<Record<string, ((f: Slopes) => Slopes) | undefined>> = {
  Abs: ({above, below}) => ({above: above.map(Math.abs), below: below.map(factor => -Math.abs(factor))}),
  Neg: ({above, below}) => ({above: above.map(factor => -factor), below: below.map(factor => -factor)}),
  Relu: f => larger(f, ZERO),
};

const BINARY: Readonly<Record<string, ((f: Slopes, g: Slopes) => Slopes) | undefined>> = {
  Add: sum,
  AddV2: sum,
  Maximum: larger,
  Minimum: smaller,
  Sub: both((m, n) => m - n),
};

const fits = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length || a.length === 1 || b.length === 1;

/** A node that only the pattern reads, as a function of what it reads; any other input is x itself. */
function follow(graph: Graph, input: string, depth: number): Piecewise | undefined {
  const node = depth > 0 ? ownProducerOf(graph, input) : undefined;
  const isPart = node != null && isPlain(graph, node) && hasType(node, 'T', 'DT_FLOAT');
  return (isPart ? piecewise(graph, node, depth) : undefined) ?? {x: input, above: [1], below: [1], nodes: []};
}

/** Numbers of a constant beside x: 0 is the line of slope 0, others are factors. */
function lineOf(graph: Graph, input: string): readonly number[] | undefined {
  const values = channelValues(constantOf(graph, input));
  return values?.every(value => Number.isFinite(value)) ? values : undefined;
}

/** What a node is as a function of one x. */
function piecewise(graph: Graph, node: NodeDef, depth = MAX_DEPTH): Piecewise | undefined {
  const [first, second] = node.input ?? [];
  const unary = UNARY[node.op];
  if (unary != null) {
    const f = follow(graph, first, depth - 1);
    return f && {...unary(f), x: f.x, nodes: [...f.nodes, node.name]};
  }
  if (second === undefined) return undefined;
  const constants = [lineOf(graph, first), lineOf(graph, second)];
  const index = constants.findIndex(values => values !== undefined);
  const combine = BINARY[node.op];
  if (index >= 0) {
    const values = constants[index] ?? [];
    const f = follow(graph, index === 0 ? second : first, depth - 1);
    if (f == null || !fits(f.above, values) || !fits(f.below, values)) return undefined;
    const nodes = [...f.nodes, node.name];
    if (node.op === 'Mul') return {...both((m, n) => m * n)(f, {above: values, below: values}), x: f.x, nodes};
    const isZero = combine != null && values.length === 1 && values[0] === 0;
    return isZero ? {...(index === 0 ? combine(ZERO, f) : combine(f, ZERO)), x: f.x, nodes} : undefined;
  }
  const [f, g] = [follow(graph, first, depth - 1), follow(graph, second, depth - 1)];
  const isFit = f != null && g != null && f.x === g.x && fits(f.above, g.above) && fits(f.below, g.below);
  return isFit && combine ? {...combine(f, g), x: f.x, nodes: [...f.nodes, ...g.nodes, node.name]} : undefined;
}

/** Whether x is 0 or more: a convolution with an activation that is. */
function isNotNegative(graph: Graph, x: string): boolean {
  const node = producerOf(graph, x);
  const activation = node && (convOf(graph, node)?.activation ?? node.op);
  return activation === 'Relu' || activation === 'Relu6' || activation === 'Sigmoid';
}

/** Puts the shortest form of the function in the place of the node, and says which it is. */
function shorten(graph: Graph, node: NodeDef, {x, below}: Piecewise): string | undefined {
  const [slope, ...others] = below;
  const attr = {T: {type: 'DT_FLOAT'}};
  if (isNotNegative(graph, x) || below.every(value => value === 1)) {
    if (graph.outputs.has(node.name)) return undefined;
    redirect(graph, node.name, x);
    return 'its input';
  }
  if (below.every(value => value === 0)) {
    setNode(graph, {name: node.name, op: 'Relu', input: [x], attr});
    return 'Relu';
  }
  if (others.every(value => value === slope) && slope >= 0) {
    setNode(graph, {name: node.name, op: 'LeakyRelu', input: [x], attr: {...attr, alpha: {f: Math.fround(slope)}}});
    return 'LeakyRelu';
  }
  const slopes = {shape: [below.length], dtype: 'float32', values: Float32Array.from(below)} as const;
  setNode(graph, {name: node.name, op: 'Prelu', input: [x, addConstant(graph, `${node.name}/slopes`, slopes)], attr});
  return 'Prelu';
}

/**
 * An activation that is written out in several ops is one: relu(x) - a relu(-x), relu(x) + a (x - |x|) / 2, max(x, 0) +
 * a min(x, 0) and max(x, a x) are all x from 0 on and a x below, which is Prelu, or LeakyRelu for one a. Each of the ops
 * takes functions that are a multiple of x above 0 and another below to such a function, so that two factors tell all.
 * (x - |x| of an infinite x is NaN, which Prelu is not.)
 */
export const piecewiseLinear: Rule = (graph, node): GraphChange | undefined => {
  if (BINARY[node.op] == null || !hasType(node, 'T', 'DT_FLOAT') || !isPlain(graph, node)) return undefined;
  const found = piecewise(graph, node);
  if (found == null || found.nodes.length < 2 || !found.above.every(value => value === 1)) return undefined;
  const {length} = found.below;
  if (![...found.below].every(Number.isFinite) || (length > 1 && channelsOf(graph, found.x) !== length))
    return undefined;
  if ((graph.consumers.get(node.name)?.size ?? 0) === 0 && !graph.outputs.has(node.name)) return undefined;
  const name = shorten(graph, node, found);
  return name === undefined
    ? undefined
    : {kind: 'simplified', nodes: [...found.nodes], sentence: `written out, it is ${name}`};
};
