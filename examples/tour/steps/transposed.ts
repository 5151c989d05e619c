/** Down with strides and up again by transposed convolution: direct, and through the explicit matrix. */
import * as tf from '@tensorflow/tfjs-core';
import {conv2d, conv2dTranspose, conv2dTransposeMatrix} from 'tfjs-conv';
import {chainPanel, convMatrixPanel} from '../diagrams.js';
import {asDepthwise, BINOMIAL, box, perChannel, scaled} from '../filters.js';
import {matrixFigure, rows} from '../matrix_figure.js';
import {imagePanel, tilesPanel, type Panel} from '../panels.js';
import {crop, shapes, type Photo} from '../photo.js';
import {natural} from '../picture.js';
import {referenceConvTranspose} from '../reference.js';
import {builtIn, densePass, otherRoute, reference, transposedPass, type Step} from '../step.js';

interface Filters {
  readonly down: tf.Tensor4D;
  /** Stride 2 leaves a quarter of the values, so the way up has four times the weight. */
  readonly up: tf.Tensor4D;
}

export function transposed(photo: Photo): Step[] {
  const filters = {down: perChannel(BINOMIAL, 3), up: perChannel(scaled(BINOMIAL, 4), 3)};
  const small = conv2d(photo.color, filters.down, {strides: 2, pad: 'same'});
  return [down(photo, filters), up(photo, small, filters), ...upByMatrix(photo, filters), dilatedAndGrouped(small)];
}

function down({color: x}: Photo, {down: filter}: Filters): Step {
  return {
    op: 'conv2d',
    options: 'strides 2, same',
    x,
    run: () => conv2d(x, filter, {strides: 2, pad: 'same'}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 2, 'same')),
    panels: y => [imagePanel('Down: stride 2', shapes(x, y, 'binomial 4×4'), natural(y))],
  };
}

function up({color: {shape}}: Photo, x: tf.Tensor3D, {up: filter}: Filters): Step {
  return {
    op: 'conv2dTranspose',
    options: 'strides 2, same',
    x,
    run: () => conv2dTranspose(x, filter, {strides: 2, pad: 'same', outputShape: shape.slice(0, 2)}),
    passes: transposedPass(x, filter),
    compare: builtIn('tf.conv2dTranspose', () => tf.conv2dTranspose(x, filter, shape, 2, 'same')),
    panels: y => [imagePanel('Up: transposed, stride 2', shapes(x, y, '4×4, the size is back'), natural(y))],
  };
}

/** A thumbnail, since the matrix grows with the square of the picture. */
function upByMatrix({color}: Photo, filters: Filters): Step[] {
  const thumbnail = conv2d(crop(color, 0.265, 0.26, 72, 108), perChannel(box(2), 3), {strides: 2});
  const x = conv2d(thumbnail, filters.down, {strides: 2, pad: 1});
  const direct = (): tf.Tensor3D => conv2dTranspose(x, filters.up, {strides: 2, pad: 1});
  const byMatrix = (): tf.Tensor3D => conv2dTransposeMatrix(x, filters.up, {strides: 2, pad: 1});
  const common = {options: 'thumbnail, strides 2, pad 1', x, passes: transposedPass(x, filters.up)};
  const sizes = (y: tf.Tensor): string => shapes(x, y, `matrix ${x.size}×${y.size}`);
  const panel = (y: tf.Tensor): Panel =>
    tilesPanel('Up by the matrix, and directly', sizes(y), 2, [
      {image: natural(thumbnail), label: 'before'},
      {image: natural(x), label: 'strided down'},
      {image: natural(y), label: 'up by the matrix'},
      {image: natural(direct()), label: 'up directly'},
    ]);
  return [
    {
      ...common,
      op: 'conv2dTransposeMatrix',
      run: byMatrix,
      compare: builtIn('tf.conv2dTranspose', () => tf.conv2dTranspose(x, filters.up, thumbnail.shape, 2, 1)),
      panels: y => [panel(y), ...matrixPanels()],
    },
    {
      ...common,
      op: 'conv2dTranspose',
      run: direct,
      compare: otherRoute('conv2dTransposeMatrix', byMatrix),
    },
  ];
}

function matrixPanels(): Panel[] {
  const {filter, matrix, x, y, back} = matrixFigure();
  return [
    convMatrixPanel('The convolution matrix', '4×4 input, 3×3 filter, 2×2 output', rows(filter), rows(matrix)),
    chainPanel(
      'There and back',
      'size and positions come back, the values do not',
      [x, y, back].map(rows),
      ['x', 'y = C x', 'Cᵀ y'],
      ['C', 'Cᵀ'],
    ),
  ];
}

/** tfjs has neither dilations nor groups here. */
function dilatedAndGrouped(x: tf.Tensor3D): Step {
  const filter = tf.tidy(() => tf.transpose(asDepthwise([BINOMIAL], 3), [0, 1, 3, 2]));
  const windows = {strides: 2, dilations: 3, groups: 3};
  const size = (n: number): number => (n - 1) * 2 + (4 - 1) * 3 + 1;
  return {
    op: 'conv2dTranspose',
    options: 'strides 2, dilations 3, groups 3',
    x,
    run: () => conv2dTranspose(x, filter, windows),
    passes: transposedPass(x, filter),
    compare: reference(() => referenceConvTranspose(x, filter, [size(x.shape[0]), size(x.shape[1]), 3], windows)),
  };
}
