import * as ort from 'onnxruntime-node';
import {THREADS} from '../threads.js';
import {onnxRuntime} from './onnxruntime.js';

/** Native ONNX Runtime (MLAS), with the widest vectors that the processor has. */
export const onnxRuntimeNode = onnxRuntime('onnxruntime-node', ort, 'cpu', THREADS);
