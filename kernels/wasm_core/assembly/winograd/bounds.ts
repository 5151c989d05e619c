/*
 * The transforms mix the values of a tile, so that one which is not finite, or dwarfs the others, would reach results
 * whose window does not hold it. Such tiles are computed by the definition (direct.ts).
 */

/** Sums of squares from this on, of a filter's taps or of a tile's results, count as such, and so does NaN. */
export const SQUARES_LIMIT: f32 = 1e36;
