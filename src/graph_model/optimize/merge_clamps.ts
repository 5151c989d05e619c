import {scalarOf, withScalar} from './activation.js';
import {convBefore, setConvBefore} from './conv_before.js';
import {isPlain, ownProducerOf, setNode} from './graph.js';
import type {Graph} from './graph.js';
import {hasType} from './attributes.js';
import type {Rule} from './rule.js';
import type {NodeDef} from './types.js';

/** max(low, min(high, x)), of low <= high. */
interface Clamp {
  readonly x: string;
  readonly low: number;
  readonly high: number;
}

type Reader = (graph: Graph, node: NodeDef) => Clamp | undefined;

const READERS: Readonly<Record<string, Reader | undefined>> = {
  Relu: (_, {input = []}) => ({x: input[0], low: 0, high: Infinity}),
  Relu6: (_, {input = []}) => ({x: input[0], low: 0, high: 6}),
  Maximum: (graph, node) => {
    const found = withScalar(graph, node);
    return found && {x: found.x, low: found.c, high: Infinity};
  },
  Minimum: (graph, node) => {
    const found = withScalar(graph, node);
    return found && {x: found.x, low: -Infinity, high: found.c};
  },
  ClipByValue: (graph, {input = []}) => {
    const [low, high] = [scalarOf(graph, input[1]), scalarOf(graph, input[2])];
    return low === undefined || high === undefined || !(low <= high) ? undefined : {x: input[0], low, high};
  },
};

const clampOf = (graph: Graph, node: NodeDef | undefined): Clamp | undefined =>
  node && isPlain(graph, node) && hasType(node, 'T', 'DT_FLOAT') ? READERS[node.op]?.(graph, node) : undefined;

const clamp = ({low, high}: Clamp, value: number): number => Math.max(low, Math.min(high, value));

/** Which activation the clamp to these bounds is. */
function activationOf(low: number, high: number): 'Relu' | 'Relu6' | undefined {
  if (low !== 0) return undefined;
  return high === 6 ? 'Relu6' : high === Infinity ? 'Relu' : undefined;
}

/**
 * Two clamps in a row are one: to [a, b] and then to [c, d] is to the clamps of a and b to [c, d], as clamping keeps the
 * order. Where that is Relu or Relu6, as of clip_by_value, which comes as Minimum and Maximum, it takes the place of both.
 */
export const mergeClamps: Rule = (graph, node) => {
  const outer = clampOf(graph, node);
  const producer = ownProducerOf(graph, outer?.x);
  const inner = clampOf(graph, producer);
  if (outer == null || producer == null || inner == null) return undefined;
  const activation = activationOf(clamp(outer, inner.low), clamp(outer, inner.high));
  if (activation === undefined) return undefined;
  setNode(graph, {name: node.name, op: activation, input: [inner.x], attr: {T: {type: 'DT_FLOAT'}}});
  return {
    kind: 'simplified',
    nodes: [producer.name, node.name],
    sentence: `${producer.op} and ${node.op} together are ${activation}`,
  };
};

/** A clamp behind a convolution whose activation is a clamp changes that activation, as two clamps in a row are one. */
export const clampActivation: Rule = (graph, node) => {
  const outer = clampOf(graph, node);
  const before = outer && convBefore(graph, outer.x);
  const inner = before?.conv.activation;
  if (outer == null || before == null || (inner !== 'Relu' && inner !== 'Relu6')) return undefined;
  const activation = activationOf(clamp(outer, 0), clamp(outer, inner === 'Relu' ? Infinity : 6));
  if (activation === undefined) return undefined;
  setConvBefore(graph, before, {name: node.name, activation});
  return {
    kind: 'fused activation',
    nodes: [...before.names, node.name],
    sentence: `${inner} of the ${before.conv.node.op} before and ${node.op} together are ${activation}`,
  };
};
