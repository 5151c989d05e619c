import type {Curve} from './activations.js';
import type {ReferenceConv} from './reference.js';
import {product} from './sums.js';
import type {Products} from './sums.js';

/*
 * The tolerance, which every comparison with the reference uses and nothing else. It follows from the arithmetic, never
 * from what a kernel happens to reach:
 *
 *     Computing in float32, in any order, the sum of n products (one of them a bias, perhaps) is off by at most
 *
 *         gamma(n + c) * sum |terms| + (n + c) * 2^-149,       gamma(k) = k u / (1 - k u),   u = 2^-24
 *
 * (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, equation 3.5; the second part is what products
 * and results below the normal range lose), where c = 2 stands for writing the result and for a middle result that was
 * kept in memory. Where all operands are integers and sum |terms| stays below 2^24, every partial sum is exact in
 * float32, and so must be the result.
 *
 * Steps after one another add up: operands that are off by e make terms off by what they are multiplied with; a function
 * with the Lipschitz constant L multiplies an error by L, and adds its jumps where it may have been at either side of
 * one. The constants of the activations are in activations.ts: 1 for relu, relu6 and elu, 1/4 for sigmoid, max(1, |slope|)
 * for leakyrelu and prelu.
 */

export const UNIT_ROUNDOFF = 2 ** -24;
const SMALLEST = 2 ** -149;
const EXTRA_ROUNDINGS = 2;
const EXACT_BELOW = 2 ** 24;

/** What the reference has for a tensor, and how far a float32 computation of it may be off, per element. */
export interface Bounded {
  readonly values: Float64Array;
  readonly error: Float64Array;
}

/** A tensor that is given, not computed. */
export const given = (values: Float64Array): Bounded => ({values, error: new Float64Array(values.length)});

const isGiven = ({error}: Bounded): boolean => error.every(e => e === 0);
const isInteger = (t: Bounded): boolean => isGiven(t) && t.values.every(value => Number.isInteger(value));

/** The largest absolute values that a tensor may have been computed as. */
const reach = ({values, error}: Bounded): Float64Array => values.map((value, i) => Math.abs(value) + error[i]);

const gamma = (n: number): number => (n * UNIT_ROUNDOFF) / (1 - n * UNIT_ROUNDOFF);

/** Error of a sum of n terms in float32, see above. */
export function summation(n: number, magnitude: number, integers: boolean): number {
  if (n === 0 || (integers && magnitude < EXACT_BELOW)) return 0;
  return gamma(n + EXTRA_ROUNDINGS) * magnitude + (n + EXTRA_ROUNDINGS) * SMALLEST;
}

/** Sums of products, with `bias` (one number per sum) as one more term of each. */
export function sums(products: Products, left: Bounded, right: Bounded, bias?: Float64Array): Bounded {
  const {values, magnitudes, terms} = products(left.values, right.values);
  const {magnitudes: reached} = isGiven(left) && isGiven(right) ? {magnitudes} : products(reach(left), reach(right));
  const integers = isInteger(left) && isInteger(right) && (bias === undefined || bias.every(Number.isInteger));
  const biasOf = (i: number) => (bias === undefined ? 0 : bias[i]);
  return {
    values: values.map((value, i) => value + biasOf(i)),
    error: values.map(
      (_, i) =>
        reached[i] -
        magnitudes[i] +
        summation(terms[i] + (bias === undefined ? 0 : 1), reached[i] + Math.abs(biasOf(i)), integers),
    ),
  };
}

/** Elements that are copied to where `products` puts them (times 1), one to each place. */
export function copies(products: Products, from: Bounded): Bounded {
  const one = new Float64Array([1]);
  return {values: products(from.values, one).values, error: products(from.error, one).values};
}

/** Elementwise product; exact where given numbers have one that float32 holds. */
export function times(left: Bounded, right: Bounded): Bounded {
  const [l, r] = [reach(left), reach(right)];
  const values = left.values.map((value, i) => value * right.values[i]);
  const error = values.map((value, i) => {
    const carried = l[i] * r[i] - Math.abs(value);
    return carried === 0 && Math.fround(value) === value ? 0 : carried + UNIT_ROUNDOFF * l[i] * r[i] + SMALLEST;
  });
  return {values, error};
}

/** Elementwise sum. */
export const plus = (left: Bounded, right: Bounded): Bounded => ({
  values: left.values.map((value, i) => value + right.values[i]),
  error: left.values.map((value, i) => {
    const error = left.error[i] + right.error[i];
    return error + UNIT_ROUNDOFF * (Math.abs(value + right.values[i]) + error);
  }),
});

/** An activation, or a derivative of one, with a slope for every element. */
export function through(curve: Curve, z: Bounded, slopes: Float64Array): Bounded {
  const values = z.values.map((value, i) => curve.value(value, slopes[i]));
  const error = values.map((value, i) => {
    // An infinite sum is infinite in float32 too.
    const off = Number.isFinite(z.values[i]) ? z.error[i] : 0;
    const [low, high] = [z.values[i] - off, z.values[i] + off];
    const jump =
      off === 0
        ? 0
        : curve.jumps(slopes[i]).reduce((sum, [at, height]) => (low <= at && at <= high ? sum + height : sum), 0);
    const carried = curve.lipschitz(slopes[i]) * off + jump;
    return carried + UNIT_ROUNDOFF * (curve.relative * (Math.abs(value) + carried) + curve.absolute);
  });
  return {values, error};
}

/*
 * Winograd's algorithm with tiles of 4 x 4 results transforms a tile of 6 x 6 inputs and the filter before it multiplies,
 * so that every result of the tile sees the rounding of the largest:
 *
 *     error <= gamma(n + 36) * 158 * (largest |x| of the tile) * (sum of |filter| that makes a result)
 *
 * for sums over n channels and planes. 158 is the product of the norms of the transforms at the points 0, +-sqrt(1/2),
 * +-sqrt(2) and infinity (Higham's bound through each of the three linear steps; tiles of 2 x 2 are well below).
 */
export const winogradError = (n: number, largest: number, filterSum: number): number =>
  gamma(n + 36) * 158 * largest * filterSum;

/*
 * Tiles of 6 inputs along one axis have the transforms of that axis only, and for 2 to 5 taps the same product of norms:
 *
 *     error <= gamma(n + 18) * 12.6 * (largest |x| of the tile) * (sum of |filter| that makes a result)
 *
 * for sums over n channels and terms. What products lose below the normal range, in each of the three steps, is multiplied
 * by what the other operand is.
 */
export const lineError = (n: number, largest: number, filterSum: number): number =>
  12.6 * (gamma(n + 18) * largest * filterSum + (n + 18) * SMALLEST * (1 + largest + filterSum));

/*
 * A Fourier transform of a tile of N elements is off by at most 7 log2(N) u of its norm (Higham, theorem 24.2, with twiddle
 * factors that are off by u). Three of them, and sums over n channels and terms between, make
 *
 *     error <= gamma(3 n + 21 log2(N)) * sqrt(2 N) * (largest |x| of the tile) * (sum of |filter| that makes a result)
 *
 * as two real tiles are one complex tile, whose norm is at most sqrt(2 N) times its largest value. Along an axis with taps a
 * tile has at most 12 times as many elements as taps, but at least 16.
 */
const fftSide = (taps: number): number => (taps === 1 ? 1 : Math.max(16, 2 ** Math.floor(Math.log2(12 * taps))));

export function fftError(n: number, kernel: readonly number[], largest: number, filterSum: number): number {
  const elements = product(kernel.map(fftSide));
  return gamma(3 * n + 21 * Math.log2(elements)) * Math.sqrt(2 * elements) * largest * filterSum;
}

/** The largest absolute value, and the largest sum of absolute values of a channel of an image. */
function largestAndSum({axes, outChannels, channelsLast}: ReferenceConv, x: Bounded, dy: Bounded): [number, number] {
  const pixels = product(axes.map(({output}) => output));
  const sumOf = new Float64Array(outChannels);
  reach(dy).forEach((value, i) => {
    sumOf[(channelsLast ? i : Math.floor(i / pixels)) % outChannels] += value;
  });
  return [reach(x).reduce((most, value) => Math.max(most, value), 0), Math.max(...sumOf)];
}

/**
 * The same for the gradient of the filter by Fourier transforms: of what tiles read of x and of their dy, whose products are
 * added up over the tiles before they are transformed back. The norm of a tile of dy is at most the sum of its |dy|, so that
 *
 *     error <= gamma(3 tiles + 21 log2(N)) * sqrt(2 N) * (largest |x|) * (sum of |dy| over the pixels of a channel)
 *
 * with at most as many tiles as a channel has results.
 */
export function fftGradientError(c: ReferenceConv, x: Bounded, dy: Bounded): number {
  const [kernel, outputs] = [c.axes.map(axis => axis.kernel), c.axes.map(({output}) => output)];
  return fftError(c.batch * product(outputs), kernel, ...largestAndSum(c, x, dy));
}

/**
 * The same for the gradient of the filter at that of its matrix [results, inputs], which is a batch of unit images: of x, with
 * the gradients of the matrix as dy, or the other way round.
 */
export function fftMatrixGradientError(c: ReferenceConv, units: number, results: number, dz: Bounded): number {
  const [kernel, outputs] = [c.axes.map(axis => axis.kernel), c.axes.map(({output}) => output)];
  const values = reach(dz);
  const sum = values.reduce((total, value) => total + value, 0);
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return fftError(units * product(outputs), kernel, 1, Math.max(sum, largest * results));
}

/**
 * The same for Winograd's gradient of the filter, whose transforms are those matrices transposed: every tap sees the rounding of
 *
 *     error <= gamma(tiles + 36) * 158 * (largest |x|) * (sum of |dy| over the pixels of a channel)
 *
 * where the sums are over tiles. Tiles of 2 x 2 are the most that there are.
 */
export function winogradGradientError(c: ReferenceConv, x: Bounded, dy: Bounded): number {
  const {batch, axes} = c;
  const plane = axes.length - 2;
  const tiles = axes.map(({output, dilation}, a) =>
    a < plane ? output : Math.min(dilation, output) * Math.ceil(Math.ceil(output / dilation) / 2),
  );
  return winogradError(batch * product(tiles), ...largestAndSum(c, x, dy));
}

/** The same values with an error that is larger by the same amount everywhere. */
export const withMoreError = ({values, error}: Bounded, more: number): Bounded => ({
  values,
  error: more === 0 ? error : error.map(e => e + more),
});
