import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
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

/** How to make a backend, and the one that was made and that has not been lost. */
const factories = new Map<BackendName, () => tf.KernelBackend | Promise<tf.KernelBackend>>();
const starting = new Map<BackendName, Promise<void>>();

/** What is waiting for a backend, each of which is told when that is lost. */
const waiting = new Set<(name: BackendName) => void>();
let onLost: (name: BackendName) => void = () => undefined;

/** Calls a function with the name of each backend whose graphics device is lost; cpu is then the current one. */
export function watchBackends(listener: (name: BackendName) => void): void {
  onLost = listener;
}

/** The same promise, rejected as soon as a graphics device is lost: what was asked of that may never be answered. */
export function untilLost<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const lost = (name: BackendName): void => reject(new Error(`${name} was lost`));
    waiting.add(lost);
    void work.then(resolve, reject).finally(() => waiting.delete(lost));
  });
}

/** Forgets a backend that does not work any more, so that it can be started anew. */
function forget(name: BackendName): void {
  starting.delete(name);
  void tf.setBackend('cpu');
  tf.removeBackend(name);
  for (const tell of waiting) tell(name);
  onLost(name);
}

/** Waits for the end of what the browser gave a backend to compute on. */
async function lossOf(name: BackendName, backend: tf.KernelBackend): Promise<void> {
  if (name === 'webgl') {
    const {canvas} = (backend as MathBackendWebGL).getGPGPUContext().gl;
    await new Promise(resolve => canvas.addEventListener('webglcontextlost', resolve));
  } else if (name === 'webgpu') {
    await (backend as WebGPUBackend).device.lost;
  } else {
    return;
  }
  forget(name);
}

/**
 * Loads and starts a backend beside the current one. TensorFlow.js would make it the current one first, and every op an error
 * until it has started.
 */
async function start(name: BackendName): Promise<void> {
  await LOAD[name]();
  const make = factories.get(name) ?? tf.findBackendFactory(name);
  factories.set(name, make);
  const backend = await make();
  if (tf.findBackendFactory(name) !== null) tf.removeBackend(name);
  tf.registerBackend(name, () => backend);
  void lossOf(name, backend);
}

/**
 * Starts a backend, unless it has started, beside the current one.
 * @throws if it does not start.
 */
export async function startBackend(name: BackendName): Promise<void> {
  const started = starting.get(name) ?? start(name);
  starting.set(name, started);
  try {
    await started;
  } catch (error) {
    starting.delete(name);
    throw error;
  }
}

/** Makes a backend that has started the current one. */
export async function useBackend(name: BackendName): Promise<void> {
  if (tf.getBackend() !== name && !(await tf.setBackend(name))) throw new Error(name);
}
