import * as ort from 'onnxruntime-web/wasm';
import {onnxRuntime} from './onnxruntime.js';

ort.env.wasm.numThreads = 1;

/** ONNX Runtime compiled to WebAssembly (MLAS), SIMD. */
export const onnxRuntimeWeb = onnxRuntime('onnxruntime-web', ort, 'wasm');
