import type {GraphNode} from '@tensorflow/tfjs-converter';
import type {Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../../errors.js';
import type {OpRank} from '../../geometry/validate.js';
import {channelAxis} from './node_options.js';
import type {NodeOptions} from './node_options.js';

/**
 * An input of a node. TensorFlow.js leaves a hole where there is none; control inputs come after all others.
 * @throws if it is missing.
 */
export function nodeInput(op: string, {inputs}: GraphNode, index: number, name: string): Tensor {
  const input: Tensor | undefined = inputs[index];
  return input ?? fail(op, RULES.missing(name), name, input);
}

/**
 * The number of groups of a convolution, which no attribute says: how many times the depth of the filter goes into the
 * channels of x.
 * @throws if it goes into them with a remainder.
 */
export function groupsOf(
  {op, rank}: OpRank,
  x: readonly number[],
  filter: readonly number[],
  options: NodeOptions,
): number {
  const [channels, depth] = [x[channelAxis(rank, options)], filter[rank]];
  // The op says what is wrong with these.
  if (filter.length !== rank + 2 || !(channels >= 1) || depth < 1) return 1;
  if (channels % depth !== 0) fail(op, RULES.filterChannels, '[x.shape, filter.shape]', [x, filter]);
  return channels / depth;
}
