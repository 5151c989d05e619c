import {loadAndCompile, loadLiteRt, Tensor} from '@litertjs/core';
import type {Peer} from '../peers/peer.js';
import {tfliteModel} from './tflite_model.js';

let loaded: Promise<unknown> | undefined;

/** LiteRT.js: TensorFlow Lite (XNNPACK, with relaxed SIMD where there is any) compiled to WebAssembly, one thread. */
export const litert: Peer = {
  name: 'litert',
  activate: async () => {
    loaded ??= loadLiteRt('/bench_modules/@litertjs/core/wasm/', {threads: false});
    await loaded;
  },
  prepare: async (layer, x, filter) => {
    const model = await loadAndCompile(tfliteModel(layer, filter), {accelerator: 'wasm', cpuOptions: {numThreads: 1}});
    const input = new Tensor(x, [...layer.x]);
    return {
      run: async () => {
        const [y] = await model.run([input]);
        return {values: () => y.toTypedArray() as Float32Array, dispose: () => y.delete()};
      },
      dispose: () => {
        input.delete();
        model.delete();
      },
    };
  },
};
