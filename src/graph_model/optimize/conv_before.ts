import {integersAttr} from './attributes.js';
import {convOf, setConv} from './conv_node.js';
import type {ConvEdit, ConvNode} from './conv_node.js';
import {isPlain, ownProducerOf, setNode} from './graph.js';
import type {Graph} from './graph.js';
import {freeName} from './node_names.js';
import type {NodeDef} from './types.js';

/**
 * The convolution whose result an input is, and which nobody else reads. A 1-D convolution is a 2-D one whose result loses
 * the axis of size 1 by Squeeze: what is done to each channel may as well be done before that.
 */
export interface ConvBefore {
  readonly conv: ConvNode;
  readonly squeeze?: NodeDef;
  /** Rank of the input. */
  readonly rank: number;
  /** Names of the nodes. */
  readonly names: readonly string[];
}

/** Whether Squeeze removes axes other than the last, the channels. */
function keepsChannels(squeeze: NodeDef, rank: number): boolean {
  const axes = integersAttr(squeeze, 'squeeze_dims');
  return axes?.every(axis => axis !== -1 && axis !== rank - 1) ?? false;
}

export function convBefore(graph: Graph, input: string | undefined): ConvBefore | undefined {
  const producer = ownProducerOf(graph, input);
  if (producer == null || !isPlain(graph, producer)) return undefined;
  if (producer.op !== 'Squeeze') {
    const conv = convOf(graph, producer);
    return conv && {conv, rank: conv.op.spatialRank + 2, names: [producer.name]};
  }
  const inner = ownProducerOf(graph, producer.input?.[0]);
  const conv = inner && isPlain(graph, inner) ? convOf(graph, inner) : undefined;
  if (conv == null) return undefined;
  const rank = conv.op.spatialRank + 2;
  const axes = integersAttr(producer, 'squeeze_dims');
  if (axes == null || !keepsChannels(producer, rank)) return undefined;
  return {conv, squeeze: producer, rank: rank - axes.length, names: [conv.node.name, producer.name]};
}

/** Puts the edited convolution, and the Squeeze behind it, in the place of the node of that name. */
export function setConvBefore(graph: Graph, {conv, squeeze}: ConvBefore, edit: ConvEdit): void {
  if (squeeze == null) return setConv(graph, conv, edit);
  const name = freeName(`${edit.name}/conv`, taken => graph.nodes.has(taken));
  setConv(graph, conv, {...edit, name});
  setNode(graph, {...squeeze, name: edit.name, input: [name]});
}
