import * as ort from 'onnxruntime-web/wasm';
import {onnxRuntime} from './onnxruntime.js';
import type {OnnxRuntime} from './onnxruntime.js';

ort.env.wasm.numThreads = 1;

/** ONNX Runtime compiled to WebAssembly (MLAS), SIMD. In Node it has no threads. */
export const onnxRuntimeWeb = onnxRuntime('onnxruntime-web', ort, 'wasm');

/** The same on so many threads, which are asked for once they are known, in a page that may share memory. */
export const onnxRuntimeOnThreads = (threads: () => number): OnnxRuntime => ({
  ...onnxRuntimeWeb,
  load: (model, x) => {
    ort.env.wasm.numThreads = threads();
    return onnxRuntime(onnxRuntimeWeb.name, ort, 'wasm', threads()).load(model, x);
  },
});
