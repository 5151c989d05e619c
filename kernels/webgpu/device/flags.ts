import {env} from '@tensorflow/tfjs-core';

/** Whether packed filters are float16, for half of the memory; sums stay float32. Default false. */
const F16_FLAG = 'TFJS_CONV_F16_FILTERS';

/** Makes the flag known to TensorFlow.js. A value that is set already stays. */
export function registerFlags(): void {
  env().registerFlag(F16_FLAG, () => false);
}

export const areFiltersHalf = (): boolean => env().getBool(F16_FLAG);
