import * as ort from 'onnxruntime-node';
import {onnxRuntime} from './onnxruntime.js';

/**
 * ONNX Runtime's kernels of WebGPU, which its web package has too, on a Dawn of its own: the native package is without the cost
 * of WebAssembly around them, and the web one starts in no Node.
 */
export const onnxRuntimeWebgpu = onnxRuntime('onnxruntime webgpu', ort, 'webgpu');
