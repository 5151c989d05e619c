import {THREADS_MULTIPLICATIONS} from '../generated/layout.js';

/*
 * When it pays that threads share a computation. Multiplications are those that a kernel does, of which Winograd's tiles
 * need fewer than the definition.
 */

/** Whether it pays to wake threads. */
export const paysToWake = (multiplications: number): boolean => multiplications >= THREADS_MULTIPLICATIONS;

/**
 * Whether it may pay for operands of so many elements, the number of which is known at once: a tiny layer takes less time
 * than it takes to compute how many multiplications it is.
 */
export const mayPay = (elements: number, otherElements: number): boolean =>
  elements * otherElements >= THREADS_MULTIPLICATIONS;

/** Copies between memories that are not shared and one that is. */
export interface Copies {
  /** Multiplications for each byte of operands and results from which they pay. */
  readonly perByte: number;
  /** Bytes that may be copied: so much more memory is taken than without threads. */
  readonly mostBytes: number;
}

/** Whether it pays to copy the operands of a computation to a memory that threads share, and to wake those. */
export const paysToCopy = (multiplications: number, bytes: number, {perByte, mostBytes}: Copies): boolean =>
  multiplications >= 2 * THREADS_MULTIPLICATIONS && multiplications >= perByte * bytes && bytes <= mostBytes;
