import {tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {completeError} from '../errors.js';

/** What an op calls the inputs of its kernel that have other names there. */
export type InputNames = Readonly<Record<string, string>>;

/**
 * Runs an op in a scope that frees what it made on the way, also when it throws. The error of a kernel gets the name of
 * the op.
 */
export function scoped<T extends Tensor>(op: string, compute: () => Tensor, names: InputNames = {}): T {
  try {
    // The rank of the result is that of x, which no type of the kernels can say.
    return tidy(op, compute) as T;
  } catch (error) {
    completeError(error, op, shapes =>
      Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [names[name] ?? name, shape])),
    );
    throw error;
  }
}
