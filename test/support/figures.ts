import * as tf from '@tensorflow/tfjs';

export type Image = tf.Tensor4D;

/** Integers that tell every element from its neighbours. */
const integers = (...shape: number[]): tf.Tensor => {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({length: size}, (_, i) => ((i * 7) % 11) - 5),
    shape,
  );
};

export const image = (...shape: number[]) => integers(...shape) as tf.Tensor3D;
export const filterOf = (...shape: number[]) => integers(...shape) as Image;

/** A plane with one channel, as a filter or as an image with neither. */
export const asFilter = (plane: number[][]) => tf.tensor(plane).reshape<Image>([plane.length, plane[0].length, 1, 1]);
export const asImage = (plane: number[][]) => tf.tensor(plane).reshape<tf.Tensor3D>([plane.length, plane[0].length, 1]);
export const asPlane = (y: tf.Tensor) => y.squeeze<tf.Tensor2D>([-1]).arraySync();

export const outer = (column: number[], row: number[]): number[][] => column.map(c => row.map(r => c * r));

/** Equal in shape and in every element. */
export function expectEqual(got: tf.Tensor, expected: tf.Tensor): void {
  expect(got.shape).toEqual(expected.shape);
  expect([...got.dataSync()]).toEqual([...expected.dataSync()]);
}

/** Values of a result [width, 1]. */
export function asLine(y: tf.Tensor): number[] {
  expect(y.shape[1]).toBe(1);
  return [...y.dataSync()];
}
