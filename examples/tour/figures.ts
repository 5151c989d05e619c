/** The worked figures of the kinds of convolution, computed by the library and put in words. */
import * as tf from '@tensorflow/tfjs-core';
import {
  conv2d,
  conv3d,
  depthwiseConv2d,
  depthwiseSeparableConv2d,
  groupedConv2d,
  pointwiseConv2d,
  separateFilter,
} from 'tfjs-conv';
import {asMatrix, SOBEL_X} from './filters.js';
import {matrixFigure, rows} from './matrix_figure.js';
import {shape, shapes} from './photo.js';
import {multiplications, parameters, positionsOf, type Pass} from './step.js';
import {coverage} from './steps/windows.js';

export function figures(): string {
  return [
    'The worked figures',
    '',
    ...tf.tidy(() => [
      kernel(),
      ...strides(),
      multiChannel(),
      pointwise(),
      volume(),
      ...spatiallySeparable(),
      ...depthwiseSeparable(),
      grouped(),
      '',
      ...matrixForm(),
    ]),
  ].join('\n');
}

function line(title: string, text: string): string {
  return `  ${title.padEnd(22)} ${text}`;
}

function random(...size: number[]): tf.Tensor {
  return tf.randomUniform(size, -1, 1, 'float32', 1);
}

function image(...size: [number, number, number]): tf.Tensor3D {
  return random(...size) as tf.Tensor3D;
}

function filterOf(...size: [number, number, number, number]): tf.Tensor4D {
  return random(...size) as tf.Tensor4D;
}

function kernel(): string {
  const x = image(5, 5, 1);
  return line('Kernel', shapes(x, conv2d(x, filterOf(3, 3, 1, 1)), 'a 3×3 filter, stride 1, no padding'));
}

function strides(): string[] {
  return ['overlap', 'touch', 'skip a pixel'].map((word, i) => {
    const {windows, counts} = coverage(2, i + 1);
    return line(
      i === 0 ? 'Strides' : '',
      `stride ${i + 1}: ${windows} windows of 2 ${word}; ` + `a pixel is read ${counts.join(' ')} times`,
    );
  });
}

function multiChannel(): string {
  const x = image(5, 5, 3);
  const [one, many] = [conv2d(x, filterOf(3, 3, 3, 1)), conv2d(x, filterOf(3, 3, 3, 8))];
  return line('Channels', `${shapes(x, one)} with one 3×3×3 filter, ${shape(many)} with eight`);
}

function pointwise(): string {
  const x = image(7, 7, 64);
  return line('1×1', shapes(x, pointwiseConv2d(x, filterOf(1, 1, 64, 16)), '16 filters of 1×1×64'));
}

function volume(): string {
  const x = random(6, 7, 5, 1) as tf.Tensor4D;
  return line(
    '3-D',
    shapes(x, conv3d(x, random(3, 3, 3, 1, 1) as tf.Tensor5D), 'a 3×3×3 filter slides along all three'),
  );
}

function spatiallySeparable(): string[] {
  const {columnFilter, rowFilter, relativeError} = separateFilter(asMatrix(SOBEL_X));
  const x = image(5, 5, 1);
  const full = asMatrix(SOBEL_X);
  const middle = conv2d(x, columnFilter);
  const y = conv2d(middle, rowFilter);
  const whole = full.size * positionsOf(y);
  const passes = columnFilter.size * positionsOf(middle) + rowFilter.size * positionsOf(y);
  const vector = (t: tf.Tensor): string => `[${[...t.dataSync()].map(v => v.toFixed(3)).join(' ')}]`;
  return [
    line(
      'Spatially separable',
      `Sobel: ${full.size} weights become ${columnFilter.size + rowFilter.size}, ` +
        `column ${vector(columnFilter)}, row ${vector(rowFilter)}, relative error ${relativeError.toExponential(0)}`,
    ),
    line(
      '',
      `${full.size} multiplications an output become ${columnFilter.size + rowFilter.size}; ` +
        `for ${shape(x)}, where the column also runs beside the outputs, ${whole} become ${passes}`,
    ),
  ];
}

function depthwiseSeparable(): string[] {
  const x = image(7, 7, 3);
  const [depthwise, pointwiseFilter, full] = [filterOf(3, 3, 3, 1), filterOf(1, 1, 3, 128), filterOf(3, 3, 3, 128)];
  const middle = depthwiseConv2d(x, depthwise);
  const y = depthwiseSeparableConv2d(x, depthwise, pointwiseFilter);
  const pass = (filter: tf.Tensor, at: tf.Tensor): Pass => ({filter, layout: 'dense', positions: positionsOf(at)});
  const two = [pass(depthwise, middle), pass(pointwiseFilter, y)];
  const one = [pass(full, conv2d(x, full))];
  const share = (100 * multiplications(two)) / multiplications(one);
  return [
    line('Depthwise separable', `${shape(x)} → ${shape(middle)} → ${shape(y)}`),
    line(
      '',
      `${parameters(one)} weights become ${parameters(two)}, ` +
        `${multiplications(one)} multiplications become ${multiplications(two)} (${share.toFixed(0)} %)`,
    ),
  ];
}

function grouped(): string {
  const x = image(5, 5, 4);
  const [whole, half] = [filterOf(3, 3, 4, 6), filterOf(3, 3, 2, 6)];
  const y = groupedConv2d(x, half, 2);
  const filters = tf.split(half, 2, 3) as tf.Tensor4D[];
  const halves = (tf.split(x, 2, 2) as tf.Tensor3D[]).map((part, g) => conv2d(part, filters[g]));
  const difference = tf.max(tf.abs(tf.sub(y, tf.concat(halves, 2)))).dataSync()[0];
  const stacked = `${halves.map(shape).join(' and ')} stacked (off by ${difference.toExponential(0)})`;
  return line('Grouped', `${shapes(x, y)}: ${stacked}; 2 groups, ${whole.size} weights become ${half.size}`);
}

function matrixForm(): string[] {
  const {filter, matrix, x, y, back, direct} = matrixFigure();
  const symbol = (tap: number): string => (tap === 0 ? '·' : `w${Math.ceil(tap / 3)}${((tap - 1) % 3) + 1}`);
  const difference = tf.max(tf.abs(tf.sub(back, direct))).dataSync()[0];
  return [
    `The convolution matrix C, ${shape(matrix)}: a 3×3 filter w over a 4×4 input; a row is a window, a column a pixel`,
    ...grid(rows(matrix).map(row => row.map(symbol))),
    '',
    `With w = ${inline(filter)} and x = ${inline(x)}:`,
    ...grid(rows(matrix).map(row => row.map(v => (v === 0 ? '·' : String(v))))),
    `C · flat(x), as 2×2: ${inline(y)}`,
    `Transpose of C, ${shape(tf.transpose(matrix))}, times that, as 4×4 (conv2dTranspose differs by ${difference}):`,
    ...grid(rows(back).map(row => row.map(String))),
    'The size and the positions are those of x again; the values are not.',
  ];
}

function inline(t: tf.Tensor2D): string {
  return `[${rows(t)
    .map(row => row.join(' '))
    .join(' | ')}]`;
}

function grid(cells: readonly (readonly string[])[]): string[] {
  const width = Math.max(...cells.flat().map(({length}) => length)) + 1;
  return cells.map(row => `   ${row.map(cell => cell.padStart(width)).join('')}`);
}
