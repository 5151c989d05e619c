import type {KernelBackend} from '@tensorflow/tfjs-core';
import type {Facts} from '../../src/registry/facts.js';
import type {CoreBackend} from './core_tensors.js';
import {coreName} from './runtime/instantiate.js';

/** How many threads compute on a backend together: those of its own memory, or of the one that threads share. */
function threadsOf({alone, together, sharing}: CoreBackend, backend: KernelBackend): number {
  const tensors = sharing(backend)?.start() ? together : alone;
  return tensors.device(backend).core.threadPool?.threads ?? 1;
}

/** What the core is on this machine; where it does not run, `otherwise` computes. */
export const describeCore =
  (core: CoreBackend, otherwise: string) =>
  (backend: KernelBackend): Facts => {
    const name = coreName();
    return name === undefined ? {core: otherwise} : {core: name, threads: threadsOf(core, backend)};
  };
