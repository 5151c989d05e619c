import type {Bounded} from './tolerance.js';

/** The smallest number above 0 that float16 has, and the largest. */
const [SMALLEST, LARGEST] = [2 ** -24, 65504];

/** Numbers of float32 rounded to float16, ties to even; those beyond its range become infinite. */
export const roundedToHalf = (values: Float64Array): Float64Array =>
  values.map(value => {
    const size = Math.abs(value);
    if (!(size > 0 && size < Infinity)) return value;
    // From one number to the next: 11 bits of the larger ones.
    const step = Math.max(SMALLEST, 2 ** (Math.floor(Math.log2(size)) - 10));
    const [low, rest] = [Math.floor(size / step), (size / step) % 1];
    const near = step * (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low);
    return Math.sign(value) * (near > LARGEST ? Infinity : near);
  });

/**
 * Given numbers that were stored as float16: off by at most 2^-11 of themselves, and 2^-25 where they are below its normal
 * range. A sum of products with them is off by as much of the sum of |terms| more than tolerance.ts says.
 */
export const storedAsHalf = (values: Float64Array): Bounded => ({
  values,
  error: values.map(value => Math.max(Math.abs(value) * 2 ** -11, SMALLEST / 2)),
});
