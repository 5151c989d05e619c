import {numberAttr} from './attributes.js';
import {constantOf, producerOf} from './graph.js';
import type {Graph} from './graph.js';
import {number, numberOf, plus, textOf, unknown} from './linear_form.js';
import type {LinearForm} from './linear_form.js';
import type {NodeDef} from './types.js';
import {sizeOf} from './weights.js';

/** A small integer tensor, such as the sizes of another one and what is computed from them. */
export interface Integers {
  readonly shape: readonly number[];
  readonly elements: readonly LinearForm[];
}

/** Largest number of elements that are followed. */
const MAX_SIZE = 64;

type Evaluate = (input: string | undefined) => Integers | undefined;
type Reader = (node: NodeDef, evaluate: Evaluate, graph: Graph) => Integers | undefined;

/** A function of two tensors of one shape, or of one tensor and one number. */
const binary =
  (of: (a: LinearForm, b: LinearForm) => LinearForm | undefined): Reader =>
  ({input = []}, evaluate) => {
    const [a, b] = [evaluate(input[0]), evaluate(input[1])];
    if (a == null || b == null) return undefined;
    const isSame = a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);
    if (!isSame && a.shape.length > 0 && b.shape.length > 0) return undefined;
    const larger = a.shape.length >= b.shape.length ? a : b;
    const pick = ({shape, elements}: Integers, n: number) => elements[shape.length === 0 ? 0 : n];
    const elements = larger.elements.map((_, n) => of(pick(a, n), pick(b, n)));
    return elements.every(element => element != null) ? {shape: larger.shape, elements} : undefined;
  };

const sum: Reader = binary((a, b) => plus(a, b));

const product = binary((a, b) => {
  const [m, n] = [numberOf(a), numberOf(b)];
  if (n !== undefined) return plus(number(0), a, n);
  return m === undefined ? undefined : plus(number(0), b, m);
});

/** a modulo b: a number, or something unknown that is the same for the same a and b. */
const modulo = binary((a, b) => {
  const [m, n] = [numberOf(a), numberOf(b)];
  return m === undefined || n === undefined || n <= 0
    ? unknown(`(${textOf(a)})mod(${textOf(b)})`)
    : number(((m % n) + n) % n);
});

/** Tensors in a row along a new first axis. */
const pack: Reader = (node, evaluate) => {
  const parts = (node.input ?? []).map(evaluate);
  const [first] = parts;
  if (numberAttr(node, 'axis', 0) !== 0 || first == null || !parts.every(part => part != null)) return undefined;
  return {shape: [parts.length, ...first.shape], elements: parts.flatMap(({elements}) => elements)};
};

/** Lines one behind the other; the axis is the last input. */
const concat: Reader = ({input = []}, evaluate) => {
  const parts = input.slice(0, -1).map(evaluate);
  if (!parts.every(part => part?.shape.length === 1)) return undefined;
  const elements = parts.flatMap(part => part?.elements ?? []);
  return {shape: [elements.length], elements};
};

const expandDims: Reader = ({input = []}, evaluate, graph) => {
  const [a, axis] = [evaluate(input[0]), constantOf(graph, input[1])?.values[0]];
  if (a == null || axis === undefined) return undefined;
  const at = axis < 0 ? axis + a.shape.length + 1 : axis;
  return {...a, shape: [...a.shape.slice(0, at), 1, ...a.shape.slice(at)]};
};

const reshape: Reader = ({input = []}, evaluate, graph) => {
  const [a, target] = [evaluate(input[0]), constantOf(graph, input[1])];
  if (a == null || target == null) return undefined;
  const known = sizeOf(Array.from(target.values).filter(size => size >= 0));
  const shape = Array.from(target.values, size => (size < 0 ? a.elements.length / known : size));
  return sizeOf(shape) === a.elements.length ? {...a, shape} : undefined;
};

/** Which elements of a line StridedSlice takes, with step 1: from begin to end, or the one at begin. */
function sliced(
  node: NodeDef,
  graph: Graph,
): {readonly begin: number; readonly end: number; readonly isOne: boolean} | undefined {
  const [begin, end, step] = [1, 2, 3].map(n => constantOf(graph, node.input?.[n])?.values);
  if (begin?.length !== 1 || end?.length !== 1 || step?.[0] !== 1) return undefined;
  const masks = ['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask'].map(mask => numberAttr(node, mask, 0));
  const isOne = numberAttr(node, 'shrink_axis_mask', 0) === 1;
  // An end that is left out is unknown where the length is.
  if (masks.some((mask, n) => mask !== 0 && !(isOne && n === 1)) || begin[0] < 0) return undefined;
  const to = isOne ? begin[0] + 1 : end[0];
  return to < begin[0] || to - begin[0] > MAX_SIZE ? undefined : {begin: begin[0], end: to, isOne};
}

const stridedSlice: Reader = (node, evaluate, graph) => {
  const range = sliced(node, graph);
  if (range == null) return undefined;
  const {begin, end, isOne} = range;
  const shape = isOne ? [] : [end - begin];
  const source = producerOf(graph, node.input?.[0]);
  if (source?.op === 'Shape') {
    const sizes = Array.from({length: end - begin}, (_, n) => unknown(`sizes(${source.input?.[0]})[${begin + n}]`));
    return {shape, elements: sizes};
  }
  const line = evaluate(node.input?.[0]);
  if (line?.shape.length !== 1 || end > line.shape[0]) return undefined;
  return {shape, elements: line.elements.slice(begin, end)};
};

const READERS: Readonly<Record<string, Reader | undefined>> = {
  Add: sum,
  AddV2: sum,
  ConcatV2: concat,
  ExpandDims: expandDims,
  FloorMod: modulo,
  Identity: ({input = []}, evaluate) => evaluate(input[0]),
  Mul: product,
  Pack: pack,
  Reshape: reshape,
  StridedSlice: stridedSlice,
  Sub: binary((a, b) => plus(a, b, -1)),
};

/** What an input holds, as far as it is made of numbers and of sizes of other tensors. */
export function integersOf(graph: Graph, input: string | undefined): Integers | undefined {
  const known = new Map<string, Integers | undefined>();
  const evaluate: Evaluate = each => {
    if (each === undefined) return undefined;
    if (known.has(each)) return known.get(each);
    // A loop reads itself: nothing is known of it.
    known.set(each, undefined);
    const constant = constantOf(graph, each);
    const node = constant == null ? producerOf(graph, each) : undefined;
    const found =
      constant != null
        ? constant.dtype === 'int32' && constant.values.length <= MAX_SIZE
          ? {shape: constant.shape, elements: Array.from(constant.values, number)}
          : undefined
        : node && READERS[node.op]?.(node, evaluate, graph);
    known.set(each, found);
    return found;
  };
  return evaluate(input);
}
