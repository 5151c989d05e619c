import {env} from '@tensorflow/tfjs-core';

/** Whether packed filters are float16, for half of the memory; sums stay float32. Default false. */
const F16_FILTERS_FLAG = 'TFJS_CONV_F16_FILTERS';

/**
 * Whether what convolutions and input gradients read is laid out as float16 before it is read; sums and results stay float32.
 * Default false.
 */
const F16_ACTIVATIONS_FLAG = 'TFJS_CONV_F16_ACTIVATIONS';

/** Makes the flags known to TensorFlow.js. Values that are set already stay. */
export function registerFlags(): void {
  env().registerFlag(F16_FILTERS_FLAG, () => false);
  env().registerFlag(F16_ACTIVATIONS_FLAG, () => false);
}

export const areFiltersHalf = (): boolean => env().getBool(F16_FILTERS_FLAG);
export const areActivationsHalf = (): boolean => env().getBool(F16_ACTIVATIONS_FLAG);
