import {affineOf, at, fits} from './affine.js';
import {convBefore, setConvBefore} from './conv_before.js';
import {constantOf, isPlain, ownProducerOf, setNode} from './graph.js';
import {freeName} from './node_names.js';
import type {Rule} from './rule.js';
import {isFinite} from './weights.js';

const SUMS: ReadonlySet<string> = new Set(['Add', 'AddV2', 'AddN']);

/** A bias on a sum of a convolution and something of the same channels is a bias of the convolution: (a + y) + b = (a + b) + y. */
export const biasOfSum: Rule = (graph, node) => {
  const affine = isPlain(graph, node) ? affineOf(graph, node) : undefined;
  const isBias = affine?.scale.every(value => value === 1) ?? false;
  const sum = isBias ? ownProducerOf(graph, affine?.x) : undefined;
  if (affine == null || sum == null || !SUMS.has(sum.op) || sum.input?.length !== 2 || !isPlain(graph, sum))
    return undefined;
  for (const index of [0, 1]) {
    const before = convBefore(graph, sum.input[index]);
    const conv = before?.conv;
    if (before == null || conv == null || conv.activation !== undefined || affine.rank > before.rank) continue;
    const old = conv.bias === undefined ? undefined : constantOf(graph, conv.bias);
    if (!fits(affine.offset, conv.outChannels) || (conv.bias !== undefined && old?.values.length !== conv.outChannels))
      continue;
    const values = Float32Array.from(
      {length: conv.outChannels},
      (_, c) => (old?.values[c] ?? 0) + at(affine.offset, c),
    );
    const bias = {shape: [conv.outChannels], dtype: 'float32', values} as const;
    if (!isFinite(bias)) continue;
    const name = freeName(`${node.name}/conv`, taken => graph.nodes.has(taken));
    setConvBefore(graph, before, {name, bias});
    setNode(graph, {...sum, name: node.name, input: sum.input.map((input, n) => (n === index ? name : input))});
    return {
      kind: 'folded offset',
      nodes: [...before.names, sum.name, node.name],
      sentence: `${node.op} of a constant behind ${sum.op} went into the bias of the ${conv.node.op} before that`,
    };
  }
  return undefined;
};
