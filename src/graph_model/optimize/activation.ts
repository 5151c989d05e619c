import {numberAttr} from './attributes.js';
import {constantOf} from './graph.js';
import type {Graph} from './graph.js';
import type {Activation} from './conv_node.js';
import type {NodeDef} from './types.js';

/** What a node is as an activation of its input x. */
export interface ActivationNode {
  readonly x: string;
  readonly activation: Activation;
  readonly alpha?: number;
  /** The input that is the slopes of Prelu. */
  readonly slopes?: string;
}

/** The number that a constant of one element is. It has no more axes than whatever has channels. */
export function scalarOf(graph: Graph, input: string | undefined): number | undefined {
  const constant = constantOf(graph, input);
  return constant?.values.length === 1 && constant.shape.length <= 1 ? constant.values[0] : undefined;
}

/** The number c, and which input x is, of a node op(x, c) or op(c, x). */
export function withScalar(graph: Graph, {input = []}: NodeDef): {readonly x: string; readonly c: number} | undefined {
  for (const index of [1, 0]) {
    const c = scalarOf(graph, input[index]);
    if (c !== undefined && scalarOf(graph, input[1 - index]) === undefined) return {x: input[1 - index], c};
  }
  return undefined;
}

type Reader = (graph: Graph, node: NodeDef) => ActivationNode | undefined;

const plain =
  (activation: Activation): Reader =>
  (_, {input = []}) => ({x: input[0], activation});

const READERS: Readonly<Record<string, Reader | undefined>> = {
  Relu: plain('Relu'),
  Relu6: plain('Relu6'),
  Elu: plain('Elu'),
  Sigmoid: plain('Sigmoid'),
  LeakyRelu: (_, node) => ({x: node.input?.[0] ?? '', activation: 'LeakyRelu', alpha: numberAttr(node, 'alpha', 0.2)}),
  Prelu: (graph, {input = []}) => constantOf(graph, input[1]) && {x: input[0], activation: 'Prelu', slopes: input[1]},
  ClipByValue: (graph, {input = []}) =>
    scalarOf(graph, input[1]) === 0 && scalarOf(graph, input[2]) === 6 ? {x: input[0], activation: 'Relu6'} : undefined,
  // max(x, 0)
  Maximum: (graph, node) => {
    const clamp = withScalar(graph, node);
    return clamp?.c === 0 ? {x: clamp.x, activation: 'Relu'} : undefined;
  },
};

/** What a node is as an activation, if it is one that convolutions have. */
export const activationOf = (graph: Graph, node: NodeDef): ActivationNode | undefined =>
  READERS[node.op]?.(graph, node);
