import {env} from '@tensorflow/tfjs-core';

/** Name of a kernel variant that is to run wherever it takes the geometry. Default '': the first that takes it. */
export const VARIANT_FLAG = 'TFJS_CONV_VARIANT';

/** Whether 3x3 convolutions may run by Winograd's algorithm, which rounds otherwise. Default true. */
export const WINOGRAD_FLAG = 'TFJS_CONV_WINOGRAD';

/** Makes the flags known to TensorFlow.js. Values that are set already stay. */
export function registerFlags(): void {
  env().registerFlag(VARIANT_FLAG, () => '');
  env().registerFlag(WINOGRAD_FLAG, () => true);
}
