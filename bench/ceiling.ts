import {instantiate} from '../kernels/wasm_core/runtime/instantiate.js';
import {createHeap} from '../kernels/wasm_core/runtime/heap.js';

const [ROWS, COLUMNS, DEPTH, REPEATS] = [30, 8, 256, 400];

/**
 * Measures the register tile of the WebAssembly core on operands in the L1 cache, in GFLOP/s: no direct convolution of
 * this binary on this machine is faster.
 */
export function ceilingOf(): () => number {
  const heap = createHeap();
  const {run} = instantiate(heap);
  const [a, b, c, zeros] = [ROWS * DEPTH, DEPTH * COLUMNS, ROWS * COLUMNS, COLUMNS].map(n => heap.malloc(4 * n));
  new Float32Array(heap.memory.buffer, a, ROWS * DEPTH).fill(0.5);
  new Float32Array(heap.memory.buffer, b, DEPTH * COLUMNS).fill(0.5);
  new Float32Array(heap.memory.buffer, zeros, COLUMNS).fill(0);
  return () => {
    const start = performance.now();
    for (let i = 0; i < REPEATS; i++) {
      run.multiply(ROWS, COLUMNS, DEPTH, a, 4 * DEPTH, 4, b, DEPTH, 0, c, 4 * COLUMNS, zeros, 0, 0);
    }
    return (2 * ROWS * COLUMNS * DEPTH * REPEATS) / (performance.now() - start) / 1e6;
  };
}
