import * as tf from '@tensorflow/tfjs';
import {conv2d, conv2dTranspose, conv3d, conv3dTranspose} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';
import 'tfjs-conv/accelerate';
import {accelerated} from '../cases/bad_builtin_calls.js';
import {values} from '../cases/accelerated_calls.js';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';

/*
 * What TensorFlow.js lets through to its convolution kernels and not all of its backends compute: tensors of integers and
 * of truth values, and tensors without channels.
 */

type Integer = 'int32' | 'bool';

/** Small integers, or truth values, of both signs where there are any. */
function integers<R extends tf.Rank>(dtype: Integer, name: string, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const numbers = values<R>(name, shape).dataSync();
  const round = (value: number) => (dtype === 'bool' ? Number(value > 0) : Math.round(4 * value));
  return tf.tensor<R>(Array.from(numbers, round), shape, dtype);
}

const float = <R extends tf.Rank>(t: tf.Tensor<R>): tf.Tensor<R> => tf.cast(t, 'float32');

const raw = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attrs);

const x4 = (d: Integer) => integers<tf.Rank.R4>(d, 'x', [1, 4, 5, 2]);
const f4 = (d: Integer) => integers<tf.Rank.R4>(d, 'f', [3, 2, 2, 2]);
const x5 = (d: Integer) => integers<tf.Rank.R5>(d, 'x', [1, 3, 4, 5, 2]);
const f5 = (d: Integer) => integers<tf.Rank.R5>(d, 'f', [2, 3, 2, 2, 2]);
const PLANAR = {strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1};

interface Call {
  readonly call: (d: Integer) => tf.Tensor;
  /** What gives the same, of float32. */
  readonly same: (d: Integer) => tf.Tensor;
  /** Whether TensorFlow.js' cpu backend gives the result the dtype of x. */
  readonly keeps: boolean;
}

const CALLS: {readonly [what: string]: Call} = {
  'conv3d, image and filter': {
    call: d => tf.conv3d(x5(d), f5(d), 1, 'same'),
    same: d => conv3d(float(x5(d)), float(f5(d)), {pad: 'same'}),
    keeps: true,
  },
  'conv3d, image': {
    call: d => tf.conv3d(x5(d), float(f5(d)), 2, 'valid'),
    same: d => conv3d(float(x5(d)), float(f5(d)), {strides: 2}),
    keeps: true,
  },
  Conv2D: {
    call: d => raw('Conv2D', {x: x4(d), filter: f4(d)}, PLANAR),
    same: d => conv2d(float(x4(d)), float(f4(d)), {pad: 'same'}),
    keeps: true,
  },
  'conv2dTranspose, image and filter': {
    call: d => tf.conv2dTranspose(x4(d), f4(d), [1, 4, 5, 2], 1, 'same'),
    same: d => conv2dTranspose(float(x4(d)), float(f4(d)), {pad: 'same'}),
    keeps: false,
  },
  'conv2dTranspose, image': {
    call: d => tf.conv2dTranspose(x4(d), float(f4(d)), [1, 8, 10, 2], 2, 'same'),
    same: d => conv2dTranspose(float(x4(d)), float(f4(d)), {pad: 'same', strides: 2}),
    keeps: false,
  },
  'conv2dTranspose, filter': {
    call: d => tf.conv2dTranspose(float(x4(d)), f4(d), [1, 6, 6, 2], 1, 'valid'),
    same: d => conv2dTranspose(float(x4(d)), float(f4(d))),
    keeps: false,
  },
  'conv3dTranspose, image and filter': {
    call: d => tf.conv3dTranspose(x5(d), f5(d), [1, 4, 6, 6, 2], 1, 'valid'),
    same: d => conv3dTranspose(float(x5(d)), float(f5(d))),
    keeps: false,
  },
  'the slopes of fused conv2d': {
    call: d =>
      tf.fused.conv2d({
        x: float(x4(d)),
        filter: float(f4(d)),
        strides: 1,
        pad: 'same',
        activation: 'prelu',
        bias: tf.tensor1d([1, -20], 'int32'),
        preluActivationWeights: tf.tensor1d([2, 3], 'int32'),
      }),
    same: d =>
      conv2d(float(x4(d)), float(f4(d)), {
        pad: 'same',
        bias: tf.tensor1d([1, -20]),
        activation: 'prelu',
        preluActivationWeights: tf.tensor1d([2, 3]),
      }),
    keeps: false,
  },
};

/** Result, and what was left over after the inputs and it were freed. */
function measured(call: () => tf.Tensor): {values: number[]; shape: number[]; dtype: string; leaked: unknown} {
  const before = counts();
  const y = tf.tidy(call);
  const {shape, dtype} = y;
  const got = [...y.dataSync()];
  y.dispose();
  const after = counts();
  return {values: got, shape, dtype, leaked: JSON.stringify(after) === JSON.stringify(before) ? undefined : after};
}

describe.each(BACKENDS)('stand-ins on $name', ({name}) => {
  beforeAll(async () => {
    await tf.setBackend(name);
  });

  describe.each(['int32', 'bool'] as const)('compute with %s:', dtype => {
    it.each(Object.entries(CALLS))('%s', (_, {call, same, keeps}) => {
      const expected = measured(() => same(dtype));
      measured(() => accelerated(() => call(dtype)));
      expect(measured(() => accelerated(() => call(dtype)))).toEqual({
        ...expected,
        values: expected.values.map(value => expect.closeTo(value, 4)),
        dtype: keeps && name === 'cpu' ? dtype : 'float32',
      });
    });

    it('ones through ones', () => {
      const y = () =>
        tf.conv3d(tf.ones<tf.Rank.R5>([1, 2, 2, 2, 1], dtype), tf.ones<tf.Rank.R5>([2, 2, 2, 1, 1], dtype), 1, 'valid');
      expect([...tf.tidy(() => accelerated(y)).dataSync()]).toEqual([8]);
    });
  });

  it('fractions of a filter are added before they are cut off', () => {
    const y = () =>
      tf.conv3d(tf.ones<tf.Rank.R5>([1, 2, 2, 2, 1], 'int32'), tf.fill<tf.Rank.R5>([2, 2, 2, 1, 1], 0.8), 1, 'valid');
    const [value] = tf.tidy(() => accelerated(y)).dataSync();
    expect(value).toBeCloseTo(name === 'cpu' ? 6 : 6.4, 4);
  });

  const zeros = (...shape: number[]) => tf.zeros(shape);
  const fusedOf = (x: tf.Tensor, filter: tf.Tensor, bias: number[]) =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      strides: 1,
      pad: 'same',
      bias: tf.tensor1d(bias),
      activation: 'relu',
    });
  const transposed = (dy: tf.Tensor, filter: tf.Tensor, shape: [number, number, number, number]) =>
    tf.conv2dTranspose(dy as tf.Tensor4D, filter as tf.Tensor4D, shape, 1, 'same');

  it.each<[string, () => tf.Tensor, number[], number]>([
    [
      'x',
      () => tf.conv2d(zeros(1, 3, 4, 0) as tf.Tensor4D, zeros(2, 2, 0, 2) as tf.Tensor4D, 1, 'same'),
      [1, 3, 4, 2],
      0,
    ],
    ['x, and a bias', () => fusedOf(zeros(1, 3, 4, 0), zeros(2, 2, 0, 1), [3]), [1, 3, 4, 1], 3],
    [
      'y',
      () => tf.conv2d(zeros(1, 3, 4, 2) as tf.Tensor4D, zeros(2, 2, 2, 0) as tf.Tensor4D, 1, 'same'),
      [1, 3, 4, 0],
      0,
    ],
    ['y, and a bias', () => fusedOf(zeros(1, 3, 4, 2), zeros(2, 2, 2, 0), []), [1, 3, 4, 0], 0],
    [
      'a depthwise x',
      () => tf.depthwiseConv2d(zeros(1, 3, 4, 0) as tf.Tensor4D, zeros(2, 2, 0, 2) as tf.Tensor4D, 1, 'same'),
      [1, 3, 4, 0],
      0,
    ],
    [
      'a depthwise y',
      () => tf.depthwiseConv2d(zeros(1, 3, 4, 2) as tf.Tensor4D, zeros(2, 2, 2, 0) as tf.Tensor4D, 1, 'same'),
      [1, 3, 4, 0],
      0,
    ],
    ['a transposed x', () => transposed(zeros(1, 3, 4, 0), zeros(2, 2, 2, 0), [1, 3, 4, 2]), [1, 3, 4, 2], 0],
    ['a transposed y', () => transposed(zeros(1, 3, 4, 2), zeros(2, 2, 0, 2), [1, 3, 4, 0]), [1, 3, 4, 0], 0],
    [
      'x in 3-D',
      () => tf.conv3d(zeros(1, 3, 4, 2, 0) as tf.Tensor5D, zeros(2, 2, 1, 0, 2) as tf.Tensor5D, 1, 'same'),
      [1, 3, 4, 2, 2],
      0,
    ],
    [
      'x, and no batch',
      () => tf.conv2d(zeros(0, 3, 4, 0) as tf.Tensor4D, zeros(2, 2, 0, 2) as tf.Tensor4D, 1, 'same'),
      [0, 3, 4, 2],
      0,
    ],
  ])('nothing is summed without channels: %s', (_, call, shape, value) => {
    measured(() => accelerated(call));
    const {leaked, ...got} = measured(() => accelerated(call));
    expect(got).toEqual({values: new Array(tf.util.sizeFromShape(shape)).fill(value), shape, dtype: 'float32'});
    expect(leaked).toBeUndefined();
  });

  it('the gradient of a result of no channels is 0', () => {
    const x = zeros(1, 3, 4, 2) as tf.Tensor4D;
    const filter = zeros(2, 2, 2, 0) as tf.Tensor4D;
    const dy = zeros(1, 3, 4, 0);
    const gradients = accelerated(() =>
      tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))([x, filter], dy),
    );
    expect(gradients.map(({shape}) => shape)).toEqual([x.shape, filter.shape]);
    expect([...gradients[0].dataSync()]).toEqual(new Array(x.size).fill(0));
    tf.dispose([x, filter, dy, ...gradients]);
  });

  it('a result rounded up has the windows that reach beyond the padding', () => {
    const x = values<tf.Rank.R4>('x', [1, 6, 7, 2]);
    const filter = values<tf.Rank.R4>('f', [3, 2, 2, 3]);
    const y = accelerated(() => tf.conv2d(x, filter, 3, 0, 'NHWC', 1, 'ceil'));
    const expected = conv2d(
      tf.pad(x, [
        [0, 0],
        [0, 0],
        [0, 1],
        [0, 0],
      ]) as tf.Tensor4D,
      filter,
      {strides: 3},
    );
    expect(y.shape).toEqual([1, 2, 3, 3]);
    expect(largest(tf.sub(y, expected))).toBeLessThan(1e-5);
    tf.dispose([x, filter, y, expected]);
  });

  it.each(['ceil', 'round', 'floor'] as const)(
    'gradients of a result that is rounded, which TensorFlow.js does not tell: %s',
    mode => {
      const x = values<tf.Rank.R4>('x', [1, 6, 7, 2]);
      const filter = values<tf.Rank.R4>('f', [3, 2, 2, 3]);
      // Along the height 3 / 2 is rounded, along the width 5 / 4.
      const built = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, [2, 4], 0, 'NHWC', 1, mode);
      const [height, width] = {ceil: [1, 3], round: [1, 0], floor: [0, 0]}[mode];
      const ours = (a: tf.Tensor, b: tf.Tensor) =>
        conv2d(
          a as tf.Tensor4D,
          b as tf.Tensor4D,
          {
            strides: [2, 4],
            pad: [
              [0, height],
              [0, width],
            ],
          } as ConvOptions,
        );
      const weights = values<tf.Rank>('w', ours(x, filter).shape);
      const gradients = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => tf.grads(op)([x, filter], weights);
      const [got, expected] = [accelerated(() => gradients(built)), gradients(ours)];
      got.forEach((gradient, i) => expect(largest(tf.sub(gradient, expected[i]))).toBeLessThan(1e-5));
      tf.dispose([x, filter, weights, got, expected]);
    },
  );

  it('gradients of a result that has no element but for its rounding', () => {
    const x = values<tf.Rank.R4>('x', [1, 2, 2, 1]);
    const filter = values<tf.Rank.R4>('f', [3, 3, 1, 1]);
    const built = (a: tf.Tensor, b: tf.Tensor) =>
      tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 0, 'NHWC', 1, 'ceil');
    const [dx, dfilter] = accelerated(() => tf.grads(built)([x, filter], tf.ones([1, 1, 1, 1])));
    // The one window reaches beyond x by one row and one column.
    expect(largest(tf.sub(dx, tf.slice(filter, 0, [2, 2, 1, 1]).reshape([1, 2, 2, 1])))).toBe(0);
    expect(
      largest(
        tf.sub(
          dfilter,
          tf.pad(x.reshape([2, 2, 1, 1]), [
            [0, 1],
            [0, 1],
            [0, 0],
            [0, 0],
          ]),
        ),
      ),
    ).toBe(0);
    tf.dispose([x, filter, dx, dfilter]);
  });

  it('what a larger dy has at its ends does not count, as in TensorFlow.js', () => {
    const [dy, filter] = [values<tf.Rank.R4>('dy', [1, 4, 5, 2]), values<tf.Rank.R4>('f', [3, 2, 3, 2])];
    const y = accelerated(() => tf.conv2dTranspose(dy, filter, [1, 2, 4, 3], 1, 'same'));
    const part = tf.slice(dy, [0, 0, 0, 0], [1, 2, 4, 2]);
    const expected = conv2dTranspose(part, filter, {pad: 'same'});
    expect(y.shape).toEqual([1, 2, 4, 3]);
    expect(largest(tf.sub(y, expected))).toBeLessThan(1e-5);
    tf.dispose([dy, filter, y, part, expected]);
  });

  it('a transposed convolution takes every output shape that strides leave open, and none that needs more of x', () => {
    const [x, filter] = [values<tf.Rank.R4>('x', [1, 4, 3, 2]), values<tf.Rank.R4>('f', [3, 2, 3, 2])];
    const call = (height: number, width: number, pad: 'same' | 'valid' | number) =>
      accelerated(() => tf.conv2dTranspose(x, filter, [1, height, width, 3], [3, 2], pad));
    for (const [height, width, pad] of [
      [12, 6, 'valid'],
      [14, 7, 'valid'],
      [12, 6, 'same'],
      [10, 5, 'same'],
      [12, 6, 0],
    ] as const) {
      const y = call(height, width, pad);
      const expected = conv2dTranspose(x, filter, {strides: [3, 2], pad, outputShape: [height, width]});
      expect(largest(tf.sub(y, expected))).toBeLessThan(1e-5);
      tf.dispose([y, expected]);
    }
    const before = counts();
    for (const [height, width, pad] of [
      [15, 6, 'valid'],
      [12, 8, 'valid'],
      [13, 6, 'same'],
      [100, 100, 'same'],
    ] as const) {
      expect(() => call(height, width, pad)).toThrow(/^Conv2DBackpropInput: dy .+; got /);
    }
    expect(counts()).toEqual(before);
    tf.dispose([x, filter]);
  });
});

const largest = (t: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(t)).dataSync()[0]);
