import * as tf from '@tensorflow/tfjs';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';

/** What TensorFlow.js' wasm backend gets its memory by, which its types do not show. */
interface Allocator {
  _malloc: (bytes: number) => number;
  _free: (pointer: number) => void;
}

const balances = new WeakMap<Allocator, {allocated: number}>();

/** Counts what is allocated from now on and not freed yet. */
function watch(allocator: Allocator): {allocated: number} {
  const balance = {allocated: 0};
  const {_malloc, _free} = allocator;
  Object.assign(allocator, {
    _malloc: (bytes: number) => {
      balance.allocated++;
      return _malloc(bytes);
    },
    _free: (pointer: number) => {
      // A tensor of strings has none.
      if (pointer) balance.allocated--;
      _free(pointer);
    },
  });
  balances.set(allocator, balance);
  return balance;
}

/** Allocations of the current backend's WebAssembly memory since this was asked first; 0 on other backends. */
export function heapBalance(): number {
  const {wasm} = tf.backend() as Partial<BackendWasm>;
  if (wasm === undefined) return 0;
  // The types of the module say less than it has.
  const allocator = wasm as unknown as Allocator;
  return (balances.get(allocator) ?? watch(allocator)).allocated;
}
