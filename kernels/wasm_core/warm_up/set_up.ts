import type {KernelBackend} from '@tensorflow/tfjs-core';
import type {KernelTable} from '../../../src/registry/kernel_table.js';
import type {CoreTensors} from '../kernel_table.js';
import {warmKernels} from './warm_kernels.js';
import {warmUp} from './warm_core.js';

const ready = new WeakSet<KernelBackend>();

/** Makes a backend's kernels ready for first calls, once: TensorFlow.js sets them up whenever a backend is chosen again. */
export function setUp(table: KernelTable, tensors: CoreTensors, backend: KernelBackend): void {
  if (ready.has(backend)) return;
  ready.add(backend);
  const device = tensors.device(backend);
  warmUp(device);
  warmKernels(table, backend, device.filters);
}
