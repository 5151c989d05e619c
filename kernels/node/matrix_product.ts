import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Compute} from './op_family.js';
import {imageShape, isPlanar, isStrided} from './op_families.js';
import type {ConvKernel} from './op_families.js';
import {channelsLast, fitted, unchanged} from './rewrite.js';
import {shaped, strided} from './plain_ops.js';
import {opWith} from './tensorflow.js';
import type {Handle, TensorFlow} from './tensorflow.js';
import {MATRIX_PRODUCT_WEIGHTS_PER_POSITION} from './thresholds.js';

/*
 * A convolution of one tap is a product of matrices: one row for each position, one column for each channel.
 *
 *     y = x filter    dx = dy filter^T    dfilter = x^T dy
 */

const plain = opWith('MatMul', {});
const firstTransposed = opWith('MatMul', {transpose_a: true});
const secondTransposed = opWith('MatMul', {transpose_b: true});

const hasOneTap = (g: ConvGeometry): boolean => g.groups === 1 && product(spatialSizes(g, 'kernel')) === 1;

/** Whether x and y have the same positions. */
const isPointwise = (g: ConvGeometry): boolean =>
  hasOneTap(g) && !isStrided(g) && g.axes.every(({padBefore, input, output}) => padBefore === 0 && input === output);

/** The elements of x that the outputs read, channels last. */
function readBy(g: ConvGeometry): (tf: TensorFlow, x: Handle) => Handle {
  if (isPointwise(g) && g.channelsLast) return (_, x) => x;
  const {
    x: {to},
    geometry,
  } = fitted(channelsLast(unchanged(g, 3)));
  const [shape, steps] = [imageShape(g, 3, 'x'), [1, ...g.axes.map(({stride}) => stride), 1]];
  const [begin, end] = [steps.map(() => 0), imageShape(geometry, 3, 'x')];
  return (tf, x) => strided(tf, to(tf, shaped(tf, x, shape)), begin, end, steps);
}

/**
 * The gradient by a filter of one tap, which takes its op up to ten times as long, and where one of the strides is 1 has
 * oneDNN write beyond its memory.
 */
function filterGradient(g: ConvGeometry): Compute | undefined {
  if (!hasOneTap(g) || (!g.channelsLast && !isStrided(g))) return undefined;
  const {
    y: {to},
  } = channelsLast(unchanged(g, 3));
  const yShape = g.channelsLast ? undefined : imageShape(g, 3, 'y');
  const positions = g.batch * product(spatialSizes(g, 'output'));
  const [left, right] = [
    [positions, g.inChannels],
    [positions, g.outChannels],
  ];
  const read = readBy(g);
  return (tf, [x, dy]) => {
    const rows = yShape === undefined ? dy : to(tf, shaped(tf, dy, yShape));
    return firstTransposed(tf, [shaped(tf, read(tf, x), left), shaped(tf, rows, right)]);
  };
}

/**
 * With the channels first, where the matrices have a row for each channel. Other than the ops, it moves nothing.
 *
 *     y = filter^T x    dx = filter dy    dfilter = x dy^T
 */
function channelsFirst(kernel: ConvKernel, g: ConvGeometry): Compute {
  const positions = product(spatialSizes(g, 'output'));
  const [xMatrix, yMatrix, weights] = [
    [g.inChannels, positions],
    [g.outChannels, positions],
    [g.inChannels, g.outChannels],
  ];
  const image = (of: 'x' | 'y') => imageShape(g, isPlanar(g) ? 2 : 3, of);
  const [x, y] = [image('x'), image('y')];
  switch (kernel) {
    case 'ConvND':
      return (tf, [a, b]) => shaped(tf, firstTransposed(tf, [shaped(tf, b, weights), shaped(tf, a, xMatrix)]), y);
    case 'ConvNDBackpropInput':
      return (tf, [a, b]) => shaped(tf, plain(tf, [shaped(tf, b, weights), shaped(tf, a, yMatrix)]), x);
    case 'ConvNDBackpropFilter':
      return (tf, [a, b]) => secondTransposed(tf, [shaped(tf, a, xMatrix), shaped(tf, b, yMatrix)]);
  }
}

/** As a product of matrices, where that is faster than the op of a convolution, or safer. */
export function byMatrixProduct(kernel: ConvKernel, g: ConvGeometry): Compute | undefined {
  if (!g.channelsLast && g.batch === 1 && isPointwise(g)) return channelsFirst(kernel, g);
  if (kernel === 'ConvNDBackpropFilter') return filterGradient(g);
  const positions = g.batch * product(spatialSizes(g, 'output'));
  if (!g.channelsLast || !isPointwise(g) || product(filterShape(g)) < MATRIX_PRODUCT_WEIGHTS_PER_POSITION * positions)
    return undefined;
  const [channels, multiply] =
    kernel === 'ConvND' ? ([g.inChannels, plain] as const) : ([g.outChannels, secondTransposed] as const);
  return (tf, [image, filter]) =>
    multiply(tf, [shaped(tf, image, [positions, channels]), shaped(tf, filter, [g.inChannels, g.outChannels])]);
}
