import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {backpropFilter} from './backprop_filter.js';
import {backpropInput} from './backprop_input.js';
import {forward} from './forward.js';

/** Every convolution op that a graph may have, by its name there. */
export const GRAPH_OPS: ReadonlyMap<string, OpExecutor> = new Map([
  ...[
    {op: 'Conv1D', rank: 1, line: true} as const,
    {op: 'Conv2D', rank: 2} as const,
    {op: 'Conv3D', rank: 3} as const,
    {op: '_FusedConv2D', rank: 2} as const,
    {op: '_FusedConv3D', rank: 3} as const,
    {op: 'DepthwiseConv2d', rank: 2, depthwise: true} as const,
    {op: 'DepthwiseConv2dNative', rank: 2, depthwise: true} as const,
    {op: 'FusedDepthwiseConv2dNative', rank: 2, depthwise: true} as const,
    {op: '_FusedDepthwiseConv2dNative', rank: 2, depthwise: true} as const,
  ].map(kind => [kind.op, forward(kind)] as const),
  ...[
    {op: 'Conv2DBackpropInput', rank: 2} as const,
    {op: 'Conv3DBackpropInput', rank: 3, sizesOfInput: true} as const,
    {op: 'Conv3DBackpropInputV2', rank: 3} as const,
    {op: 'DepthwiseConv2dNativeBackpropInput', rank: 2, depthwise: true} as const,
  ].map(kind => [kind.op, backpropInput(kind)] as const),
  ...[
    {op: 'Conv2DBackpropFilter', rank: 2} as const,
    {op: 'Conv3DBackpropFilterV2', rank: 3} as const,
    {op: 'DepthwiseConv2dNativeBackpropFilter', rank: 2, depthwise: true} as const,
  ].map(kind => [kind.op, backpropFilter(kind)] as const),
]);
