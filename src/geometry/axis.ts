/**
 * One spatial axis of a convolution, in elements. Output o and tap k of the kernel read input element
 *
 *     i = o * stride - padBefore + k * dilation
 *
 * and contribute where 0 <= i < input. `output` may be smaller than what the input would allow (the outputs that
 * exist are the first ones), never larger.
 */
export interface AxisGeometry {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

/** The sizes that describe an axis before its padding and output are known. */
export type AxisSizes = Pick<AxisGeometry, 'input' | 'kernel' | 'stride' | 'dilation'>;

/** Padding of one axis: a rule, or elements [before, after]. */
export type AxisPadding = 'valid' | 'same' | 'causal' | readonly [number, number];

/** How a division that leaves a remainder becomes an output size. */
export type Rounding = 'floor' | 'ceil' | 'round';

/** An axis along which nothing happens: what a 1-D or 2-D convolution has in front. */
export const UNIT_AXIS: AxisGeometry = {
  input: 1,
  kernel: 1,
  output: 1,
  stride: 1,
  dilation: 1,
  padBefore: 0,
  padAfter: 0,
};

/** An axis that passes through unchanged. */
export const passThrough = (size: number): AxisGeometry => ({...UNIT_AXIS, input: size, output: size});

/** Input elements that one window spans: (kernel - 1) * dilation + 1. */
export const windowSize = ({kernel, dilation}: Pick<AxisGeometry, 'kernel' | 'dilation'>): number =>
  (kernel - 1) * dilation + 1;

/**
 * An axis from its parts. A stride that goes beyond the padded axis, which leaves one window, is as good as one to its
 * end, and kernels may take it for a size. Written out, as this runs for every axis of every call and a spread is slow.
 */
function axisOf(
  {input, kernel, stride, dilation}: AxisSizes,
  output: number,
  padBefore: number,
  padAfter: number,
): AxisGeometry {
  const step = output === 1 ? Math.min(stride, input + padBefore + padAfter) : stride;
  return {input, kernel, output, stride: step, dilation, padBefore, padAfter};
}

/** Elements [before, after] that a padding rule adds to an axis whose input size is known. */
function padElements(sizes: AxisSizes, padding: AxisPadding): readonly [number, number] {
  switch (padding) {
    case 'valid':
      return [0, 0];
    case 'causal':
      return [windowSize(sizes) - 1, 0];
    case 'same': {
      const output = Math.ceil(sizes.input / sizes.stride);
      const total = Math.max(0, (output - 1) * sizes.stride + windowSize(sizes) - sizes.input);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    }
    default:
      return padding;
  }
}

/**
 * The axis of a convolution: output = round((input + padBefore + padAfter - window) / stride) + 1, which is
 * ceil(input / stride) for 'same' (TensorFlow's rule: the odd element of padding is after the last one).
 */
export function convAxis(sizes: AxisSizes, padding: AxisPadding, rounding: Rounding = 'floor'): AxisGeometry {
  // Not taken apart, which is slow where it is interpreted: this runs for every axis of every call.
  const pads = padElements(sizes, padding);
  const steps = (sizes.input + pads[0] + pads[1] - windowSize(sizes)) / sizes.stride;
  return axisOf(sizes, Math[rounding](steps) + 1, pads[0], pads[1]);
}

/**
 * The axis of the convolution whose input gradient is a transposed convolution that makes `input` (the size asked
 * for) out of `output` elements.
 */
export function transposedAxis(sizes: AxisSizes, padding: AxisPadding, output: number): AxisGeometry {
  const [padBefore, padAfter] = padElements(sizes, padding);
  return axisOf(sizes, output, padBefore, padAfter);
}

/**
 * The size that a transposed convolution gives `size` elements when none is asked for: size * stride for 'same',
 * otherwise (size - 1) * stride + window - padBefore - padAfter.
 */
export function transposedSize(size: number, sizes: Omit<AxisSizes, 'input'>, padding: AxisPadding): number {
  if (padding === 'same') return size * sizes.stride;
  const [before, after] = padElements({...sizes, input: 0}, padding);
  return (size - 1) * sizes.stride + windowSize(sizes) - before - after;
}
