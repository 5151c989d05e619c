import {createRequire} from 'node:module';
import {join} from 'node:path';
import * as ort from 'onnxruntime-node';
import type {Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import {conv2d, conv2dTranspose, conv3d, depthwiseConv2d} from 'tfjs-conv';
import 'tfjs-conv/node';
import {onnxRuntime} from '../peers/onnxruntime.js';
import {BUILTIN, onBackend} from '../peers/tfjs.js';

// It has to be set up (npm run setup:node), so it is no import that a type check would look for.
createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');

/** Our kernels on backend tensorflow. */
export const ours = onBackend('tfjs-conv/node', 'tensorflow', {
  conv2d: (x, filter, {options}) => conv2d(x as Tensor4D, filter as Tensor4D, options),
  conv3d: (x, filter, {options}) => conv3d(x as Tensor5D, filter as Tensor5D, options),
  depthwiseConv2d: (x, filter, {options}) => depthwiseConv2d(x as Tensor4D, filter as Tensor4D, options),
  conv2dTranspose: (x, filter, {options}) => conv2dTranspose(x as Tensor4D, filter as Tensor4D, options),
});

/** The built-in kernels of tfjs-node. */
export const builtin = onBackend('tfjs-node', 'tensorflow', BUILTIN);

/** Native ONNX Runtime (MLAS). */
export const onnx = (threads: number) => onnxRuntime('onnxruntime-node', ort, 'cpu', threads);
