import {affineOf, at, fits} from './affine.js';
import type {Affine} from './affine.js';
import {outChannelOf} from './conv_node.js';
import type {ConvNode} from './conv_node.js';
import {convBefore, setConvBefore} from './conv_before.js';
import {constantOf, isPlain} from './graph.js';
import type {Graph} from './graph.js';
import type {Rule} from './rule.js';
import type {GraphChangeKind} from './types.js';
import {isFinite} from './weights.js';
import type {Constant} from './weights.js';

/** The filter with each output channel scaled. */
function scaled(conv: ConvNode, scale: readonly number[]): Constant {
  const channelOf = outChannelOf(conv);
  const values = new Float32Array(conv.filter.values.length);
  for (let n = 0; n < values.length; n++) values[n] = conv.filter.values[n] * at(scale, channelOf(n));
  return {...conv.filter, values};
}

/** Filter and bias of scale * (conv(x, filter) + bias) + offset; those that stay as they are left out. */
function folded(
  graph: Graph,
  conv: ConvNode,
  {scale, offset}: Affine,
): {filter?: Constant; bias?: Constant} | undefined {
  const {outChannels} = conv;
  const oldBias = conv.bias === undefined ? undefined : constantOf(graph, conv.bias);
  if (conv.bias !== undefined && (oldBias?.dtype !== 'float32' || oldBias.values.length !== outChannels))
    return undefined;
  const isScaled = scale.some(value => value !== 1);
  const hasBias = oldBias !== undefined || offset.some(value => value !== 0);
  const bias = Float32Array.from(
    {length: outChannels},
    (_, c) => at(scale, c) * (oldBias?.values[c] ?? 0) + at(offset, c),
  );
  return {
    filter: isScaled ? scaled(conv, scale) : undefined,
    bias: hasBias ? {shape: [outChannels], dtype: 'float32', values: bias} : undefined,
  };
}

function kindOf(op: string, {scale}: Affine): GraphChangeKind {
  if (op.startsWith('FusedBatchNorm')) return 'folded batch normalization';
  return scale.some(value => value !== 1) ? 'folded scale' : 'folded offset';
}

/**
 * A convolution followed by a scale and an offset per output channel (Mul, RealDiv, Add, Sub, BiasAdd, batch normalization
 * by constants) becomes one with another filter and bias: for each output channel c, s (sum_i x_i f_ic + b) + o =
 * sum_i x_i (s f_ic) + (s b + o).
 */
export const foldAffine: Rule = (graph, node) => {
  const affine = isPlain(graph, node) ? affineOf(graph, node) : undefined;
  const before = affine && convBefore(graph, affine.x);
  if (affine == null || before == null || affine.rank > before.rank) return undefined;
  const {conv} = before;
  if (
    conv.activation !== undefined ||
    !fits(affine.scale, conv.outChannels) ||
    !fits(affine.offset, conv.outChannels)
  ) {
    return undefined;
  }
  const parts = folded(graph, conv, affine);
  if (parts == null || !Object.values(parts).every(part => part == null || isFinite(part))) return undefined;
  setConvBefore(graph, before, {name: node.name, ...parts});
  return {
    kind: kindOf(node.op, affine),
    nodes: [...before.names, node.name],
    sentence: `${node.op} by constants went into filter and bias of the ${conv.node.op} before`,
  };
};
