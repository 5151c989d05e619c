import {greaterEqual, minimum, mul, relu, reshape, where} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

/*
 * Activations whose ops in TensorFlow.js 4.22 are wrong on some backend, made of ops that are right on all of them.
 */

/** min(max(x, 0), 6). TensorFlow.js' relu6 of NaN is 0 on wasm. */
export const relu6 = (x: Tensor): Tensor => minimum(relu(x), 6);

/** A factor of a tensor of any rank: TensorFlow.js' programs on webgpu do not multiply those of rank 5 with one of rank 1. */
export const factor = (t: Tensor): Tensor => (t.rank === 1 ? reshape(t, [1, t.size]) : t);

/**
 * x where x >= 0, slopes * x elsewhere; the slopes are broadcast to the shape of x. On wasm TensorFlow.js' prelu takes
 * any slopes for those of the last axis, on tensorflow it is NaN for an infinite x. Its `where` takes four axes at most
 * on webgl.
 */
export function prelu(x: Tensor, slopes: Tensor): Tensor {
  const flat = reshape(x, [x.size]);
  return reshape(where(greaterEqual(flat, 0), flat, reshape(mul(x, factor(slopes)), [x.size])), x.shape);
}
