import * as tf from '@tensorflow/tfjs';
import {
  conv1d,
  conv2d,
  conv3d,
  depthwiseConv2d,
  depthwiseSeparableConv2d,
  dilatedConv2d,
  groupedConv2d,
  pointwiseConv2d,
  separateFilter,
  spatiallySeparableConv2d,
} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';
import {multiplications, parameters} from '../../src/geometry/cost.js';
import {resolveConv} from '../../src/geometry/resolve.js';
import {resolveDepthwiseSeparable, resolveSpatiallySeparable} from '../../src/geometry/two_stage.js';
import {BACKENDS} from '../support/backends.js';
import {asFilter, asImage, asLine, asPlane, expectEqual, filterOf, image, outer} from '../support/figures.js';
import type {Image} from '../support/figures.js';

/*
 * The worked figure of every kind of convolution; figures_transposed_test.ts has those of the transposed ones. All
 * numbers are integers, so every backend gives them exactly.
 */

describe.each(BACKENDS)('worked figures on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe('convolution and cross-correlation', () => {
    it('takes 5x5 to 3x3 with a 3x3 filter at stride 1', () => {
      const x = asImage([
        [3, 3, 2, 1, 0],
        [0, 0, 1, 3, 1],
        [3, 1, 2, 2, 3],
        [2, 0, 0, 2, 2],
        [2, 0, 0, 0, 1],
      ]);
      const filter = asFilter([
        [0, 1, 2],
        [2, 2, 0],
        [0, 1, 2],
      ]);
      expect(asPlane(conv2d(x, filter))).toEqual([
        [12, 12, 17],
        [10, 17, 19],
        [9, 6, 14],
      ]);
    });

    it('meets a lone pixel with the filter flipped, or as it is with flipFilter', () => {
      const pixel = asImage(outer([0, 0, 1, 0, 0], [0, 0, 1, 0, 0]));
      const filter = asFilter([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]);
      expect(asPlane(conv2d(pixel, filter))).toEqual([
        [9, 8, 7],
        [6, 5, 4],
        [3, 2, 1],
      ]);
      expect(asPlane(conv2d(pixel, filter, {flipFilter: true}))).toEqual([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]);
    });

    it('is cross-correlation with the flipped filter', () => {
      const [x, filter] = [image(5, 6, 2), filterOf(3, 2, 2, 3)];
      expectEqual(conv2d(x, filter, {flipFilter: true}), conv2d(x, tf.reverse(filter, [0, 1])));
    });
  });

  describe('kernel size, stride, padding', () => {
    // How many windows hold each pixel: the gradient of the sum of what a filter of ones gives.
    const covered = (size: number, strides: number) =>
      tf.grad((x: tf.Tensor) => conv2d(x as tf.Tensor3D, tf.ones<tf.Rank.R4>([2, 2, 1, 1]), {strides}))(
        tf.ones([size, size, 1]),
      );

    it.each([
      {what: 'overlap', strides: 1, line: [1, 2, 2, 2, 2, 2, 2, 1]},
      {what: 'touch', strides: 2, line: [1, 1, 1, 1, 1, 1, 1, 1]},
      {what: 'skip a one-pixel gap', strides: 3, line: [1, 1, 0, 1, 1, 0, 1, 1]},
    ])('windows of size 2 $what at stride $strides', ({strides, line}) => {
      expect(asPlane(covered(8, strides))).toEqual(outer(line, line));
    });

    it('at any stride beyond the image there is one window, and the gradient of it', () => {
      const [x, filter, strides] = [image(5, 5, 2), filterOf(3, 3, 2, 1), 2 ** 31 - 1];
      expectEqual(conv2d(x, filter, {strides}), conv2d(tf.slice(x, [0, 0, 0], [3, 3, 2]), filter));
      const dx = tf.grad((t: tf.Tensor) => conv2d(t as tf.Tensor3D, filter, {strides}))(x);
      expectEqual(
        dx,
        tf.pad(tf.squeeze(filter, [3]), [
          [0, 2],
          [0, 2],
          [0, 0],
        ]),
      );
    });

    it.each<[ConvOptions['pad'], number[]]>([
      ['valid', [3, 3]],
      ['same', [5, 5]],
      [0, [3, 3]],
      [1, [5, 5]],
      [2, [7, 7]],
      [
        [
          [1, 0],
          [0, 2],
        ],
        [4, 5],
      ],
      [
        [
          [0, 0],
          [1, 0],
          [0, 2],
          [0, 0],
        ],
        [4, 5],
      ],
    ])('padding %j gives 5x5 the size %j', (pad, size) => {
      expect(conv2d(image(5, 5, 1), filterOf(3, 3, 1, 1), {pad}).shape).toEqual([...size, 1]);
    });

    it('causal padding lets no output see what comes after it', () => {
      const x = [[1], [2], [3], [4], [5]];
      expect(asLine(conv1d(x, [[[100]], [[10]], [[1]]], {pad: 'causal'}))).toEqual([1, 12, 123, 234, 345]);
    });
  });

  describe('multi-channel 2-D', () => {
    it('5x5x3 by one 3x3x3 filter is the sum of three single-channel results, 3x3x1', () => {
      const [x, filter] = [image(5, 5, 3), filterOf(3, 3, 3, 1)];
      const each = [0, 1, 2].map(c =>
        conv2d<tf.Tensor3D>(tf.slice(x, [0, 0, c], [5, 5, 1]), tf.slice(filter, [0, 0, c, 0], [3, 3, 1, 1])),
      );
      expect(each.map(y => y.shape)).toEqual([
        [3, 3, 1],
        [3, 3, 1],
        [3, 3, 1],
      ]);
      expectEqual(conv2d(x, filter), tf.addN(each));
    });

    it('Dout filters give depth Dout, a filter each', () => {
      const [x, filter] = [image(5, 5, 3), filterOf(3, 3, 3, 4)];
      const each = tf.split<Image>(filter, 4, 3).map(one => conv2d(x, one));
      expectEqual(conv2d(x, filter), tf.concat(each, 2));
    });
  });

  it('1x1: HxWxD by N filters of 1x1xD is HxWxN, a matrix product per pixel', () => {
    const [x, filter] = [image(4, 6, 5), filterOf(1, 1, 5, 2)];
    const product = tf.matMul(x.reshape<tf.Tensor2D>([24, 5]), filter.reshape<tf.Tensor2D>([5, 2]));
    expectEqual(pointwiseConv2d(x, filter), product.reshape([4, 6, 2]));
  });

  it('1-D: a filter slides along one axis', () => {
    expect(asLine(conv1d([[1], [2], [3], [4]], [[[1]], [[10]]]))).toEqual([21, 32, 43]);
  });

  it('3-D: a filter that is shallower than its input slides along the depth too, and the output is 3-D', () => {
    const x = tf.reshape<tf.Rank.R4>(tf.range(0, 27), [3, 3, 3, 1]);
    // The corners of a cube of 2: 100 for a step in depth, 10 in height, 1 in width.
    const filter = tf.tensor5d([0, 1, 10, 0, 100, 0, 0, 0], [2, 2, 2, 1, 1]);
    const at = (d: number, h: number, w: number) => 9 * d + 3 * h + w;
    const expected = [0, 1].map(d =>
      [0, 1].map(h => [0, 1].map(w => [at(d, h, w + 1) + 10 * at(d, h + 1, w) + 100 * at(d + 1, h, w)])),
    );
    const y = conv3d<tf.Tensor4D>(x, filter);
    expect(y.shape).toEqual([2, 2, 2, 1]);
    expect(y.arraySync()).toEqual(expected);
  });

  it('dilated: stride 2, padding 1, rate 2', () => {
    const line = [1, 2, 3, 4, 5, 6, 7];
    // Padded 0 1 2 3 4 5 6 7 0: taps two apart, windows two apart.
    const result = [0 + 10 * 2 + 100 * 4, 2 + 10 * 4 + 100 * 6, 4 + 10 * 6 + 0];
    const taps = [1, 10, 100];
    const y = dilatedConv2d(asImage(outer(line, line)), asFilter(outer(taps, taps)), 2, {strides: 2, pad: 1});
    expect(asPlane(y)).toEqual(outer(result, result));
  });

  it('spatially separable: a column and a row for their outer product, 9 to 6', () => {
    const [column, row] = [
      [1, 2, 1],
      [1, 0, -1],
    ];
    const x = image(5, 6, 1);
    const whole = conv2d(x, asFilter(outer(column, row)));
    expectEqual(spatiallySeparableConv2d(x, asFilter(column.map(c => [c])), asFilter([row])), whole);
    const {columnFilter, rowFilter, rank} = separateFilter(outer(column, row));
    expect(rank).toBe(1);
    const found = spatiallySeparableConv2d(x, columnFilter, rowFilter);
    expect(Math.max(...tf.abs(tf.sub(found, whole)).dataSync())).toBeLessThan(1e-4);

    const [pixels, options] = [30, {pad: 'same'} as const];
    const {geometry} = resolveConv({op: 'conv2d', rank: 2, x: x.shape, filter: [3, 3, 1, 1], options});
    const {first, second} = resolveSpatiallySeparable('op', x.shape, [3, 1, 1, 1], [1, 3, 1, 1], options);
    expect([parameters(geometry), parameters(first) + parameters(second)]).toEqual([9, 6]);
    expect(
      multiplications(resolveConv({op: 'conv2d', rank: 2, x: [5, 5, 1], filter: [3, 3, 1, 1], options: {}}).geometry),
    ).toBe(9 * 9);
    expect([multiplications(geometry), multiplications(first) + multiplications(second)]).toEqual([
      9 * pixels,
      6 * pixels,
    ]);
  });

  it('depthwise separable: 7x7x3 to 5x5x3 to 5x5x128', () => {
    const [x, depthwise, pointwise] = [image(7, 7, 3), filterOf(3, 3, 3, 1), filterOf(1, 1, 3, 128)];
    const middle = depthwiseConv2d(x, depthwise);
    expect(middle.shape).toEqual([5, 5, 3]);
    const y = depthwiseSeparableConv2d(x, depthwise, pointwise);
    expect(y.shape).toEqual([5, 5, 128]);
    expectEqual(y, pointwiseConv2d(middle, pointwise));
    const {first, second} = resolveDepthwiseSeparable('op', x.shape, depthwise.shape, pointwise.shape, {});
    expect(parameters(first) + parameters(second)).toBe(3 * 3 * 3 + 3 * 128);
  });

  describe('grouped', () => {
    it('with two groups each half of the filters sees half of Din, and the halves are stacked', () => {
      const [x, filter] = [image(5, 4, 6), filterOf(3, 3, 3, 8)];
      const [left, right] = tf.split<tf.Tensor3D>(x, 2, 2);
      const [leftFilter, rightFilter] = tf.split<Image>(filter, 2, 3);
      expectEqual(groupedConv2d(x, filter, 2), tf.concat([conv2d(left, leftFilter), conv2d(right, rightFilter)], 2));
    });

    it('with as many groups as channels it is the depthwise convolution', () => {
      const [x, filter] = [image(5, 4, 3), filterOf(3, 3, 3, 2)];
      expectEqual(groupedConv2d(x, filter.reshape<Image>([3, 3, 1, 6]), 3), depthwiseConv2d(x, filter));
      const each = tf
        .split<tf.Tensor3D>(x, 3, 2)
        .map((channel, c) => conv2d(channel, tf.slice(filter, [0, 0, c, 0], [3, 3, 1, 2])));
      expectEqual(depthwiseConv2d(x, filter), tf.concat(each, 2));
    });
  });
});
