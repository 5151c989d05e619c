import {integersAttr, integersValue} from './attributes.js';
import {convOf, isUnpadded, paddingAttr, setConv} from './conv_node.js';
import type {ConvNode, Padding} from './conv_node.js';
import {beforeExpandDims, withAxis} from './expanded.js';
import type {Expanded} from './expanded.js';
import {constantOf, isPlain, ownProducerOf, producerOf, setNode} from './graph.js';
import type {Graph} from './graph.js';
import {numberOf, plus} from './linear_form.js';
import {freeName} from './node_names.js';
import type {Rule} from './rule.js';
import {integersOf} from './shape_arithmetic.js';
import type {NodeDef} from './types.js';

/** The convolution between SpaceToBatchND and BatchToSpaceND, with the reshapes of a 1-D one. */
interface Sandwich {
  readonly toSpace: NodeDef;
  readonly squeeze?: NodeDef;
  readonly conv: ConvNode;
  readonly expanded: Expanded;
  readonly toBatch: NodeDef;
}

/** The axis that Squeeze removes, counted from the first of a tensor of this rank. */
function squeezedAxis(squeeze: NodeDef, rank: number): number | undefined {
  const [axis, ...more] = integersAttr(squeeze, 'squeeze_dims') ?? [];
  return axis === undefined || more.length > 0 ? undefined : axis < 0 ? axis + rank : axis;
}

function sandwichOf(graph: Graph, toSpace: NodeDef): Sandwich | undefined {
  if (toSpace.op !== 'BatchToSpaceND' || !isPlain(graph, toSpace)) return undefined;
  const behind = ownProducerOf(graph, toSpace.input?.[0]);
  const squeeze = behind?.op === 'Squeeze' && isPlain(graph, behind) ? behind : undefined;
  const node = squeeze ? ownProducerOf(graph, squeeze.input?.[0]) : behind;
  const conv = node && isPlain(graph, node) ? convOf(graph, node) : undefined;
  if (conv == null || conv.op.x !== 0 || !isUnpadded(conv)) return undefined;
  const rank = conv.op.spatialRank + 2;
  const expanded = beforeExpandDims(graph, conv.x, rank);
  const toBatch = producerOf(graph, expanded.x);
  if (toBatch?.op !== 'SpaceToBatchND' || !isPlain(graph, toBatch)) return undefined;
  if ((squeeze && squeezedAxis(squeeze, rank)) !== expanded.axis) return undefined;
  return {toSpace, squeeze, conv, expanded, toBatch};
}

/** What the padding of SpaceToBatchND leaves before and behind each blocked axis once BatchToSpaceND has cropped the result. */
function paddingLeft(graph: Graph, {toSpace, toBatch}: Sandwich): Padding | undefined {
  const [padded, cropped] = [integersOf(graph, toBatch.input?.[2]), integersOf(graph, toSpace.input?.[2])];
  if (padded?.elements.length !== cropped?.elements.length || padded == null || cropped == null) return undefined;
  const left = padded.elements.map((element, n) => numberOf(plus(element, cropped.elements[n], -1)));
  const starts = padded.elements.every((element, n) => n % 2 === 1 || numberOf(element) !== undefined);
  if (!starts || !left.every(value => value !== undefined && value >= 0)) return undefined;
  return Array.from({length: left.length / 2}, (_, axis) => [left[2 * axis] ?? 0, left[2 * axis + 1] ?? 0] as const);
}

/** The sizes of the blocks, if both ops have the same. */
function blocksOf(graph: Graph, {toSpace, toBatch}: Sandwich): number[] | undefined {
  const [one, other] = [toBatch, toSpace].map(({input = []}) => constantOf(graph, input[1]));
  if (one == null || other == null || one.values.length !== other.values.length) return undefined;
  return one.values.every((value, n) => value === other.values[n]) ? Array.from(one.values) : undefined;
}

/** One entry per spatial axis of the convolution for those of the blocked axes, which come first; undefined if they do not fit. */
function spatial<T>({conv, expanded}: Sandwich, entries: readonly T[], missing: T): T[] | undefined {
  const rank = conv.op.spatialRank;
  const own = expanded.axis === undefined ? rank : rank - 1;
  if (entries.length > own) return undefined;
  const filled = [...entries, ...Array.from({length: own - entries.length}, () => missing)];
  // With the axis of the batch in front, and without it again.
  return withAxis([missing, ...filled], expanded, missing).slice(1);
}

/**
 * SpaceToBatchND, a convolution of stride 1 without padding, and BatchToSpaceND are one dilated convolution. With blocks of
 * d, element i of batch entry j is x[i d + j] of the padded x, so that the convolution sums x[(i + k) d + j] f[k] =
 * x[(i d + j) + k d] f[k], and BatchToSpaceND puts that at i d + j: result i d + j of the convolution of dilation d. To crop
 * c of the first results is to pad c less in front, and so behind.
 *
 * Keras computes padding and crops from the size of x when that is not fixed: both contain the same unknown remainder, which
 * their difference does not.
 */
export const dilatedConvolution: Rule = (graph, node) => {
  const sandwich = sandwichOf(graph, node);
  const blocks = sandwich && blocksOf(graph, sandwich);
  const left = sandwich && paddingLeft(graph, sandwich);
  if (sandwich == null || blocks == null || left?.length !== blocks.length) return undefined;
  const {conv, squeeze, expanded, toBatch} = sandwich;
  const ones = Array.from({length: conv.op.spatialRank + 2}, () => 1);
  const dilations = spatial(sandwich, blocks, 1);
  const padding = spatial(sandwich, left, [0, 0] as const);
  const strides = integersAttr(conv.node, 'strides') ?? ones;
  const x = toBatch.input?.[0];
  if (dilations == null || padding == null || x === undefined || strides.some(stride => stride !== 1)) return undefined;
  const old = integersAttr(conv.node, 'dilations') ?? ones;
  const attr = {
    ...paddingAttr(padding),
    dilations: integersValue(old.map((value, axis) => value * ([1, ...dilations, 1][axis] ?? 1))),
  };
  const fresh = (name: string) => freeName(`${node.name}/${name}`, taken => graph.nodes.has(taken));
  const input = expanded.expandDims ? fresh('expanded') : x;
  if (expanded.expandDims)
    setNode(graph, {...expanded.expandDims, name: input, input: [x, expanded.expandDims.input?.[1] ?? '']});
  const name = squeeze ? fresh('conv') : node.name;
  setConv(graph, conv, {name, x: input, attr});
  if (squeeze) setNode(graph, {...squeeze, name: node.name, input: [name]});
  return {
    kind: 'dilated convolution',
    nodes: [toBatch.name, conv.node.name, node.name],
    sentence: `SpaceToBatchND, ${conv.node.op} and BatchToSpaceND became one convolution of dilations ${dilations.join(', ')}`,
  };
};
