import type {KernelBackend} from '@tensorflow/tfjs-core';
import type {Sharing} from './runtime/sharing.js';
import type {End} from './runtime/workers.js';
import type {Device} from './types.js';

/*
 * The core of every backend of a kind.
 */

/** What the kernels of a backend compute on. */
export interface BackendCore {
  readonly alone: Device;
  readonly sharing: Sharing | null;
}

export interface Backends {
  readonly alone: (backend: KernelBackend) => Device;
  /** To be asked after `sharing(backend).start()`. */
  readonly together: (backend: KernelBackend) => Device;
  readonly sharing: (backend: KernelBackend) => Sharing | null;
  /** Ends the threads of a backend. */
  readonly dispose: (backend: KernelBackend) => void;
  /** Bytes of its packed filters; those of disposed tensors are freed first. */
  readonly packedFilterBytes: (backend: KernelBackend) => number;
}

/** Ends the threads of backends that nobody has disposed of. */
let forgotten: FinalizationRegistry<End> | undefined;

function ends({alone, sharing}: BackendCore): End | null {
  const {threadPool} = alone.core;
  if (threadPool === null && sharing === null) return null;
  return () => {
    threadPool?.end();
    sharing?.end();
  };
}

/** The cores of backends, each made at the backend's first call. */
export function createBackends(create: (backend: KernelBackend) => BackendCore): Backends {
  const cores = new WeakMap<KernelBackend, BackendCore>();
  function coreOf(backend: KernelBackend): BackendCore {
    const known = cores.get(backend);
    if (known !== undefined) return known;
    const made = create(backend);
    cores.set(backend, made);
    const end = ends(made);
    if (end !== null) (forgotten ??= new FinalizationRegistry(ended => ended())).register(backend, end);
    return made;
  }
  const alone = (backend: KernelBackend): Device => (cores.get(backend) ?? coreOf(backend)).alone;
  return {
    alone,
    together: backend => coreOf(backend).sharing?.device() ?? alone(backend),
    sharing: backend => coreOf(backend).sharing,
    dispose(backend) {
      const core = cores.get(backend);
      if (core !== undefined) ends(core)?.();
    },
    packedFilterBytes(backend) {
      const core = cores.get(backend);
      return (core?.alone.filters.bytes() ?? 0) + (core?.sharing?.device()?.filters.bytes() ?? 0);
    },
  };
}
