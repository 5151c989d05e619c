import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import 'tfjs-conv';
import 'tfjs-conv/cpu';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmThreadsUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

export const BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** The kernels for webgpu, where the package has them: other backends get its portable ones. */
const WEBGPU_KERNELS = import.meta.glob('/node_modules/tfjs-conv/dist/esm/kernels/webgpu/index.js');

/** What a backend consists of, loaded when it is asked for. */
const LOAD: {readonly [name in BackendName]: () => Promise<unknown>} = {
  cpu: () => Promise.resolve(),
  wasm: async () => {
    const {setWasmPaths} = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths({
      'tfjs-backend-wasm.wasm': wasmUrl,
      'tfjs-backend-wasm-simd.wasm': wasmSimdUrl,
      'tfjs-backend-wasm-threaded-simd.wasm': wasmThreadsUrl,
    });
    await import('tfjs-conv/wasm');
  },
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    await import('tfjs-conv/webgl');
  },
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    await Promise.all(Object.values(WEBGPU_KERNELS).map(load => load()));
  },
};

const hasWebGL = (): boolean => document.createElement('canvas').getContext('webgl2') !== null;

/** The backends that this browser can be expected to have; an adapter for webgpu is only found when it starts. */
export const available = (): BackendName[] =>
  BACKENDS.filter(name => (name === 'webgl' ? hasWebGL() : name === 'webgpu' ? 'gpu' in navigator : true));

const starting = new Map<BackendName, Promise<void>>();

/**
 * Loads and starts a backend beside the current one. TensorFlow.js would make it the current one first, and every op an error
 * until it has started.
 */
async function start(name: BackendName): Promise<void> {
  await LOAD[name]();
  const backend = await tf.findBackendFactory(name)();
  tf.removeBackend(name);
  tf.registerBackend(name, () => backend);
}

/**
 * Makes a backend the current one.
 * @throws if it does not start.
 */
export async function useBackend(name: BackendName): Promise<void> {
  if (tf.getBackend() === name) return;
  const started = starting.get(name) ?? start(name);
  starting.set(name, started);
  try {
    await started;
  } catch (error) {
    starting.delete(name);
    throw error;
  }
  if (!(await tf.setBackend(name))) throw new Error(name);
}
