import {avgPool, maxPool, transpose} from '@tensorflow/tfjs-core';
import type {Tensor4D} from '@tensorflow/tfjs-core';
import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {fail, RULES} from '../../errors.js';
import {isListOf, isPositive} from '../../geometry/validate.js';
import {scoped} from '../../ops/scoped.js';
import {nodeInput} from './node_inputs.js';

const POOLS = {AvgPool: avgPool, MaxPool: maxPool};

/** Of a list that counts the axes of an image with channels first, the two of space. */
function spatial(op: string, name: string, value: unknown): [number, number] {
  if (!isListOf(value, 4, isPositive)) return fail(op, RULES.steps(name, 4), name, value);
  return [value[2], value[3]];
}

/** Pooling of images with channels first, which TensorFlow.js takes for channels last. */
export const poolChannelsFirst =
  (op: keyof typeof POOLS): OpExecutor =>
  node => {
    const {ksize, strides, padding} = node.attrs;
    const x = nodeInput(op, node, 0, 'x') as Tensor4D;
    const [size, steps] = [spatial(op, 'ksize', ksize), spatial(op, 'strides', strides)];
    if (padding !== 'same' && padding !== 'valid') return fail(op, RULES.padding, 'padding', padding);
    return scoped(op, () => transpose(POOLS[op](transpose(x, [0, 2, 3, 1]), size, steps, padding), [0, 3, 1, 2]));
  };
