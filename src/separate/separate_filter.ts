import {tensor4d, tidy} from '@tensorflow/tfjs-core';
import type {Tensor2D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {Matrix, SingularValueDecomposition} from 'ml-matrix';
import {fail, RULES} from '../errors.js';
import {ensureFilterSizes} from '../geometry/validate.js';
import {floatTensor} from '../ops/inputs.js';
import {readOptions} from '../ops/read_options.js';

/** Options of {@link separateFilter}: how good the approximation is, or how large. */
export interface SeparateFilterOptions {
  /** Number of pairs of a column and a row, from 1 on. Default: the smallest whose error is within the tolerance. */
  rank?: number;
  /** Largest relative error when no rank is given, from 0 to 1. Default 1e-6, which float32 rounding stays below. */
  tolerance?: number;
}

/** What {@link separateFilter} finds. */
export interface SeparatedFilter {
  /** [kernelHeight, 1, inChannels, rank] */
  columnFilter: Tensor4D;
  /** [1, kernelWidth, rank, outChannels] */
  rowFilter: Tensor4D;
  /** Number of pairs, which is the channels between the two filters. */
  rank: number;
  /** |filter - approximation| / |filter| in the Frobenius norm; 0 for a filter of zeros. */
  relativeError: number;
  /** All singular values, largest first: what each further pair would add. */
  singularValues: number[];
}

interface FilterSizes {
  readonly kh: number;
  readonly kw: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

/** The filter as the matrix M[(kh, i), (kw, c)]. */
function asMatrix(
  values: Float32Array | Int32Array | Uint8Array,
  {kh, kw, inChannels, outChannels}: FilterSizes,
): Matrix {
  const matrix = Matrix.zeros(kh * inChannels, kw * outChannels);
  values.forEach((value, n) => {
    const c = n % outChannels;
    const i = Math.floor(n / outChannels) % inChannels;
    const w = Math.floor(n / (outChannels * inChannels)) % kw;
    const h = Math.floor(n / (outChannels * inChannels * kw));
    matrix.set(h * inChannels + i, w * outChannels + c, value);
  });
  return matrix;
}

/** relativeErrors[r]: the error that r pairs leave, the root of the sum of the squares of the remaining singular values. */
function relativeErrors(singularValues: readonly number[]): number[] {
  const remaining = singularValues.reduceRight((sums, s) => [sums[0] + s * s, ...sums], [0]);
  return remaining.map(sum => (remaining[0] === 0 ? 0 : Math.sqrt(sum / remaining[0])));
}

function checkSeparateOptions(op: string, {rank, tolerance = 1e-6}: SeparateFilterOptions, sizes: FilterSizes): void {
  const most = Math.min(sizes.kh * sizes.inChannels, sizes.kw * sizes.outChannels);
  if (rank !== undefined && !(Number.isInteger(rank) && rank >= 1 && rank <= most)) {
    fail(op, `${RULES.separateRank} = ${most}`, 'rank', rank);
  }
  if (!(Number.isFinite(tolerance) && tolerance >= 0 && tolerance <= 1))
    fail(op, RULES.tolerance, 'tolerance', tolerance);
}

const chooseRank = (errors: readonly number[], {rank, tolerance = 1e-6}: SeparateFilterOptions): number =>
  rank ??
  Math.max(
    1,
    errors.findIndex(error => error <= tolerance),
  );

/** 1 or -1, so that the largest entry of a singular vector becomes positive: its sign is free. */
const signOf = (column: readonly number[]): number =>
  Math.sign(column.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)) || 1;

/** The two filters of the first `rank` singular triples, each taking the root of the singular value. */
function pairs(svd: SingularValueDecomposition, rank: number, {kh, kw, inChannels, outChannels}: FilterSizes) {
  const {diagonal, leftSingularVectors: u, rightSingularVectors: v} = svd;
  const column = new Float32Array(kh * inChannels * rank);
  const row = new Float32Array(kw * rank * outChannels);
  for (let m = 0; m < rank; m++) {
    const root = Math.sqrt(diagonal[m]) * signOf(u.getColumn(m));
    for (let n = 0; n < kh * inChannels; n++) column[n * rank + m] = u.get(n, m) * root;
    for (let w = 0; w < kw; w++) {
      for (let c = 0; c < outChannels; c++) {
        row[(w * rank + m) * outChannels + c] = v.get(w * outChannels + c, m) * root;
      }
    }
  }
  return {
    columnFilter: tensor4d(column, [kh, 1, inChannels, rank]),
    rowFilter: tensor4d(row, [1, kw, rank, outChannels]),
  };
}

/**
 * Finds the column and row filters whose `spatiallySeparableConv2d` equals `conv2d` with the given filter, or comes
 * closest to it.
 *
 * ```text
 * filter[kh, kw, i, c] = sum over m < rank of columnFilter[kh, 0, i, m] * rowFilter[0, kw, m, c]  (+ the error)
 * ```
 *
 * It is the singular value decomposition of the filter as the matrix M[(kh, i), (kw, c)], of which the first `rank`
 * singular values stay, with the root of each in either filter. Source: Eckart and Young, Psychometrika 1, 1936.
 *
 * To filter each of C channels by a filter of one channel, repeat both along their last axis and use C groups:
 * `spatiallySeparableConv2d(x, tf.tile(columnFilter, [1, 1, 1, C]), tf.tile(rowFilter, [1, 1, 1, C]), {groups: C})`.
 *
 * The values are read on the host, so the filters are not differentiable by the given one.
 *
 * @param filter [kernelHeight, kernelWidth] for one channel, or [kernelHeight, kernelWidth, inChannels, outChannels].
 * @param options see {@link SeparateFilterOptions}.
 * @returns the two filters and how well they fit, see {@link SeparatedFilter}.
 * @throws `separateFilter: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const sobel = tf.tensor2d([[1, 0, -1], [2, 0, -2], [1, 0, -1]]);
 * const {columnFilter, rowFilter, rank} = separateFilter(sobel);
 * console.log(columnFilter.shape, rowFilter.shape, rank); // [3,1,1,1] [1,3,1,1] 1
 * ```
 */
export function separateFilter(
  filter: Tensor2D | Tensor4D | TensorLike,
  options: SeparateFilterOptions = {},
): SeparatedFilter {
  const op = 'separateFilter';
  return tidy(() => {
    const given = readOptions(op, ['rank', 'tolerance'], options);
    const $filter = floatTensor(op, 'filter', filter);
    const {shape} = $filter;
    if (shape.length !== 2 && shape.length !== 4) {
      fail(op, RULES.rank('filter', '[kh, kw] or [kh, kw, inChannels, outChannels]'), 'filter.shape', shape);
    }
    ensureFilterSizes(op, {name: 'filter', shape});
    const [kh, kw, inChannels = 1, outChannels = 1] = shape;
    const sizes = {kh, kw, inChannels, outChannels};
    checkSeparateOptions(op, given, sizes);
    const values = $filter.dataSync();
    const strange = values.find(value => !Number.isFinite(value));
    if (strange !== undefined) fail(op, RULES.finite, 'value', strange);
    const svd = new SingularValueDecomposition(asMatrix(values, sizes), {autoTranspose: true});
    const errors = relativeErrors(svd.diagonal);
    const rank = chooseRank(errors, given);
    return {...pairs(svd, rank, sizes), rank, relativeError: errors[rank], singularValues: svd.diagonal};
  });
}
