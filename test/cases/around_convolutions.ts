import * as tf from '@tensorflow/tfjs';
import {randomIntegers} from '../support/wasm_core/geometries.js';

/*
 * Calls of what stands around convolutions, by the kernels that they run: shapes of which no size is special, and forms
 * that stand-ins leave to the built-in kernel.
 */

export type Call = () => tf.Tensor | tf.Tensor[];

/** Values of which some are what arithmetic treats otherwise. */
const SPECIAL = [NaN, Infinity, -Infinity, -0, 0, 1e-30];

export function values(seed: number, shape: number[]): tf.Tensor {
  const integer = randomIntegers(seed + 31);
  const data = Float32Array.from({length: tf.util.sizeFromShape(shape)}, () =>
    integer(0, 19) === 0 ? SPECIAL[integer(0, SPECIAL.length - 1)] : integer(-4000, 4000) / 256,
  );
  return tf.tensor(data, shape);
}

/** The same in another dtype. */
const integers = (seed: number, shape: number[]): tf.Tensor =>
  tf.tensor(
    Int32Array.from({length: tf.util.sizeFromShape(shape)}, (_, i) => (i * 7919 + seed) % 1009),
    shape,
    'int32',
  );

const image = (seed: number, [batch, height, width, channels]: readonly number[]): tf.Tensor4D =>
  values(seed, [batch, height, width, channels]).as4D(batch, height, width, channels);

const positive = (seed: number, shape: number[]): tf.Tensor => tf.abs(integers(seed, shape)).toFloat().add(0.5);

const IMAGES: number[][] = [
  [1, 5, 7, 3],
  [2, 4, 6, 1],
  [1, 1, 1, 8],
  [3, 2, 3, 300],
  [2, 9, 5, 4],
  [1, 1, 33, 2],
];
const SHAPES: number[][] = [...IMAGES, [7], [5, 1], [3, 4, 5], [2, 3, 2, 3, 4], [2, 1, 3, 2, 2, 3], [0, 3, 2, 4]];

export const label = (shape: readonly number[]): string => `[${shape.join()}]`;

/** A case for each shape. */
const each = (shapes: readonly number[][], call: (shape: number[], seed: number) => Call): Array<[string, Call]> =>
  shapes.map((shape, i) => [label(shape), call(shape, i + 1)]);

/** A case for each shape and axis. */
const eachAxis = (
  shapes: readonly number[][],
  call: (shape: number[], axis: number, seed: number) => Call,
): Array<[string, Call]> =>
  shapes.flatMap((shape, i) =>
    shape.map((_, axis): [string, Call] => [`${label(shape)} axis ${axis}`, call(shape, axis, i * 10 + axis)]),
  );

/** Sizes of which one is another. */
const withSize = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((old, a) => (a === axis ? size : old));

const filled = SHAPES.filter(shape => !shape.includes(0));
const pads = (shape: readonly number[], seed: number): Array<[number, number]> =>
  shape.map((_, a) => [(a + seed) % 3, (a * seed) % 2]);

/** Calls by the kernels that they run. */
export const MOVES: {readonly [kernel: string]: ReadonlyArray<[string, Call]>} = {
  Concat: [
    ...eachAxis(SHAPES, (shape, axis, seed) => () => {
      const parts = [shape, withSize(shape, axis, 1), withSize(shape, axis, 0), withSize(shape, axis, 5)];
      return tf.concat(
        parts.map((part, n) => values(seed + n, part)),
        axis,
      );
    }),
    ['integers', () => tf.concat([integers(1, [2, 3]), integers(2, [2, 1])], -1)],
    ['bool', () => tf.concat([tf.tensor1d([1, 0], 'bool'), tf.tensor1d([1], 'bool')])],
    ['strings', () => tf.concat([tf.tensor2d([['a'], ['b']]), tf.tensor2d([['c'], ['d']])], 1)],
  ],
  Pack: [
    ...eachAxis(
      SHAPES,
      (shape, axis, seed) => () =>
        tf.stack(
          [1, 2, 3].map(n => values(seed + n, shape)),
          axis,
        ),
    ),
    ['scalars', () => tf.stack([tf.scalar(1), tf.scalar(2)])],
    ['at the end', () => tf.stack([integers(1, [2, 3]), integers(2, [2, 3])], 2)],
    ['one', () => tf.stack([values(1, [2, 3])], 1)],
  ],
  Slice: [
    ...eachAxis(filled, (shape, axis, seed) => () => {
      const begin = shape.map((size, a) => (a === axis ? Math.floor(size / 2) : 0));
      return tf.slice(values(seed, shape), begin, withSize(shape, axis, 1));
    }),
    ...each(
      filled,
      (shape, seed) => () =>
        tf.slice(
          integers(seed, shape),
          shape.map(size => Math.floor(size / 3)),
        ),
    ),
    ['to the end', () => tf.slice(values(1, [4, 5]), [1, 2], [-1, 2])],
    ['nothing', () => tf.slice(values(1, [4, 5]), [1, 2], [0, 2])],
    [
      'strings',
      () =>
        tf.slice(
          tf.tensor2d([
            ['a', 'b'],
            ['c', 'd'],
          ]),
          [0, 1],
          [2, 1],
        ),
    ],
  ],
  StridedSlice: [
    ...eachAxis(
      filled.filter(shape => shape.length < 5),
      (shape, axis, seed) => () =>
        tf.stridedSlice(
          values(seed, shape),
          shape.map(() => 0),
          shape,
          shape.map((_, a) => (a === axis ? 2 : 1)),
        ),
    ),
    ['backwards', () => tf.stridedSlice(values(1, [7, 5]), [-1, 4], [0, 0], [-2, -1], 0, 2)],
    ['masks', () => tf.stridedSlice(values(2, [4, 6, 3]), [1, 0, 1], [3, 1, 2], [1, 1, 1], 2, 2)],
    ['an axis that comes', () => tf.stridedSlice(values(4, [4, 6]), [0, 0, 1], [4, 1, 6], [1, 1, 2], 0, 0, 0, 2)],
    ['nothing', () => tf.stridedSlice(values(5, [4, 6]), [2, 3], [2, 5], [1, 1])],
    ['everything', () => tf.stridedSlice(values(6, [4, 6]), [0, 0], [4, 6], [1, 1])],
    ['integers', () => tf.stridedSlice(integers(7, [4, 6]), [1, 1], [3, 5], [1, 1])],
  ],
  Unpack: [
    ...eachAxis(
      filled.filter(shape => shape.length > 1),
      (shape, axis, seed) => () => tf.unstack(values(seed, shape), axis),
    ),
    ['from the end', () => tf.unstack(integers(1, [3, 4]), -1)],
    ['a line', () => tf.unstack(values(1, [4]))],
  ],
  SplitV: [
    ...eachAxis(filled, (shape, axis, seed) => () => tf.split(values(seed, shape), [1, -1], axis)),
    ['halves', () => tf.split(integers(1, [4, 6]), 2, 1)],
  ],
  PadV2: [
    ...each(
      SHAPES.filter(shape => shape.length < 5),
      (shape, seed) => () => tf.pad(values(seed, shape), pads(shape, seed), seed / 2),
    ),
    [
      'not at all',
      () =>
        tf.pad(values(1, [3, 4]), [
          [0, 0],
          [0, 0],
        ]),
    ],
    [
      'integers',
      () =>
        tf.pad(
          integers(1, [3, 4]),
          [
            [1, 0],
            [0, 2],
          ],
          3,
        ),
    ],
  ],
  Tile: each(
    filled.filter(shape => shape.length < 6),
    (shape, seed) => () =>
      tf.tile(
        values(seed, shape),
        shape.map((_, a) => 1 + ((a + seed) % 3)),
      ),
  ),
  SpaceToBatchND: [
    ...each(IMAGES, (shape, seed) => () => {
      const block = [2, 3];
      const after = (a: number) => (((block[a] - ((shape[a + 1] + a) % block[a])) % block[a]) + block[a]) % block[a];
      return tf.spaceToBatchND(values(seed, shape), block, [
        [0, after(0)],
        [1, after(1)],
      ]);
    }),
    ['lines', () => tf.spaceToBatchND(values(1, [2, 6, 3]), [3], [[2, 1]])],
    ['a block of one', () => tf.spaceToBatchND(values(1, [2, 6, 3]), [1], [[0, 0]])],
    [
      'volumes',
      () =>
        tf.spaceToBatchND(
          values(1, [1, 4, 2, 6, 3]),
          [2, 1, 3],
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ),
    ],
  ],
  BatchToSpaceND: [
    [
      'images',
      () =>
        tf.batchToSpaceND(
          values(1, [12, 3, 4, 5]),
          [2, 3],
          [
            [0, 0],
            [0, 0],
          ],
        ),
    ],
    [
      'cropped',
      () =>
        tf.batchToSpaceND(
          values(2, [12, 3, 4, 5]),
          [2, 3],
          [
            [1, 2],
            [4, 1],
          ],
        ),
    ],
    ['lines', () => tf.batchToSpaceND(values(3, [4, 5, 2]), [2], [[1, 0]])],
    [
      'integers',
      () =>
        tf.batchToSpaceND(
          integers(4, [4, 2, 2, 1]),
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
    ],
    ['a block of one', () => tf.batchToSpaceND(values(3, [4, 5, 2]), [1], [[1, 1]])],
  ],
  DepthToSpace: [
    ['blocks of 2', () => tf.depthToSpace(image(1, [2, 3, 5, 12]), 2)],
    ['blocks of 3', () => tf.depthToSpace(image(2, [1, 4, 2, 9]), 3)],
    ['channels first', () => tf.depthToSpace(image(3, [1, 4, 2, 3]), 2, 'NCHW')],
  ],
  ResizeNearestNeighbor: IMAGES.flatMap((shape, i) =>
    (
      [
        [2, 2],
        [1, 3],
        [0.5, 2],
        [1.5, 1],
      ] as const
    ).flatMap(([h, w]) =>
      (
        [
          [false, false],
          [false, true],
          [true, false],
        ] as const
      ).map(([corners, centers]): [string, Call] => {
        const size: [number, number] = [Math.ceil(shape[1] * h), Math.ceil(shape[2] * w)];
        return [
          `${label(shape)} to ${label(size)} ${corners} ${centers}`,
          () => tf.image.resizeNearestNeighbor(image(i, shape), size, corners, centers),
        ];
      }),
    ),
  ),
  Maximum: each(SHAPES, (shape, seed) => () => tf.maximum(values(seed, shape), values(seed + 1, shape))),
  Minimum: [
    ...each(SHAPES, (shape, seed) => () => tf.minimum(values(seed, shape), 0.25)),
    ...each(filled, (shape, seed) => () => tf.minimum(0.25, values(seed, shape))),
    ['NaN on the left', () => tf.maximum(NaN, values(1, [2, 3]))],
    ['NaN on the right', () => tf.maximum(values(1, [2, 3]), NaN)],
    ['channels', () => tf.maximum(values(1, [2, 3, 4]), values(2, [4]))],
    ['integers', () => tf.minimum(integers(1, [2, 3]), integers(2, [2, 3]))],
    ['a single value of higher rank', () => tf.minimum(values(1, [1, 1, 1]), values(2, [4]))],
  ],
  LeakyRelu: each(SHAPES, (shape, seed) => () => tf.leakyRelu(values(seed, shape), 0.3)),
};

/** Finite values only, as sums lose others in another order. */
const finite = (seed: number, shape: number[]): tf.Tensor =>
  tf.tidy(() => tf.sub(integers(seed, shape).toFloat(), 500).div(37));

const vector = (seed: number, length: number): tf.Tensor1D => finite(seed, [length]).as1D();

/** Calls whose values are rounded otherwise, with the most that they may be off. */
export const ROUNDED: {
  readonly [kernel: string]: {readonly calls: ReadonlyArray<[string, Call]>; readonly error: number};
} = {
  FusedBatchNorm: {
    // Four roundings of values below 40 * 1009 on either side.
    error: 8 * 40400 * 2 ** -24,
    calls: [
      ...each(SHAPES, (shape, seed) => () => {
        const channels = shape[shape.length - 1];
        const x = values(seed, shape).as4D(-1, 1, 1, channels);
        const variance = positive(2, [channels]).as1D();
        return tf.batchNorm(x, vector(1, channels), variance, vector(3, channels), vector(4, channels), 0.01);
      }),
      ['neither offset nor scale', () => tf.batchNorm(values(1, [6, 5]).as2D(6, 5), vector(1, 5), vector(2, 5).abs())],
      [
        'statistics of every value',
        () => tf.batchNorm(values(1, [2, 5]).as2D(2, 5), finite(1, [2, 5]).as2D(2, 5), positive(1, [2, 5]).as2D(2, 5)),
      ],
      ['a negative variance', () => tf.batchNorm(values(1, [2, 5]).as2D(2, 5), vector(1, 5), vector(2, 5))],
    ],
  },
  Tanh: {error: 4 * 2 ** -24, calls: each(SHAPES, (shape, seed) => () => tf.tanh(tf.mul(values(seed, shape), 0.25)))},
  Mean: {
    // Sums of at most 300 values below 14, in any order.
    error: 300 * 14 * 2 ** -24,
    calls: [
      ...eachAxis(filled, (shape, axis, seed) => () => tf.mean(finite(seed, shape), axis, seed % 2 === 0)),
      ...each(IMAGES, (shape, seed) => () => tf.mean(finite(seed, shape), [1, 2])),
      ...each(IMAGES, (shape, seed) => () => tf.mean(finite(seed, shape), [2, 1], true)),
      ['all', () => tf.mean(finite(1, [3, 4, 5]))],
      ['axes apart', () => tf.mean(finite(1, [3, 4, 5]), [0, 2])],
      ['integers', () => tf.mean(integers(1, [3, 4]), 0)],
      ['nothing', () => tf.mean(tf.zeros([0, 3]), 0)],
      [
        'a value that is not finite',
        () =>
          tf.mean(
            tf.tensor2d([
              [1, NaN, Infinity],
              [2, 3, 4],
            ]),
            0,
          ),
      ],
    ],
  },
};
