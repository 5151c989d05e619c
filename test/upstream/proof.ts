// Evidence of which kernels served the specs: what is registered, and how often our kernels were called.
import * as tf from '@tensorflow/tfjs-core';

/** Conv2D, FusedDepthwiseConv2D, DepthwiseConv2dNativeBackpropFilter, ...: names of TensorFlow.js, none of ours. */
const BUILTIN = /^(Fused)?(Depthwise)?Conv[23]D(Backprop(Input|Filter)(V2)?)?$|^DepthwiseConv2dNative/;

export const OURS = ['ConvND', 'ConvNDBackpropInput', 'ConvNDBackpropFilter'];

/** Every kernel config registered for the backend, by name. */
export function registered(backendName = 'cpu'): Map<string, tf.KernelConfig> {
  return new Map(tf.getKernelsForBackend(backendName).map(config => [config.kernelName, config]));
}

/** What stands under the names that TensorFlow.js' own convolutions have. */
export function builtinConvolutions(backendName = 'cpu'): Map<string, tf.KernelConfig> {
  return new Map([...registered(backendName)].filter(([name]) => BUILTIN.test(name)));
}

/** Names under which `after` holds another object than `before`, or none. */
export function replaced(before: Map<string, tf.KernelConfig>, after: Map<string, tf.KernelConfig>): string[] {
  return [...before].filter(([name, config]) => after.get(name) !== config).map(([name]) => name);
}

/** Counts the calls of our three kernels from here on, by wrapping their registered functions. */
export function countCalls(backendName = 'cpu'): Map<string, number> {
  const calls = new Map<string, number>();
  for (const name of OURS) {
    const config = tf.getKernel(name, backendName);
    if (config === undefined) {
      continue;
    }
    calls.set(name, 0);
    tf.unregisterKernel(name, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc: params => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        return config.kernelFunc(params);
      },
    });
  }
  return calls;
}

/** What is wrong when our kernels were to serve the specs and `calls` was counted meanwhile. */
export function notServing(calls: Map<string, number>, replacedNames: string[]): string[] {
  const problems = OURS.filter(name => !calls.get(name)).map(
    name => `${name} was ${calls.has(name) ? 'never called' : 'not registered'}`,
  );
  if (!replacedNames.includes('Conv2D')) {
    problems.push('the built-in Conv2D is still registered after accelerate');
  }
  return problems;
}

export function describeCalls(calls: Map<string, number>): string {
  return [...calls].map(([name, count]) => `${name} ${count}`).join(', ');
}
