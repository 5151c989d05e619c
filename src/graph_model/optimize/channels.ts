import {integersAttr, numberAttr} from './attributes.js';
import {convOf} from './conv_node.js';
import {constantOf, producerOf} from './graph.js';
import type {Graph} from './graph.js';

/** Ops that keep the last axis of their first input. */
const KEEPS_CHANNELS: ReadonlySet<string> = new Set([
  ...['Abs', 'AvgPool', 'AvgPool3D', 'BatchToSpaceND', 'BiasAdd', 'Elu', 'FusedBatchNorm', 'FusedBatchNormV2'],
  ...['FusedBatchNormV3', 'Identity', 'LeakyRelu', 'MaxPool', 'MaxPool3D', 'Neg', 'Prelu', 'Relu', 'Relu6'],
  ...['ResizeBilinear', 'ResizeNearestNeighbor', 'Sigmoid', 'SpaceToBatchND', 'Tanh'],
]);

const BROADCASTS: ReadonlySet<string> = new Set([
  'Add',
  'AddN',
  'AddV2',
  'Maximum',
  'Minimum',
  'Mul',
  'RealDiv',
  'Sub',
]);

/** How far back a size is looked for. */
const MAX_STEPS = 32;

/** The size of the last axis of a tensor, where the graph shows it. */
export function channelsOf(graph: Graph, input: string | undefined, steps = MAX_STEPS): number | undefined {
  const constant = constantOf(graph, input);
  if (constant != null) return constant.shape[constant.shape.length - 1] ?? 1;
  const node = steps > 0 ? producerOf(graph, input) : undefined;
  if (node == null) return undefined;
  const conv = convOf(graph, node);
  if (conv != null) return conv.outChannels;
  const of = (each: string | undefined) => channelsOf(graph, each, steps - 1);
  if (KEEPS_CHANNELS.has(node.op)) return of(node.input?.[0]);
  if (node.op === 'Squeeze')
    return integersAttr(node, 'squeeze_dims')?.every(axis => axis < -1) ? of(node.input?.[0]) : undefined;
  if (!BROADCASTS.has(node.op) || numberAttr(node, 'N', 2) !== 2) return undefined;
  const [a, b] = [of(node.input?.[0]), of(node.input?.[1])];
  // A size beyond 1 is that of the result, whatever the other one is.
  const beyond = [a, b].find(size => size !== undefined && size > 1);
  return beyond ?? (a === undefined ? undefined : b);
}
