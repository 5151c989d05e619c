import {
  abs,
  batchNorm,
  batchToSpaceND,
  concat,
  depthToSpace,
  image as images,
  leakyRelu,
  maximum,
  mean,
  minimum,
  pad,
  setBackend,
  slice,
  spaceToBatchND,
  stack,
  stridedSlice,
  tanh,
  tensor,
  tidy,
  tile,
} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';

import {product} from '../src/geometry/conv.js';
import {pseudoRandom} from './measure.js';
import type {Prepared} from './peers/peer.js';
import {useKernels} from './peers/kernels.js';
import {output} from './peers/tfjs.js';

/*
 * What stands around the convolutions of networks, which accelerate() replaces on some backends.
 */

/** An op on an image. */
export interface Around {
  readonly name: string;
  readonly x: readonly [number, number, number, number];
  readonly run: (x: Tensor4D, channels: Tensor1D) => Tensor;
}

const IMAGE = [1, 56, 56, 96] as const;
const around = (name: string, run: Around['run'], x: Around['x'] = IMAGE): Around => ({
  name: `${name} ${x.slice(1).join('x')}`,
  x,
  run,
});

export const AROUND: readonly Around[] = [
  around('batchNorm', (x, c) => batchNorm(x, c, abs(c), c, c)),
  around('maximum', x => maximum(x, 0)),
  around('minimum', x => minimum(x, x)),
  around('leakyRelu', x => leakyRelu(x, 0.1)),
  around('tanh', x => tanh(x)),
  around('mean', x => mean(x, [1, 2])),
  around('pad', x =>
    pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]),
  ),
  around('concat', x => concat([x, x], 3)),
  around('concat', x => concat([x, x, x], 3), [1, 172, 264, 1]),
  around('stack', x => stack([x, x], 4), [1, 172, 264, 1]),
  around('slice', x => slice(x, [0, 1, 1, 0], [1, 54, 54, 48])),
  around('stridedSlice', x => stridedSlice(x, [0, 0, 0, 0], [...IMAGE], [1, 2, 2, 1])),
  around('tile', x => tile(x, [1, 1, 1, 8]), [1, 172, 264, 1]),
  around('spaceToBatchND', x =>
    spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  ),
  around(
    'batchToSpaceND',
    x =>
      batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    [4, 28, 28, 96],
  ),
  around('depthToSpace', x => depthToSpace(x, 2), [1, 56, 56, 96]),
  around('resizeNearestNeighbor', x => images.resizeNearestNeighbor(x, [112, 112]), [1, 56, 56, 32]),
];

/** An op under accelerate(), on a backend. */
export async function prepareAround({x, run}: Around, backend: string): Promise<Prepared> {
  await setBackend(backend);
  useKernels(backend, 'ours');
  const image = tensor(pseudoRandom(product(x), 1), [...x]) as Tensor4D;
  const channels = tensor(pseudoRandom(x[3], 2)) as Tensor1D;
  return {
    run: () => output(tidy(() => run(image, channels))),
    dispose: () => [image, channels].forEach(one => one.dispose()),
  };
}
