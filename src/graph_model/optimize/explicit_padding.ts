import {convOf, paddingAttr, paddingOf, setConv} from './conv_node.js';
import type {Padding} from './conv_node.js';
import {scalarOf} from './activation.js';
import {beforeExpandDims, withAxis} from './expanded.js';
import {constantOf, isPlain, producerOf, setNode} from './graph.js';
import type {Graph} from './graph.js';
import {freeName} from './node_names.js';
import type {Rule} from './rule.js';
import type {NodeDef} from './types.js';
import {isFinite} from './weights.js';

/** The numbers of zeros before and behind each axis that a node adds, if that is what it does. */
function zerosOf(graph: Graph, node: NodeDef): Padding | undefined {
  const isPad = node.op === 'Pad' || (node.op === 'PadV2' && scalarOf(graph, node.input?.[2]) === 0);
  const paddings = isPad ? constantOf(graph, node.input?.[1]) : undefined;
  if (paddings == null || paddings.values.some(value => value < 0)) return undefined;
  return Array.from(
    {length: paddings.values.length / 2},
    (_, axis) => [paddings.values[2 * axis], paddings.values[2 * axis + 1]] as const,
  );
}

/**
 * Zeros around x before a convolution of known padding become padding of it: padding adds zeros, so that of both is their
 * sum. Only along the spatial axes, and where the filter is finite: padding is absence, and zero times infinity is not 0.
 */
export const explicitPadding: Rule = (graph, node) => {
  const conv = isPlain(graph, node) ? convOf(graph, node) : undefined;
  const own = conv && paddingOf(conv);
  if (conv == null || own == null || conv.op.x !== 0) return undefined;
  const rank = conv.op.spatialRank + 2;
  const expanded = beforeExpandDims(graph, conv.x, rank);
  const pad = producerOf(graph, expanded.x);
  const zeros = pad && isPlain(graph, pad) ? zerosOf(graph, pad) : undefined;
  const x = pad?.input?.[0];
  if (pad == null || zeros == null || x === undefined) return undefined;
  const all = withAxis(zeros, expanded, [0, 0] as const);
  const isSpatial = [all[0], all[rank - 1]].every(axis => axis?.[0] === 0 && axis[1] === 0);
  if (all.length !== rank || !isSpatial || !isFinite(conv.filter)) return undefined;
  const sum = own.map(([before, after], axis) => [before + all[axis + 1][0], after + all[axis + 1][1]] as const);
  const {expandDims} = expanded;
  const input = expandDims ? freeName(`${node.name}/expanded`, taken => graph.nodes.has(taken)) : x;
  if (expandDims) setNode(graph, {...expandDims, name: input, input: [x, expandDims.input?.[1] ?? '']});
  setConv(graph, conv, {name: node.name, x: input, attr: paddingAttr(sum)});
  return {
    kind: 'explicit padding',
    nodes: [pad.name, node.name],
    sentence: `${pad.op} became padding of the ${node.op} behind it`,
  };
};
