import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type {Tensor3D, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import {conv1d, conv2d, conv2dTranspose, conv3d, depthwiseConv2d} from 'tfjs-conv';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import {onBackend} from './tfjs.js';
import type {Runs} from './tfjs.js';

/** Our ops, on any backend. */
export const OURS: Runs = {
  conv1d: (x, filter, {options}) => conv1d(x as Tensor3D, filter as Tensor3D, options),
  conv2d: (x, filter, {options}) => conv2d(x as Tensor4D, filter as Tensor4D, options),
  conv3d: (x, filter, {options}) => conv3d(x as Tensor5D, filter as Tensor5D, options),
  depthwiseConv2d: (x, filter, {options}) => depthwiseConv2d(x as Tensor4D, filter as Tensor4D, options),
  conv2dTranspose: (x, filter, {options}) => conv2dTranspose(x as Tensor4D, filter as Tensor4D, options),
};

/** Our kernels on the wasm backend, in place on its memory. */
export const oursWasm = onBackend('tfjs-conv/wasm', 'wasm', OURS);

/** Our kernels on the cpu backend. */
export const oursCpu = onBackend('tfjs-conv/cpu', 'cpu', OURS);
