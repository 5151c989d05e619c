import {reshape} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {GraphNode, OpExecutor} from '@tensorflow/tfjs-converter';
import {fail, RULES} from '../../errors.js';
import {isListOf, isNonNegative} from '../../geometry/validate.js';
import {convTransposeND, epilogueTarget} from '../../ops/conv_nd.js';
import {scoped} from '../../ops/scoped.js';
import type {GraphConv} from './forward.js';
import {readFusedSteps} from './fused_steps.js';
import {groupsOf, nodeInput} from './node_inputs.js';
import {channelAxis, isChannelsFirst, optionsOnce, readNodeOptions} from './node_options.js';
import type {NodeOptions} from './node_options.js';

/** An op of a graph that computes a transposed convolution. */
export interface GraphConvTranspose extends GraphConv {
  /** Whether its first input is a tensor of the shape of the result, and not the sizes themselves. */
  readonly sizesOfInput?: true;
}

/**
 * The shape of the result. With the spatial sizes alone, which TensorFlow takes too, there is one group.
 * @throws unless they are a list of sizes.
 */
function resultShape(
  kind: GraphConvTranspose,
  node: GraphNode,
  options: NodeOptions,
  filter: Tensor,
  x: Tensor,
): number[] {
  const {op, rank, sizesOfInput} = kind;
  const input = nodeInput(op, node, 0, 'input_sizes');
  const sizes: unknown = sizesOfInput ? input.shape : Array.from(input.dataSync());
  if (isListOf(sizes, rank + 2, isNonNegative)) return sizes;
  if (!isListOf(sizes, rank, isNonNegative)) {
    return fail(op, RULES.sizes('input_sizes', rank + 2), 'input_sizes', sizes);
  }
  const {shape}: {readonly shape: readonly number[]} = filter;
  const channels = shape[rank];
  return isChannelsFirst(options) ? [x.shape[0], channels, ...sizes] : [x.shape[0], ...sizes, channels];
}

/** [...kernel, inChannels, multiplier] as the grouped convolution has it, which is the same in memory. */
const groupedFilter = (filter: Tensor, rank: number): Tensor =>
  filter.rank === rank + 2
    ? reshape(filter, [...filter.shape.slice(0, rank), 1, filter.shape[rank] * filter.shape[rank + 1]])
    : filter;

/** The ops that compute the input gradient at x, which is the transposed convolution of x. */
export const backpropInput =
  (kind: GraphConvTranspose): OpExecutor =>
  node => {
    const {op, rank, depthwise} = kind;
    const given = nodeInput(op, node, 1, 'filter');
    const x = nodeInput(op, node, 2, 'x');
    const options = optionsOnce(node.attrs, () => readNodeOptions(kind, node.attrs));
    return scoped(op, () => {
      const filter = depthwise ? groupedFilter(given, rank) : given;
      const shape = resultShape(kind, node, options, given, x);
      if (shape[0] !== x.shape[0]) fail(op, RULES.sameBatch, '[input_sizes, x.shape]', [shape, x.shape]);
      const first = isChannelsFirst(options) ? 2 : 1;
      const groups = groupsOf(kind, shape, filter.shape, options);
      const channels = shape[channelAxis(rank, options)];
      const {options: epilogue, finish} = readFusedSteps({op, attrs: node.attrs, args: node.inputs.slice(3), channels});
      const outputShape = shape.slice(first, first + rank);
      const y = convTransposeND({op, rank}, x, filter, {...options, ...epilogue, groups, outputShape});
      return finish(y, epilogueTarget(y.shape, channels, !isChannelsFirst(options), rank));
    });
  };
