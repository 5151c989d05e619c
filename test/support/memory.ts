import * as tf from '@tensorflow/tfjs';

/** What TensorFlow.js counts. */
export interface Counts {
  readonly numTensors: number;
  readonly numDataBuffers: number;
  readonly numBytes: number;
}

export function counts(): Counts {
  const {numTensors, numDataBuffers, numBytes} = tf.memory();
  return {numTensors, numDataBuffers, numBytes};
}

/** What these tensors add if none shares its data. */
export function plus({numTensors, numDataBuffers, numBytes}: Counts, tensors: readonly tf.Tensor[]): Counts {
  return {
    numTensors: numTensors + tensors.length,
    numDataBuffers: numDataBuffers + tensors.length,
    numBytes: numBytes + tensors.reduce((bytes, {size}) => bytes + 4 * size, 0),
  };
}
