import {Matrix, SingularValueDecomposition} from 'ml-matrix';
import type {ConvSizes} from './cost.js';

/*
 * A filter over channels as a depthwise and a pointwise one:
 *
 *     filter[t, c, o] = sum over m < rank of depthwise[t, c, m] * pointwise[c * rank + m, o]  (+ the error)
 *
 * for taps t, input channels c and output channels o: the singular value decomposition of the matrix [t, o] of each
 * input channel, with the root of each singular value in either factor.
 */

export interface ChannelDecomposition {
  /** relativeErrors[rank]: the error that so many products for each channel leave, of all channels together. */
  readonly relativeErrors: readonly number[];
  readonly depthwise: (rank: number) => Float32Array;
  readonly pointwise: (rank: number) => Float32Array;
}

/** The matrix [taps, outChannels] of an input channel. */
function matrixOf(filter: ArrayLike<number>, {taps, inChannels, outChannels}: ConvSizes, c: number): Matrix {
  const matrix = Matrix.zeros(taps, outChannels);
  for (let t = 0; t < taps; t++) {
    for (let o = 0; o < outChannels; o++) matrix.set(t, o, filter[(t * inChannels + c) * outChannels + o]);
  }
  return matrix;
}

function errorsOf(decompositions: readonly SingularValueDecomposition[], most: number): number[] {
  const energies = Array.from({length: most}, (_, m) =>
    decompositions.reduce((sum, {diagonal}) => sum + (diagonal[m] ?? 0) ** 2, 0),
  );
  const remaining = energies.reduceRight((sums, energy) => [sums[0] + energy, ...sums], [0]);
  return remaining.map(sum => (remaining[0] === 0 ? 0 : Math.sqrt(sum / remaining[0])));
}

/** 1 or -1, so that the largest element of a vector becomes positive: its sign is free. */
const signOf = (column: readonly number[]): number =>
  Math.sign(column.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)) || 1;

export function decomposeChannels(filter: ArrayLike<number>, sizes: ConvSizes): ChannelDecomposition {
  const {taps, inChannels, outChannels} = sizes;
  const channels = Array.from({length: inChannels}, (_, c) => {
    const svd = new SingularValueDecomposition(matrixOf(filter, sizes, c), {autoTranspose: true});
    const signs = svd.diagonal.map((_, m) => signOf(svd.leftSingularVectors.getColumn(m)));
    return {svd, factor: (m: number) => Math.sqrt(svd.diagonal[m]) * signs[m]};
  });
  return {
    relativeErrors: errorsOf(
      channels.map(({svd}) => svd),
      Math.min(taps, outChannels),
    ),
    depthwise(rank) {
      const values = new Float32Array(taps * inChannels * rank);
      channels.forEach(({svd, factor}, c) => {
        for (let m = 0; m < rank; m++) {
          for (let t = 0; t < taps; t++) {
            values[(t * inChannels + c) * rank + m] = svd.leftSingularVectors.get(t, m) * factor(m);
          }
        }
      });
      return values;
    },
    pointwise(rank) {
      const values = new Float32Array(inChannels * rank * outChannels);
      channels.forEach(({svd, factor}, c) => {
        for (let m = 0; m < rank; m++) {
          for (let o = 0; o < outChannels; o++) {
            values[(c * rank + m) * outChannels + o] = svd.rightSingularVectors.get(o, m) * factor(m);
          }
        }
      });
      return values;
    },
  };
}
