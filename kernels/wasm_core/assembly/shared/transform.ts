import {F32, VECTOR} from './blocking';

/*
 * Scratch memory of Winograd's transforms between their two passes, for vectors of channels.
 */

/** Bytes of the largest tile: 6 x 6 values. */
export const PASSES_BYTES: usize = 6 * 6 * <usize>VECTOR * F32;

/** Bytes of scratch memory of transformFilter(): 6 lines of 3 values. */
export const FILTER_PASSES_BYTES: usize = 6 * 3 * <usize>VECTOR * F32;
