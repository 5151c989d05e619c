import {squaredSingularValues} from '../../separate/spectrum.js';
import type {WideMatrix} from '../../separate/spectrum.js';
import type {ConvSizes} from './cost.js';

/** Values of a kernel as the matrix [height * inChannels, width * outChannels], or its transpose if that is wider. */
function wideMatrix(filter: ArrayLike<number>, {kernel, inChannels, outChannels}: ConvSizes): WideMatrix {
  const [height, width] = kernel;
  const [tall, wide] = [height * inChannels, width * outChannels];
  const values = new Float64Array(tall * wide);
  const [rowStep, columnStep] = tall <= wide ? [wide, 1] : [1, tall];
  for (let h = 0, n = 0; h < height; h++) {
    for (let w = 0; w < width; w++) {
      for (let i = 0; i < inChannels; i++) {
        for (let o = 0; o < outChannels; o++, n++) {
          values[(h * inChannels + i) * rowStep + (w * outChannels + o) * columnStep] = filter[n];
        }
      }
    }
  }
  return {rows: Math.min(tall, wide), columns: Math.max(tall, wide), values};
}

/**
 * The relative error that so many columns and rows leave at least, to about 1e-6. It takes a tenth of the time of the
 * decomposition, which most kernels of trained models are not worth.
 */
export function spatialError(filter: ArrayLike<number>, sizes: ConvSizes, rank: number): number {
  const squares = squaredSingularValues(wideMatrix(filter, sizes));
  const total = squares.reduce((sum, square) => sum + square, 0);
  const beyond = squares.slice(rank).reduce((sum, square) => sum + square, 0);
  return total === 0 ? 0 : Math.sqrt(beyond / total);
}
