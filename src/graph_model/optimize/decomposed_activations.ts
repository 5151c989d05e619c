import {hasType} from './attributes.js';
import {withScalar} from './activation.js';
import {addConstant, constantOf, isPlain, ownProducerOf, setNode} from './graph.js';
import type {Graph} from './graph.js';
import type {Rule} from './rule.js';
import type {NodeDef} from './types.js';
import type {Constant} from './weights.js';

const isFloat = (node: NodeDef): boolean => hasType(node, 'T', 'DT_FLOAT');

/** The node of this op among the two inputs, if nobody else reads it, and the other input. */
function operands(graph: Graph, {input = []}: NodeDef, op: string): {readonly node: NodeDef; readonly other: string}[] {
  return [0, 1].flatMap(n => {
    const node = ownProducerOf(graph, input[n]);
    return node?.op === op && isPlain(graph, node) ? [{node, other: input[1 - n]}] : [];
  });
}

/** max(x, a x) with 0 <= a <= 1 is LeakyRelu: x is the larger one from 0 on, and a x below. */
export const leakyReluOfMaximum: Rule = (graph, node) => {
  if (node.op !== 'Maximum' || !isFloat(node) || !isPlain(graph, node)) return undefined;
  for (const {node: product, other: x} of operands(graph, node, 'Mul')) {
    const scaled = withScalar(graph, product);
    if (scaled?.x !== x || !(scaled.c >= 0 && scaled.c <= 1)) continue;
    setNode(graph, {
      name: node.name,
      op: 'LeakyRelu',
      input: [x],
      attr: {T: {type: 'DT_FLOAT'}, alpha: {f: scaled.c}},
    });
    return {kind: 'simplified', nodes: [product.name, node.name], sentence: `max(x, ${scaled.c} x) is LeakyRelu`};
  }
  return undefined;
};

/** The constant c and x of c * relu(-x). */
function negativePart(graph: Graph, product: NodeDef): {readonly c: Constant; readonly x: string} | undefined {
  for (const {node: relu, other} of operands(graph, product, 'Relu')) {
    const negated = ownProducerOf(graph, relu.input?.[0]);
    const c = constantOf(graph, other);
    const x = negated?.op === 'Neg' && isPlain(graph, negated) ? negated.input?.[0] : undefined;
    if (c?.dtype === 'float32' && x !== undefined && c.values.every(value => Number.isFinite(value))) return {c, x};
  }
  return undefined;
}

/**
 * relu(x) + c relu(-x), as Keras writes Prelu, is Prelu with the slopes -c: from 0 on the first term is x and the second 0,
 * below the first is 0 and the second c (-x).
 */
export const preluOfRelus: Rule = (graph, node) => {
  const isSum = node.op === 'Add' || node.op === 'AddV2';
  if (!(isSum || node.op === 'Sub') || !isFloat(node) || !isPlain(graph, node)) return undefined;
  for (const {node: product, other} of operands(graph, node, 'Mul')) {
    const relu = ownProducerOf(graph, other);
    const part = negativePart(graph, product);
    // Of a difference, only relu(x) - c relu(-x) is Prelu.
    const isInOrder = isSum || node.input?.[0] === other;
    if (relu?.op !== 'Relu' || relu.input?.[0] !== part?.x || part == null || !isInOrder) continue;
    const {c, x} = part;
    const slopes = {...c, values: Float32Array.from(c.values, value => (isSum ? -value : value))};
    const input = [x, addConstant(graph, `${node.name}/slopes`, slopes)];
    setNode(graph, {name: node.name, op: 'Prelu', input, attr: {T: {type: 'DT_FLOAT'}}});
    return {
      kind: 'simplified',
      nodes: [relu.name, product.name, node.name],
      sentence: 'relu(x) + c relu(-x) is Prelu with the slopes -c',
    };
  }
  return undefined;
};
