import {tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

/** Runs an op in a scope that frees what it made on the way, also when it throws. */
export function scoped<T extends Tensor>(op: string, compute: () => Tensor): T {
  // The rank of the result is that of x, which no type of the kernels can say.
  return tidy(op, compute) as T;
}
