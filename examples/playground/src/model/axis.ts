/**
 * One spatial axis of a convolution: output o and tap k of the kernel read input o * stride - padBefore + k * dilation.
 * Of a transposed convolution, input i and tap k add to output i * stride - padBefore + k * dilation.
 */
export interface Axis {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

export type Pad = 'valid' | 'same' | 'causal' | number;

export interface AxisOptions {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: Pad;
}

/** Elements of the input that the taps of one window span. */
export const span = ({kernel, dilation}: {kernel: number; dilation: number}): number => (kernel - 1) * dilation + 1;

/** The axis of a convolution; its output is below 1 where no window fits. */
export function convAxis({input, kernel, stride, dilation, pad}: AxisOptions): Axis {
  const window = span({kernel, dilation});
  let [padBefore, padAfter] = [0, 0];
  if (pad === 'same') {
    const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + window - input);
    [padBefore, padAfter] = [Math.floor(total / 2), Math.ceil(total / 2)];
  } else if (pad === 'causal') {
    padBefore = window - 1;
  } else if (typeof pad === 'number') {
    [padBefore, padAfter] = [pad, pad];
  }
  const output = Math.floor((input + padBefore + padAfter - window) / stride) + 1;
  return {input, kernel, output, stride, dilation, padBefore, padAfter};
}

/** The axis of a transposed convolution, whose padding takes elements away from the output. */
export function transposedAxis({input, kernel, stride, dilation, pad}: AxisOptions, outputPadding: number): Axis {
  const window = span({kernel, dilation});
  if (pad === 'same') {
    const total = Math.max(0, (input - 1) * stride + window - input * stride);
    const padBefore = Math.floor(total / 2);
    return {input, kernel, output: input * stride, stride, dilation, padBefore, padAfter: total - padBefore};
  }
  const each = typeof pad === 'number' ? pad : 0;
  const output = (input - 1) * stride + window - 2 * each + outputPadding;
  return {input, kernel, output, stride, dilation, padBefore: each, padAfter: each};
}

/** An axis that an image of fewer dimensions has not. */
export const UNIT: Axis = {input: 1, kernel: 1, output: 1, stride: 1, dilation: 1, padBefore: 0, padAfter: 0};

/** For output o: each tap, and the input that it meets; undefined in the padding or between strides. */
export function sources(axis: Axis, transposed: boolean, o: number): {tap: number; at: number | undefined}[] {
  return Array.from({length: axis.kernel}, (_, tap) => {
    if (!transposed) {
      const at = o * axis.stride - axis.padBefore + tap * axis.dilation;
      return {tap, at: at >= 0 && at < axis.input ? at : undefined};
    }
    const steps = (o + axis.padBefore - tap * axis.dilation) / axis.stride;
    return {tap, at: Number.isInteger(steps) && steps >= 0 && steps < axis.input ? steps : undefined};
  });
}
