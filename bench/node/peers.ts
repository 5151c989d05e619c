import {createRequire} from 'node:module';
import {join} from 'node:path';
import * as ort from 'onnxruntime-node';
import 'tfjs-conv/node';
import {onnxLayers, onnxRuntime} from '../peers/onnxruntime.js';
import {OUR_OPS} from '../peers/our_ops.js';
import type {Peer} from '../peers/peer.js';
import {BUILTIN_OPS, onBackend} from '../peers/tfjs.js';

// It has to be set up (npm run setup:node), so it is no import that a type check would look for.
createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');

/** Our kernels on backend tensorflow. */
export const ours = onBackend('tfjs-conv/node', 'tensorflow', OUR_OPS);

/** The built-in kernels of tfjs-node. */
export const builtin = onBackend('tfjs-node', 'tensorflow', BUILTIN_OPS);

/** Native ONNX Runtime (MLAS). */
export const onnx = (threads: number): Peer => ({
  ...onnxLayers(onnxRuntime('onnxruntime-node', ort, 'cpu', threads)),
  apart: true,
});
