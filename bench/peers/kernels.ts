import {accelerate} from 'tfjs-conv/accelerate';

/** What gives a backend its built-in kernels back, by its name. */
const restores = new Map<string, () => void>();

/** Which convolution kernels TensorFlow.js' own ops run on: those of this package, or the built-in ones. */
export function useKernels(backend: string, kernels: 'ours' | 'built-in'): void {
  const restore = restores.get(backend);
  if (kernels === 'ours' && restore === undefined) restores.set(backend, accelerate(backend));
  if (kernels === 'built-in' && restore !== undefined) {
    restore();
    restores.delete(backend);
  }
}
