/*
 * Sizes at which one native variant becomes faster than another, measured with TensorFlow 2.10 and oneDNN on one thread of
 * an Intel Xeon with AVX-512. They decide speed only: every variant is right for every geometry that it takes. The
 * command after each shows its effect; change the number and compare the rows.
 */

/** Taps of an axis from which the gradient ops leave oneDNN's fast kernels. `npm run bench:node -- --only 15x15` */
export const LONG_KERNEL = 14;

/**
 * Taps of all output positions from which the input gradient is a convolution with the flipped filter, which takes two ops
 * more: with fewer, the gradient op is up to three times as fast.
 * `npm run bench:sweep -- --backend tensorflow --ops 'transposed lines'`
 */
export const FLIPPED_TAPS = 2 ** 14;

/**
 * Multiplications up to which they are fast enough all the same, as every block has operations of its own.
 * `npm run bench:sweep -- --backend tensorflow --ops 'filter gradients'`
 */
export const LONG_KERNEL_MULTIPLICATIONS = 2 ** 23;

/** LONG_KERNEL for lines of few channels. `npm run bench:node -- --only '1-D 31'` */
export const LONG_KERNEL_OF_FEW_CHANNELS = 24;

/** Elements from the first to the last tap from which the gradient op does. `npm run bench:node -- --only dilation` */
export const FAR_TAPS = 28;

/**
 * Elements of padding that are too many for oneDNN's kernels for one to three input channels: more than the block of
 * outputs that those keep in registers, by output channels. `npm run bench:node -- --only 1-D`
 */
export const LONG_PADDING = [
  {outChannelsBelow: 16, padding: 28},
  {outChannelsBelow: 64, padding: 14},
  {outChannelsBelow: Infinity, padding: 7},
] as const;

/**
 * Elements of the im2col matrix up to which the filter gradient is a matrix product, and where there are few channels,
 * which are gathered one by one; weights for each output position from which it is up to a larger size, as the op puts them
 * into another order. `npm run bench:node -- --only '8x8 32-32'`
 */
export const IM2COL = {
  elements: 2 ** 16,
  fewChannels: 8,
  elementsOfFewChannels: 2 ** 13,
  weightsPerPosition: 2 ** 12,
  elementsOfManyWeights: 2 ** 21,
} as const;

/**
 * Weights for each position from which a 1x1 convolution is a matrix product: Conv2D puts the filter into another order at
 * each call. It takes many, as oneDNN compiles the kernels of its products for some 35 ms at the first one, and from 256 on
 * a layer gains 5 % at most. `npm run bench:node -- --only 1x1`
 */
export const MATRIX_PRODUCT_WEIGHTS_PER_POSITION = 2 ** 14;

/**
 * Taps of a dilated line, and elements of x, up to which single taps are faster than one op for all.
 * `npm run bench:node -- --only 'dilation 4'`
 */
export const SINGLE_TAPS = {taps: 5, elements: 2 ** 18} as const;

/**
 * Columns of a depthwise filter up to which the gradient op is fast on images, and elements of x and channels from which
 * that matters. `npm run bench:node -- --only depthwise`
 */
export const DEPTHWISE_GRADIENT = {columns: 3, elements: 2 ** 16, channels: 6} as const;

/**
 * Elements from which matrices, which TensorFlow transposes up to twice as fast as images, are worth two reshapes.
 * `npm run bench:node -- --only NCHW`
 */
export const TRANSPOSED_AS_MATRICES = 2 ** 15;
