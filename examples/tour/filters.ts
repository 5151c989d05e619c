/** The filters of the tour, as plain rows of numbers and as tensors in the layouts of the ops. */
import * as tf from '@tensorflow/tfjs-core';

export type Kernel = readonly (readonly number[])[];

export const RELIEF: Kernel = [
  [-2, -1, 0],
  [-1, 0, 1],
  [0, 1, 2],
];
export const SOBEL_X: Kernel = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
];
export const SOBEL_Y: Kernel = [
  [-1, -2, -1],
  [0, 0, 0],
  [1, 2, 1],
];
export const LAPLACIAN: Kernel = [
  [0, 1, 0],
  [1, -4, 1],
  [0, 1, 0],
];
export const SHARPEN: Kernel = [
  [0, -1, 0],
  [-1, 5, -1],
  [0, -1, 0],
];

/** RGB to luma (Rec. 601), one column per output channel. */
export const LUMA: Kernel = [[0.299], [0.587], [0.114]];

/** RGB to sepia, entry [from][to]. */
export const SEPIA: Kernel = [
  [0.393, 0.349, 0.272],
  [0.769, 0.686, 0.534],
  [0.189, 0.168, 0.131],
];

/** RGB to lightness, red against green, blue against yellow; entry [from][to]. */
export const OPPONENT: Kernel = [
  [1 / 3, 1 / 2, -1 / 4],
  [1 / 3, -1 / 2, -1 / 4],
  [1 / 3, 0, 1 / 2],
];

export function kernelOf(height: number, width: number, tap: (row: number, column: number) => number): Kernel {
  return Array.from({length: height}, (_, row) => Array.from({length: width}, (_, column) => tap(row, column)));
}

export function scaled(kernel: Kernel, factor: number): Kernel {
  return kernel.map(row => row.map(tap => tap * factor));
}

/** Scaled to the sum 1, so that a constant picture stays as it is. */
export function normalized(kernel: Kernel): Kernel {
  return scaled(kernel, 1 / kernel.flat().reduce((sum, tap) => sum + tap, 0));
}

export function outerProduct(column: readonly number[], row: readonly number[]): Kernel {
  return column.map(c => row.map(r => c * r));
}

export function box(size: number): Kernel {
  return normalized(kernelOf(size, size, () => 1));
}

export function gaussian(size: number, sigma: number): Kernel {
  const profile = Array.from({length: size}, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)));
  return normalized(outerProduct(profile, profile));
}

/** Binomial 4x4: halves a picture without aliasing at stride 2. */
export const BINOMIAL: Kernel = normalized(outerProduct([1, 3, 3, 1], [1, 3, 3, 1]));

/** The round spot that a lens makes of a point out of focus; its rim is antialiased over one pixel. */
export function disc(size: number): Kernel {
  const centre = (size - 1) / 2;
  const coverage = (row: number, column: number): number =>
    Math.min(1, Math.max(0, centre + 0.5 - Math.hypot(row - centre, column - centre)));
  return normalized(kernelOf(size, size, coverage));
}

/** Gabor filter: a wave of `wavelength` pixels at `angle` under a Gaussian, its mean taken out. */
export function gabor(size: number, angle: number, wavelength: number): Kernel {
  const centre = (size - 1) / 2;
  const envelope = kernelOf(size, size, (row, column) =>
    Math.exp(-((row - centre) ** 2 + (column - centre) ** 2) / (2 * (wavelength / 2) ** 2)),
  );
  const wave = kernelOf(size, size, (row, column) =>
    Math.cos(((2 * Math.PI) / wavelength) * ((column - centre) * Math.cos(angle) + (row - centre) * Math.sin(angle))),
  );
  const weight = envelope.flat().reduce((sum, e) => sum + e, 0);
  const mean = kernelOf(size, size, (r, c) => envelope[r][c] * wave[r][c])
    .flat()
    .reduce((sum, v) => sum + v, 0);
  return kernelOf(size, size, (r, c) => envelope[r][c] * (wave[r][c] - mean / weight));
}

/** [kh, kw]. */
export function asMatrix(kernel: Kernel): tf.Tensor2D {
  return tf.tensor2d(kernel.map(row => [...row]));
}

/** [kh, kw, 1, kernels]: a one-channel picture in, one channel out per kernel. */
export function asBank(kernels: readonly Kernel[]): tf.Tensor4D {
  return tf.tidy(() => tf.expandDims<tf.Tensor4D>(tf.stack(kernels.map(asMatrix), 2), 2));
}

/** [kh, kw, channels, channels]: every channel filtered by `kernel` on its own, no channel mixed into another. */
export function perChannel(kernel: Kernel, channels: number): tf.Tensor4D {
  return tf.tidy(() => tf.mul(tf.reshape(asMatrix(kernel), [kernel.length, kernel[0].length, 1, 1]), tf.eye(channels)));
}

/** [kh, kw, channels, kernels]: the depthwise layout, every channel filtered by every kernel. */
export function asDepthwise(kernels: readonly Kernel[], channels: number): tf.Tensor4D {
  return tf.tidy(() => tf.tile(asBank(kernels), [1, 1, channels, 1]));
}

/** [1, 1, from, to]. */
export function asProjection(matrix: Kernel): tf.Tensor4D {
  return tf.tidy(() => tf.reshape(asMatrix(matrix), [1, 1, matrix.length, matrix[0].length]));
}
