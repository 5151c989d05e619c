import {affineOf, at, fits} from './affine.js';
import type {Affine} from './affine.js';
import {convOf, inChannelOf, isUnpadded, outChannelOf, setConv} from './conv_node.js';
import type {ConvNode} from './conv_node.js';
import {constantOf, isPlain, producerOf, readersOf} from './graph.js';
import type {Graph} from './graph.js';
import type {Rule} from './rule.js';
import type {NodeDef} from './types.js';
import {isFinite} from './weights.js';
import type {Constant} from './weights.js';

/** Whether everybody who reads a node is a convolution of it, which makes the node needless. */
const isForConvolutions = (graph: Graph, {name}: NodeDef): boolean =>
  !graph.outputs.has(name) && readersOf(graph, name).every(reader => convOf(graph, reader)?.x === name);

/** Whether a scale and an offset per channel of x, or for all of them, may go into the filter. */
function isFoldable(conv: ConvNode, {scale, offset, rank}: Affine): boolean {
  const {count} = inChannelOf(conv);
  if (rank > conv.op.spatialRank + 2 || !fits(scale, count) || !fits(offset, count)) return false;
  const isScale = offset.every(value => value === 0);
  return isScale || (conv.op.x === 0 && isUnpadded(conv));
}

/** Filter and bias that take x as it is before scale and offset. */
function folded(
  graph: Graph,
  conv: ConvNode,
  {scale, offset}: Affine,
): {filter: Constant; bias?: Constant} | undefined {
  const {filter, outChannels} = conv;
  const {of: inChannel} = inChannelOf(conv);
  const outChannel = outChannelOf(conv);
  const values = new Float32Array(filter.values.length);
  const sums = new Float64Array(outChannels);
  for (let n = 0; n < values.length; n++) {
    const c = inChannel(n);
    values[n] = filter.values[n] * at(scale, c);
    sums[outChannel(n)] += filter.values[n] * at(offset, c);
  }
  if (offset.every(value => value === 0)) return {filter: {...filter, values}};
  const old = conv.bias === undefined ? undefined : constantOf(graph, conv.bias);
  if (conv.bias !== undefined && (old?.dtype !== 'float32' || old.values.length !== outChannels)) return undefined;
  const bias = Float32Array.from(sums, (sum, c) => sum + (old?.values[c] ?? 0));
  return {filter: {...filter, values}, bias: {shape: [outChannels], dtype: 'float32', values: bias}};
}

/**
 * A scale per channel of x before a convolution goes into its filter, an offset into its bias where nothing is padded:
 * sum_i (s_i x_i + o_i) f_ic = sum_i x_i (s_i f_ic) + sum_i o_i f_ic. Padding would be zeros behind the offset, not before.
 * Where every reader is such a convolution, so that the scale goes away.
 */
export const foldIntoNext: Rule = (graph, node) => {
  const conv = isPlain(graph, node) ? convOf(graph, node) : undefined;
  const before = conv && producerOf(graph, conv.x);
  const affine = before && isPlain(graph, before) ? affineOf(graph, before) : undefined;
  if (conv == null || before == null || affine == null || !isFoldable(conv, affine)) return undefined;
  if (!isForConvolutions(graph, before)) return undefined;
  const parts = folded(graph, conv, affine);
  if (parts == null || !isFinite(parts.filter) || (parts.bias && !isFinite(parts.bias))) return undefined;
  setConv(graph, conv, {name: node.name, x: affine.x, ...parts});
  return {
    kind: affine.offset.every(value => value === 0) ? 'folded scale' : 'folded offset',
    nodes: [before.name, node.name],
    sentence: `${before.op} by constants went into filter and bias of the ${node.op} behind`,
  };
};
