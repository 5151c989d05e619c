/** The servers that are compared. */

export interface Setup {
  readonly title: string;
  readonly args: readonly string[];
}

const on = (backend: string, workers: number, isBatching: boolean, isStock = false): Setup => {
  const kernels = isStock ? `${backend} stock` : `tfjs-conv ${backend}`;
  return {
    title: `${kernels}, ${workers} worker${workers > 1 ? 's' : ''}, ${isBatching ? 'batching' : 'no batching'}`,
    args: [
      '--backend',
      backend,
      '--workers',
      String(workers),
      '--max-batch-size',
      isBatching ? '32' : '1',
      '--accelerate',
      String(!isStock),
    ],
  };
};

export const SETUPS: readonly Setup[] = [
  on('wasm', 2, true),
  on('wasm', 1, true),
  on('wasm', 2, false),
  on('wasm', 1, false),
  on('wasm', 2, true, true),
  on('wasm', 1, false, true),
  on('cpu', 2, true, true),
  on('tensorflow', 1, false, true),
];
