import type {Tensor} from '@tensorflow/tfjs-core';
import type {OpExecutor} from '@tensorflow/tfjs-converter';
import type {OpRank} from '../../geometry/validate.js';
import {resolveDepthwise} from '../../geometry/resolve.js';
import {convND, epilogueTarget} from '../../ops/conv_nd.js';
import type {ConvOp} from '../../ops/conv_nd.js';
import {scoped} from '../../ops/scoped.js';
import type {ConvNDCall} from '../../registry/kernel_names.js';
import {readFusedSteps} from './fused_steps.js';
import {groupsOf, nodeInput} from './node_inputs.js';
import {isChannelsFirst, optionsOnce, readLineOptions, readNodeOptions} from './node_options.js';
import {keepNode, repeatNode} from './repeated_nodes.js';

/** A convolution op of a graph: its name there, and its number of spatial axes. */
export interface GraphConv extends OpRank {
  readonly depthwise?: true;
  /** Whether it has one stride and one dilation, as TensorFlow.js' own Conv1D. */
  readonly line?: true;
}

const outChannels = ([a = 0, b = 0]: readonly number[], depthwise?: boolean): number => (depthwise ? a * b : b);

/** The ops that compute y out of x and filter, with what `fused_ops` adds. */
export const forward =
  (kind: GraphConv): OpExecutor =>
  node => {
    const {op, rank, depthwise, line} = kind;
    const repeated = repeatNode(op, node);
    if (repeated !== undefined) return repeated;
    const x = nodeInput(op, node, 0, 'x');
    const filter = nodeInput(op, node, 1, 'filter');
    const given = optionsOnce(node.attrs, () => (line ? readLineOptions : readNodeOptions)(kind, node.attrs));
    const resolve = depthwise && resolveDepthwise;
    const groups = depthwise ? undefined : groupsOf(kind, x.shape, filter.shape, given);
    const channels = outChannels(filter.shape.slice(-2), depthwise);
    const compute = (): Tensor => {
      const {options, finish} = readFusedSteps({op, attrs: node.attrs, args: node.inputs.slice(2), channels});
      const y = convND({op, rank, resolve, note}, x, filter, {...given, ...options, groups});
      return finish(y, epilogueTarget(y.shape, channels, !isChannelsFirst(given), rank));
    };
    let last: (ConvNDCall & {readonly y: Tensor}) | undefined;
    const note: ConvOp['note'] = (call, y) => {
      last = {...call, y};
    };
    // The op frees what it makes, a scope around it is for what comes on top.
    const result = node.attrs.fused_ops === undefined ? compute() : scoped(op, compute);
    if (last?.y === result) keepNode(node, last);
    return result;
  };
