import {add, mean as meanOf, mul, relu, reshape, rsqrt, square, sub} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {GraphNode, OpExecutor} from '@tensorflow/tfjs-converter';
import {fail, RULES} from '../../errors.js';
import {scoped} from '../../ops/scoped.js';
import {nodeInput} from './node_inputs.js';

/** One value per channel, so that it broadcasts along an axis that is counted from the last one, which is 1. */
export const perChannel = (values: Tensor, axisFromEnd: number): Tensor =>
  reshape(values, [values.size, ...new Array<number>(axisFromEnd - 1).fill(1)]);

/** @throws unless it is a finite number. */
export const checkedEpsilon = (op: string, epsilon: unknown): number =>
  typeof epsilon === 'number' && Number.isFinite(epsilon) ? epsilon : fail(op, RULES.epsilon, 'epsilon', epsilon);

/** What x is normalized by: a value per channel of each. */
interface Statistics {
  readonly scale: Tensor;
  readonly offset: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly epsilon: number;
}

/** (x - mean) * scale / sqrt(variance + epsilon) + offset, per channel. */
export function batchNorm(x: Tensor, {epsilon, ...given}: Statistics, axisFromEnd: number): Tensor {
  const along = (name: keyof typeof given): Tensor => perChannel(given[name], axisFromEnd);
  const factor = mul(rsqrt(add(along('variance'), epsilon)), along('scale'));
  return add(mul(sub(x, along('mean')), factor), along('offset'));
}

const isChannelsFirst = ({attrs: {data_format: format}}: GraphNode): boolean =>
  String(format ?? '')
    .toLowerCase()
    .startsWith('nc');

/** Where the channels are, counted from the last axis. */
const channelAxisFromEnd = (node: GraphNode, x: Tensor): number => (isChannelsFirst(node) ? x.rank - 1 : 1);

/** Mean and variance of each channel over everything else. */
function moments(x: Tensor, axisFromEnd: number): Pick<Statistics, 'mean' | 'variance'> {
  const axes = x.shape.map((_, axis) => axis).filter(axis => axis !== x.rank - axisFromEnd);
  const kept = meanOf(x, axes, true);
  return {mean: kept, variance: meanOf(square(sub(x, kept)), axes, true)};
}

/** TensorFlow's default. */
const EPSILON = 1e-4;

/** The ops of batch normalization, of which only the first result is used where nothing is trained. */
export const fusedBatchNorm =
  (op: string): OpExecutor =>
  node => {
    const {
      attrs: {epsilon = EPSILON, is_training: isTraining, num_side_inputs: sideInputs, activation_mode: activation},
    } = node;
    const x = nodeInput(op, node, 0, 'x');
    const names = ['scale', 'offset', 'mean', 'variance'] as const;
    const [scale, offset, mean, variance] = names.map((name, i) => nodeInput(op, node, i + 1, name));
    const side = sideInputs ? nodeInput(op, node, 5, 'side_input') : undefined;
    const checked = checkedEpsilon(op, epsilon);
    return scoped(op, () => {
      const axis = channelAxisFromEnd(node, x);
      // A model may normalize by what it is given, as a layer normalization does.
      const statistics = isTraining ? moments(x, axis) : {mean, variance};
      const y = batchNorm(x, {scale, offset, epsilon: checked, ...statistics}, axis);
      const sum = side === undefined ? y : add(y, side);
      return activation === 'relu' ? relu(sum) : sum;
    });
  };

/** x + bias, along the channels. */
export const biasAdd: OpExecutor = node => {
  const x = nodeInput('BiasAdd', node, 0, 'x');
  const bias = nodeInput('BiasAdd', node, 1, 'bias');
  return scoped('BiasAdd', () => add(x, perChannel(bias, channelAxisFromEnd(node, x))));
};
