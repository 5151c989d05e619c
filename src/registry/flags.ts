import {env} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../errors.js';

/** Name of a kernel variant that is to run wherever it takes the geometry. Default '': the first that takes it. */
export const VARIANT_FLAG = 'TFJS_CONV_VARIANT';

/**
 * Whether only algorithms may run that add up the products of each result by themselves: neither Winograd's nor Fourier
 * transforms, which round otherwise. Default false.
 */
export const DIRECT_SUMS_FLAG = 'TFJS_CONV_DIRECT_SUMS';

/** Whether convolutions of few taps may run by Winograd's algorithm, which rounds otherwise. Default true. */
export const WINOGRAD_FLAG = 'TFJS_CONV_WINOGRAD';

/**
 * On how many threads `cpu` and `wasm` compute large convolutions, the calling one included. Default 0: as many as are
 * best for a process that says nothing. Read at the first convolution of a backend; the variable of the environment of
 * the same name gives what is not set.
 */
const THREADS_FLAG = 'TFJS_CONV_THREADS';

const MOST_THREADS = 64;

/** The variable of the environment, as a number where it is one. */
function threadsOfEnvironment(): number | string {
  try {
    // The types of the library are those of a page.
    const {process} = globalThis as {process?: {readonly env?: {readonly [name: string]: string | undefined}}};
    const text = process?.env?.[THREADS_FLAG] ?? '';
    const threads = Number(text);
    return Number.isNaN(threads) ? text : threads;
  } catch {
    // There are engines that forbid programs to read it.
    return 0;
  }
}

/**
 * The threads that the flag asks for; 0 where it leaves their number open.
 * @throws if it is no such number.
 */
export function wantedThreads(): number {
  const threads = env().get(THREADS_FLAG);
  if (typeof threads === 'number' && Number.isInteger(threads) && threads >= 0 && threads <= MOST_THREADS)
    return threads;
  throw kernelError(KERNEL_RULES.threadsFlag(THREADS_FLAG, MOST_THREADS), {[THREADS_FLAG]: threads});
}

/** Makes the flags known to TensorFlow.js. Values that are set already stay. */
export function registerFlags(): void {
  env().registerFlag(VARIANT_FLAG, () => '');
  env().registerFlag(DIRECT_SUMS_FLAG, () => false);
  env().registerFlag(WINOGRAD_FLAG, () => true);
  env().registerFlag(THREADS_FLAG, threadsOfEnvironment);
}
