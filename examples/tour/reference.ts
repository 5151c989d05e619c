/** Convolution by its definition, in float64: one plain loop nest for 1 to 3 dimensions, no batch. */
import type * as tf from '@tensorflow/tfjs-core';

export interface Windows {
  readonly strides?: number;
  readonly dilations?: number;
  readonly padBefore?: number;
  readonly groups?: number;
}

type Triple = [number, number, number];

/** y[o, co] = sum over k, ci of x[o*stride - pad + k*dilation, ci] * filter[k, ci, co]; outside x is 0. */
export function referenceConv(
  x: tf.Tensor,
  filter: tf.Tensor,
  outputShape: number[],
  windows: Windows = {},
): Float64Array {
  const {groups = 1} = windows;
  const [inputs, outputs] = filter.shape.slice(-2).map((size, i) => (i === 0 ? size : size / groups));
  const y = new Float64Array(outputShape.reduce((a, b) => a * b, 1));
  const [xs, fs] = [x.dataSync(), filter.dataSync()];
  forEachTap(outputShape, filter.shape, x.shape, windows, (out, tap, at) => {
    for (let g = 0; g < groups; g++)
      for (let co = g * outputs; co < (g + 1) * outputs; co++)
        for (let ci = 0; ci < inputs; ci++)
          y[out * outputs * groups + co] +=
            xs[(at * groups + g) * inputs + ci] * fs[(tap * inputs + ci) * outputs * groups + co];
  });
  return y;
}

/** y[i*stride - pad + k*dilation, co] += x[i, ci] * filter[k, co, ci]: the same windows, written instead of read. */
export function referenceConvTranspose(
  x: tf.Tensor,
  filter: tf.Tensor,
  outputShape: number[],
  windows: Windows = {},
): Float64Array {
  const {groups = 1} = windows;
  const [outputs, inputs] = filter.shape.slice(-2).map((size, i) => (i === 0 ? size : size / groups));
  const y = new Float64Array(outputShape.reduce((a, b) => a * b, 1));
  const [xs, fs] = [x.dataSync(), filter.dataSync()];
  forEachTap(x.shape, filter.shape, outputShape, windows, (from, tap, to) => {
    for (let g = 0; g < groups; g++)
      for (let co = 0; co < outputs; co++)
        for (let ci = g * inputs; ci < (g + 1) * inputs; ci++)
          y[(to * groups + g) * outputs + co] +=
            xs[from * inputs * groups + ci] * fs[(tap * outputs + co) * inputs * groups + ci];
  });
  return y;
}

/** Visits every (window, tap) pair whose tap lies inside the field, as flat spatial positions. */
function forEachTap(
  windowShape: readonly number[],
  filterShape: readonly number[],
  fieldShape: readonly number[],
  windows: Windows,
  visit: (window: number, tap: number, at: number) => void,
): void {
  const {strides = 1, dilations = 1, padBefore = 0} = windows;
  const [count, kernel, field] = [spatial(windowShape, 1), spatial(filterShape, 2), spatial(fieldShape, 1)];
  const axes = windowShape.length - 1;
  for (const [window, w] of positions(count))
    for (const [tap, k] of positions(kernel)) {
      // A leading axis that a lower rank lacks has size 1 and no padding.
      const p = w.map((_, i) => (i < 3 - axes ? 0 : w[i] * strides - padBefore + k[i] * dilations)) as Triple;
      if (p.every((v, i) => v >= 0 && v < field[i])) visit(window, tap, (p[0] * field[1] + p[1]) * field[2] + p[2]);
    }
}

function spatial(shape: readonly number[], trailing: number): Triple {
  const sizes = shape.slice(0, shape.length - trailing);
  return [...Array<number>(3 - sizes.length).fill(1), ...sizes] as Triple;
}

function* positions([depth, height, width]: Triple): Generator<[number, Triple]> {
  let flat = 0;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) yield [flat++, [z, y, x]];
}
