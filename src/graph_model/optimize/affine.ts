import {hasType, numberAttr, stringAttr} from './attributes.js';
import {constantOf, readersOf} from './graph.js';
import type {Graph} from './graph.js';
import {parseInput} from './node_names.js';
import type {NodeDef} from './types.js';
import type {Constant} from './weights.js';

/** A node that gives scale[c] * x + offset[c] for each channel c, the last axis. Lists of one number hold for all channels. */
export interface Affine {
  /** The input that is x. */
  readonly x: string;
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  /** Largest rank among the constants: x has at least that, or they add axes to it. */
  readonly rank: number;
}

/** The numbers of a constant that differ along the last axis only. */
export function channelValues(constant: Constant | undefined): readonly number[] | undefined {
  if (constant?.dtype !== 'float32' || constant.values.length === 0) return undefined;
  const isLine = constant.shape.slice(0, -1).every(size => size === 1);
  return isLine ? Array.from(constant.values) : undefined;
}

type Reader = (graph: Graph, node: NodeDef) => Affine | undefined;

/** An op of two inputs, one of them constant; `of` gives the affine map, `first` tells whether the constant comes first. */
function binary(of: (c: readonly number[], first: boolean) => Pick<Affine, 'scale' | 'offset'> | undefined): Reader {
  return (graph, {input = []}) => {
    for (const index of [1, 0]) {
      const constant = constantOf(graph, input[index]);
      const values = channelValues(constant);
      const affine = values && of(values, index === 0);
      if (constant != null && affine != null) return {x: input[1 - index], rank: constant.shape.length, ...affine};
    }
    return undefined;
  };
}

const add = binary(offset => ({scale: [1], offset}));

/** Whether somebody reads another output than the first, as of the mean that batch normalization was given. */
const readsMore = (graph: Graph, {name}: NodeDef): boolean =>
  readersOf(graph, name).some(({input = []}) =>
    input.map(parseInput).some(({node, index}) => node === name && index > 0),
  );

/** The constants of batch normalization: y = scale * (x - mean) / sqrt(variance + epsilon) + offset. */
const batchNorm: Reader = (graph, node) => {
  const [x, ...constants] = node.input ?? [];
  if (readsMore(graph, node)) return undefined;
  if (node.attr?.is_training?.b === true || !stringAttr(node, 'data_format', 'NHWC').endsWith('C')) return undefined;
  const [scale, offset, mean, variance] = constants.map(input => channelValues(constantOf(graph, input)));
  if (scale == null || offset == null || mean == null || variance == null) return undefined;
  const sizes = [scale, offset, mean, variance].map(({length}) => length);
  if (sizes.some(size => size !== sizes[0])) return undefined;
  const epsilon = numberAttr(node, 'epsilon', 0.001);
  const factor = scale.map((value, c) => value / Math.sqrt(variance[c] + epsilon));
  return {x, rank: 1, scale: factor, offset: offset.map((value, c) => value - mean[c] * factor[c])};
};

const READERS: Readonly<Record<string, Reader | undefined>> = {
  Mul: binary(scale => ({scale, offset: [0]})),
  Add: add,
  AddV2: add,
  BiasAdd: (graph, node) => (stringAttr(node, 'data_format', 'NHWC').endsWith('C') ? add(graph, node) : undefined),
  Sub: binary((c, first) => (first ? {scale: [-1], offset: c} : {scale: [1], offset: c.map(value => -value)})),
  RealDiv: binary((c, first) => (first ? undefined : {scale: c.map(value => 1 / value), offset: [0]})),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
};

/** What a node is as a scale and an offset per channel, if it is that: of float32, with constants beside x. */
export function affineOf(graph: Graph, node: NodeDef): Affine | undefined {
  const affine = hasType(node, 'T', 'DT_FLOAT') ? READERS[node.op]?.(graph, node) : undefined;
  return affine !== undefined && constantOf(graph, affine.x) == null ? affine : undefined;
}

/** Whether a list of an affine map holds for so many channels without adding any. */
export const fits = (values: readonly number[], channels: number): boolean =>
  values.length === 1 || values.length === channels;

/** The number of a channel. */
export const at = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel];
