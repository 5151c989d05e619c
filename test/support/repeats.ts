import * as tf from '@tensorflow/tfjs';

/** The backends whose kernels repeat calls. */
export const REPEATING: readonly string[] = ['cpu', 'wasm'];

/** Whole numbers, so that all sums are exact. */
export const wholes = (shape: number[], seed: number): tf.Tensor =>
  tf.round(tf.randomUniform(shape, -4, 4, 'float32', seed));

/** How often our convolution is called during f without repeating a call. */
export function callsAnew(backend: string, f: () => void): number {
  const spy = jest.spyOn(tf.getKernel('ConvND', backend), 'kernelFunc');
  try {
    f();
    return spy.mock.calls.filter(([{attrs}]) => attrs?.repeating === undefined).length;
  } finally {
    spy.mockRestore();
  }
}
