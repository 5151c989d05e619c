import * as tf from '@tensorflow/tfjs';

/** Runs `run` with other flags. */
export function withFlags<T>(flags: Readonly<Record<string, number | boolean | string>>, run: () => T): T {
  const before = Object.keys(flags).map(name => [name, tf.env().get(name)] as const);
  Object.entries(flags).forEach(([name, value]) => tf.env().set(name, value));
  try {
    return run();
  } finally {
    before.forEach(([name, value]) => tf.env().set(name, value));
  }
}
