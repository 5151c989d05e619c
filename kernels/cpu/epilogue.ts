import type {Activation} from '../../src/geometry/options.js';
import type {EpilogueAttrs} from '../../src/registry/kernel_names.js';
import type {Image} from './image.js';

/** Bias and slopes as arrays; slopes are one, or one per channel. */
export interface EpilogueArrays {
  readonly bias: Float32Array | undefined;
  readonly preluActivationWeights: Float32Array | undefined;
}

const FUNCTIONS: {readonly [A in Activation]: (x: number, slope: number) => number} = {
  linear: x => x,
  relu: x => Math.max(0, x),
  relu6: x => Math.min(6, Math.max(0, x)),
  elu: x => (x >= 0 ? x : Math.expm1(x)),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  leakyrelu: (x, slope) => (x < 0 ? slope * x : x),
  prelu: (x, slope) => (x < 0 ? slope * x : x),
};

/** y = activation(y + bias) in place, over `channels` channels of `pixels` pixels in each of `batch` images. */
export function applyEpilogue(
  y: Image,
  batch: number,
  pixels: number,
  channels: number,
  {bias, preluActivationWeights: slopes}: EpilogueArrays,
  {activation, leakyreluAlpha}: EpilogueAttrs,
): void {
  if (bias === undefined && activation === 'linear') return;
  const f = FUNCTIONS[activation];
  const {values, channel} = y;
  const pixel = y.spatial[2];
  const slope = slopes ?? new Float32Array([leakyreluAlpha]);
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < pixels; p++) {
      const at = b * y.batch + p * pixel;
      for (let c = 0; c < channels; c++) {
        const value = values[at + c * channel] + (bias === undefined ? 0 : bias[c]);
        values[at + c * channel] = f(value, slope[slope.length === 1 ? 0 : c]);
      }
    }
  }
}
