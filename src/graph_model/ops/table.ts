import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {stringAttr, stringsAttr} from '../optimize/attributes.js';
import type {NodeDef} from '../optimize/types.js';
import {backpropFilter} from './backprop_filter.js';
import {backpropInput} from './backprop_input.js';
import {biasAdd, fusedBatchNorm} from './batch_norm.js';
import {forward} from './forward.js';
import {fusedMatMul} from './fused_mat_mul.js';
import {poolChannelsFirst} from './pool.js';
import {assert, erfc, layerNorm, softsign} from './unknown_ops.js';

/** An op of a graph that runs on ours. */
export interface GraphOp {
  readonly run: OpExecutor;
  /** Which of its nodes do; the others are computed rightly by TensorFlow.js. Default: all. */
  readonly when?: (node: NodeDef) => boolean;
}

const FORWARD = [
  {op: 'Conv1D', rank: 1, line: true},
  {op: 'Conv2D', rank: 2},
  {op: 'Conv3D', rank: 3},
  {op: '_FusedConv2D', rank: 2},
  {op: '_FusedConv3D', rank: 3},
  {op: 'DepthwiseConv2d', rank: 2, depthwise: true},
  {op: 'DepthwiseConv2dNative', rank: 2, depthwise: true},
  {op: 'FusedDepthwiseConv2dNative', rank: 2, depthwise: true},
  {op: '_FusedDepthwiseConv2dNative', rank: 2, depthwise: true},
] as const;

/** Those with `fused_ops` are made by the optimizer of graphs. */
const BACKPROP_INPUT = [
  {op: 'Conv2DBackpropInput', rank: 2},
  {op: '_FusedConv2DBackpropInput', rank: 2},
  {op: 'Conv3DBackpropInput', rank: 3, sizesOfInput: true},
  {op: 'Conv3DBackpropInputV2', rank: 3},
  {op: '_FusedConv3DBackpropInputV2', rank: 3},
  {op: 'DepthwiseConv2dNativeBackpropInput', rank: 2, depthwise: true},
] as const;

const BACKPROP_FILTER = [
  {op: 'Conv2DBackpropFilter', rank: 2},
  {op: 'Conv3DBackpropFilterV2', rank: 3},
  {op: 'DepthwiseConv2dNativeBackpropFilter', rank: 2, depthwise: true},
] as const;

/** TensorFlow.js does not ask these nodes for the order of the axes, nor whether they normalize by what they are given. */
const isChannelsFirst = (node: NodeDef): boolean => stringAttr(node, 'data_format', 'NHWC').startsWith('NC');
const isMistaken = (node: NodeDef): boolean => isChannelsFirst(node) || node.attr?.is_training?.b === true;

const startsWithBias = (node: NodeDef): boolean => stringsAttr(node, 'fused_ops')[0] === 'BiasAdd';

/** What stands around convolutions and is unknown to TensorFlow.js, or computed wrongly. */
const AROUND: readonly (readonly [string, GraphOp])[] = [
  ['Assert', {run: assert}],
  ['BiasAdd', {run: biasAdd, when: isChannelsFirst}],
  ...(['AvgPool', 'MaxPool'] as const).map(op => [op, {run: poolChannelsFirst(op), when: isChannelsFirst}] as const),
  ['_FusedMatMul', {run: fusedMatMul, when: startsWithBias}],
  ...['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3'].map(
    op => [op, {run: fusedBatchNorm(op), when: isMistaken}] as const,
  ),
  ['_FusedBatchNormEx', {run: fusedBatchNorm('_FusedBatchNormEx')}],
  ['Erfc', {run: erfc}],
  ['Softsign', {run: softsign}],
  ['_MklLayerNorm', {run: layerNorm}],
];

/** Every op of a graph that runs on ours, by its name there. */
export const GRAPH_OPS: ReadonlyMap<string, GraphOp> = new Map<string, GraphOp>([
  ...FORWARD.map(kind => [kind.op, {run: forward(kind)}] as const),
  ...BACKPROP_INPUT.map(kind => [kind.op, {run: backpropInput(kind)}] as const),
  ...BACKPROP_FILTER.map(kind => [kind.op, {run: backpropFilter(kind)}] as const),
  ...AROUND,
]);
