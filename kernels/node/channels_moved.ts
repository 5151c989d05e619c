import {product} from '../../src/geometry/conv.js';
import {shaped, transposed} from './plain_ops.js';
import type {Handle, TensorFlow} from './tensorflow.js';
import {TRANSPOSED_AS_MATRICES} from './thresholds.js';

/** Takes images of the shape `from` to those of the shape `to`, whose channels are last, or first after the batch. */
export function channelsMoved(
  from: readonly number[],
  to: readonly number[],
  where: 'last' | 'first',
): (tf: TensorFlow, t: Handle) => Handle {
  const spatial = from.length - 2;
  if (product(from) < TRANSPOSED_AS_MATRICES) {
    const axes = Array.from({length: spatial}, (_, a) => a + 1);
    const permutation = where === 'last' ? [0, ...axes.map(a => a + 1), 1] : [0, spatial + 1, ...axes];
    return (tf, t) => transposed(tf, t, permutation);
  }
  const rows = where === 'last' ? from[1] : product(from.slice(1, -1));
  const columns = product(from) / from[0] / rows;
  const [matrices, permutation] =
    from[0] === 1
      ? [
          [rows, columns],
          [1, 0],
        ]
      : [
          [from[0], rows, columns],
          [0, 2, 1],
        ];
  return (tf, t) => shaped(tf, transposed(tf, shaped(tf, t, matrices), permutation), to);
}
