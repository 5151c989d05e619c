import type {DataId, KernelBackend} from '@tensorflow/tfjs-core';

/** Thrown where values are asked for that have not been computed. */
class NotComputed extends Error {}

/** Keeps what was not computed from being read, while `run` runs. */
export function withoutReads<T>(backend: KernelBackend, isComputed: (dataId: DataId) => boolean, run: () => T): T {
  const {read, readSync} = backend;
  const check = (dataId: DataId) => {
    if (!isComputed(dataId)) throw new NotComputed();
  };
  const guards = {
    read: (dataId: DataId) => {
      check(dataId);
      return read.call(backend, dataId);
    },
    readSync: (dataId: DataId) => {
      check(dataId);
      return readSync.call(backend, dataId);
    },
  };
  const own = Object.getOwnPropertyDescriptors(backend);
  Object.assign(backend, guards);
  try {
    return run();
  } finally {
    for (const name of ['read', 'readSync'] as const) {
      if (name in own) Object.defineProperty(backend, name, own[name]);
      else Reflect.deleteProperty(backend, name);
    }
  }
}
