import * as tf from '@tensorflow/tfjs';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {packedFilterBytes as packedOnCpu} from 'tfjs-conv/cpu';
import {packedFilterBytes as packedOnWasm} from 'tfjs-conv/wasm';
import {cpuTensors} from '../../kernels/cpu/core_tensors.js';
import {cpuTable} from '../../kernels/cpu/kernel_table.js';
import {wasmTensors} from '../../kernels/wasm/core_tensors.js';
import {wasmTable} from '../../kernels/wasm/kernel_table.js';
import {setUp} from '../../kernels/wasm_core/warm_up/set_up.js';
import {warmKernels} from '../../kernels/wasm_core/warm_up/warm_kernels.js';
import '../support/backends.js';
import {counts} from '../support/memory.js';

const BACKENDS = [
  {name: 'cpu', table: cpuTable, tensors: cpuTensors, packedBytes: packedOnCpu},
  {name: 'wasm', table: wasmTable, tensors: wasmTensors, packedBytes: packedOnWasm},
] as const;

describe.each(BACKENDS)('setting $name up', ({name, table, tensors, packedBytes}) => {
  let backend: KernelBackend;
  beforeAll(async () => {
    await tf.setBackend(name);
    backend = tf.backend() as KernelBackend;
  });

  const flags: Array<[string, string | boolean]> = [
    ['TFJS_CONV_VARIANT', ''],
    ['TFJS_CONV_VARIANT', 'gemm'],
    ['TFJS_CONV_WINOGRAD', false],
  ];
  test.each(flags)('leaves no tensors, data or packed filters, and records no kernel: %s %j', async (flag, value) => {
    const old = tf.env().get(flag);
    const all = () => ({...counts(), data: backend.numDataIds(), packed: packedBytes(backend)});
    const before = all();
    const write = jest.spyOn(backend, 'write');
    tf.env().set(flag, value);
    const {kernels, newTensors} = await tf.profile(() => {
      warmKernels(table, backend, tensors.device(backend).filters);
      return [];
    });
    tf.env().set(flag, old);
    expect(write).toHaveBeenCalled();
    write.mockRestore();
    expect(all()).toEqual(before);
    expect({kernels, newTensors}).toEqual({kernels: [], newTensors: 0});
  });

  test('is done once, however often it is chosen', async () => {
    const write = jest.spyOn(backend, 'write');
    await tf.setBackend(name);
    setUp(table, tensors, backend);
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
  });
});
