import {env} from '@tensorflow/tfjs-core';

/** Name of a kernel variant that is to run wherever it takes the geometry. Default '': the first that takes it. */
export const VARIANT_FLAG = 'TFJS_CONV_VARIANT';

/** Makes the flags known to TensorFlow.js. Values that are set already stay. */
export function registerFlags(): void {
  env().registerFlag(VARIANT_FLAG, () => '');
}
