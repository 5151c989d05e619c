import * as tf from '@tensorflow/tfjs';
import {conv1dTranspose, conv2d, conv2dTranspose, conv2dTransposeMatrix, conv3dTranspose, convMatrix} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';
import {BACKENDS} from '../support/backends.js';
import {asFilter, asImage, asLine, asPlane, expectEqual, filterOf, image, outer} from '../support/figures.js';

describe.each(BACKENDS)('worked figures of transposed convolutions on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const filter = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  const C = [
    [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0],
    [0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0],
    [0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9],
  ];

  it('the 3x3 filter on 4x4 is a 4x16 matrix', () => {
    expect(convMatrix(filter, [4, 4]).arraySync()).toEqual(C);
  });

  it('the matrix times the flattened 4x4 is the convolution, 2x2', () => {
    const x = image(4, 4, 1);
    const y = tf.matMul(convMatrix(filter, [4, 4]), x.reshape<tf.Tensor2D>([16, 1]));
    expect(y.shape).toEqual([4, 1]);
    expectEqual(y.reshape([2, 2, 1]), conv2d(x, asFilter(filter)));
  });

  it('its transpose times the flattened 2x2 is the transposed convolution, 4x4', () => {
    const y = asImage([
      [1, 2],
      [3, 4],
    ]);
    const back = tf.matMul(convMatrix(filter, [4, 4]), y.reshape<tf.Tensor2D>([4, 1]), true);
    expect(back.shape).toEqual([16, 1]);
    expect(asPlane(back.reshape([4, 4, 1]))).toEqual([
      [1, 4, 7, 6],
      [7, 23, 33, 24],
      [19, 53, 63, 42],
      [21, 52, 59, 36],
    ]);
    expectEqual(conv2dTranspose(y, asFilter(filter)), back.reshape([4, 4, 1]));
    expectEqual(conv2dTransposeMatrix(y, asFilter(filter)), back.reshape([4, 4, 1]));
  });

  it('brings size and positions back, not the values', () => {
    const pixel = asImage(outer([1, 0, 0, 0], [1, 0, 0, 0]));
    const back = conv2dTranspose(conv2d(pixel, asFilter(filter)), asFilter(filter));
    expect(asPlane(back)).toEqual([
      [1, 2, 3, 0],
      [4, 5, 6, 0],
      [7, 8, 9, 0],
      [0, 0, 0, 0],
    ]);
  });

  it.each<[string, number[], number[], ConvOptions]>([
    ['strides', [7, 6], [2, 2], {strides: [2, 3]}],
    ['dilations', [7, 6], [3, 2], {dilations: [2, 1]}],
    [
      'strides, dilations and padding',
      [7, 9],
      [3, 3],
      {
        strides: [2, 3],
        dilations: 2,
        pad: [
          [1, 2],
          [0, 1],
        ],
      },
    ],
    ['groups', [5, 4], [2, 2], {groups: 2}],
  ])('without the matrix: the same numbers with %s', (_, size, kernel, options) => {
    const [groups, inChannels, outChannels] = [options.groups ?? 1, 4, 6];
    const weights = filterOf(kernel[0], kernel[1], inChannels / groups, outChannels);
    const matrix = convMatrix(weights, [size[0], size[1]], options);
    const y = image(...conv2d(image(size[0], size[1], inChannels), weights, options).shape);
    const back = tf.matMul(matrix, y.reshape<tf.Tensor2D>([matrix.shape[0], 1]), true);
    expectEqual(
      conv2dTranspose(y, weights, {...options, outputShape: size}),
      back.reshape([size[0], size[1], inChannels]),
    );
  });

  it('of one pixel is the filter times it, at any stride', () => {
    const y = asImage([[2]]);
    expect(
      asPlane(
        conv2dTranspose(
          y,
          asFilter([
            [1, 2],
            [3, 4],
          ]),
          {strides: 2 ** 31 - 1},
        ),
      ),
    ).toEqual([
      [2, 4],
      [6, 8],
    ]);
  });

  it('output padding adds elements behind', () => {
    const [y, weights] = [
      asImage([
        [1, 2],
        [3, 4],
      ]),
      asFilter([
        [1, 1],
        [1, 1],
      ]),
    ];
    expect(asPlane(conv2dTranspose(y, weights, {strides: 2, outputPadding: [1, 0]}))).toEqual([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
      [3, 3, 4, 4],
      [3, 3, 4, 4],
      [0, 0, 0, 0],
    ]);
  });

  it('1-D and 3-D', () => {
    expect(asLine(conv1dTranspose([[1], [2]], [[[1]], [[10]], [[100]]], {strides: 2}))).toEqual([1, 10, 102, 20, 200]);
    const line = conv3dTranspose<tf.Tensor4D>(
      tf.tensor4d([1, 2], [2, 1, 1, 1]),
      tf.tensor5d([1, 10, 100], [3, 1, 1, 1, 1]),
      {strides: [2, 1, 1]},
    );
    expect(line.shape).toEqual([5, 1, 1, 1]);
    expect([...line.dataSync()]).toEqual([1, 10, 102, 20, 200]);
  });
});
