import * as tf from '@tensorflow/tfjs';
import {conv2d, conv2dTranspose} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';
import {BACKENDS} from '../support/backends.js';
import {product} from '../support/sums.js';

type Shape = [height: number, width: number, inPerGroup: number, outChannels: number];

/** Shapes with groups for the same values, so that each is packed in another way than the one before. */
const SHAPES: ReadonlyArray<readonly [string, ReadonlyArray<readonly [filter: Shape, groups: number]>]> = [
  [
    '1x1',
    [
      [[1, 1, 8, 12], 1],
      [[1, 1, 12, 8], 1],
      [[1, 1, 4, 24], 1],
      [[1, 1, 8, 12], 2],
      [[1, 1, 4, 24], 2],
    ],
  ],
  [
    '3x3',
    [
      [[3, 3, 5, 6], 1],
      [[3, 3, 6, 5], 1],
      [[3, 3, 3, 10], 1],
      [[3, 3, 3, 10], 2],
      [[3, 3, 5, 6], 2],
    ],
  ],
  [
    'Winograd',
    [
      [[3, 3, 32, 64], 1],
      [[3, 3, 64, 32], 1],
      [[3, 3, 32, 64], 2],
    ],
  ],
  [
    'Winograd along a line',
    [
      [[1, 4, 24, 32], 1],
      [[4, 1, 32, 24], 1],
      [[4, 1, 24, 32], 1],
      [[2, 2, 24, 32], 1],
      [[1, 2, 48, 32], 1],
      [[1, 4, 24, 32], 2],
    ],
  ],
  [
    'depthwise',
    [
      [[3, 3, 1, 16], 16],
      [[3, 3, 1, 16], 8],
      [[9, 1, 1, 16], 16],
      [[3, 1, 1, 48], 48],
      [[1, 3, 1, 48], 48],
    ],
  ],
  [
    'other taps',
    [
      [[2, 2, 4, 6], 1],
      [[4, 1, 6, 4], 1],
      [[1, 4, 6, 4], 1],
      [[2, 1, 8, 6], 1],
      [[1, 1, 16, 6], 1],
    ],
  ],
];

describe.each(BACKENDS)('filters that share their values, on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  test.each(SHAPES)('%s: each is taken by its shape', (_, shapes) =>
    tf.tidy(() => {
      const values = tf.randomNormal([product(shapes[0][0])], 0, 1, 'float32', 1);
      const copies = values.dataSync();
      for (const [shape, groups] of [...shapes, ...shapes]) {
        const options: ConvOptions = {pad: 'same', groups};
        const x = tf.randomNormal<tf.Rank.R4>([1, 14, 15, shape[2] * groups], 0, 1, 'float32', 2);
        const dy = tf.randomNormal<tf.Rank.R4>([1, 7, 8, shape[3]], 0, 1, 'float32', 3);
        const run = (filter: tf.Tensor4D) => [
          conv2d(x, filter, options),
          conv2dTranspose(dy, filter, {...options, strides: 2}),
        ];
        const own = run(tf.tensor(Float32Array.from(copies), shape));
        run(tf.reshape(values, shape)).forEach((y, i) => expect(y.dataSync()).toEqual(own[i].dataSync()));
      }
    }),
  );
});
