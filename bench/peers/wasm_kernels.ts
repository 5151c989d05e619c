import {accelerate} from 'tfjs-conv/accelerate';

let restore: (() => void) | null = null;

/** Which convolution kernels TensorFlow.js' own ops run on, on the wasm backend: those of this package, or the built-in ones. */
export function useWasmKernels(which: 'ours' | 'built-in'): void {
  if (which === 'ours') restore ??= accelerate('wasm');
  else {
    restore?.();
    restore = null;
  }
}
