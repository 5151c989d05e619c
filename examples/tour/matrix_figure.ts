/** The worked figure of transposed convolution: 3x3 filter, 4x4 input, and the matrix C between them. */
import * as tf from '@tensorflow/tfjs-core';
import {conv2dTranspose, convMatrix} from 'tfjs-conv';

export interface MatrixFigure {
  /** 3x3, the taps 1 to 9, so that an entry of C tells its tap. */
  readonly filter: tf.Tensor2D;
  readonly matrix: tf.Tensor2D;
  readonly x: tf.Tensor2D;
  /** C x, as 2x2. */
  readonly y: tf.Tensor2D;
  /** C transposed times y, as 4x4. */
  readonly back: tf.Tensor2D;
  /** The same, without the matrix. */
  readonly direct: tf.Tensor2D;
}

export function matrixFigure(): MatrixFigure {
  const filter = tf.tensor2d([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  const filter4d = tf.reshape(filter, [3, 3, 1, 1]) as tf.Tensor4D;
  const x = tf.tensor2d([
    [1, 0, 2, 0],
    [0, 1, 0, 1],
    [1, 0, 1, 0],
    [0, 2, 0, 1],
  ]);
  const matrix = convMatrix(filter4d, [4, 4]);
  const y = tf.reshape(tf.matMul(matrix, tf.reshape(x, [16, 1])), [2, 2]) as tf.Tensor2D;
  const back = tf.reshape(tf.matMul(matrix, tf.reshape(y, [4, 1]), true), [4, 4]) as tf.Tensor2D;
  const direct = tf.reshape(conv2dTranspose(tf.reshape(y, [2, 2, 1]) as tf.Tensor3D, filter4d), [4, 4]) as tf.Tensor2D;
  return {filter, matrix, x, y, back, direct};
}

export function rows(t: tf.Tensor2D): number[][] {
  return t.arraySync();
}
