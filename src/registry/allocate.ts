import {KERNEL_RULES, kernelError} from '../errors.js';

/**
 * Zeros.
 * @throws if JavaScript has no memory for so many.
 */
export function allocateFloats(length: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(length);
  } catch {
    throw kernelError(KERNEL_RULES.memory, {bytes: length * Float32Array.BYTES_PER_ELEMENT});
  }
}
