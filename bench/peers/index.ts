import {builtin, ours} from './backends.js';
import {onnxLayers} from './onnxruntime.js';
import {onnxRuntimeNode} from './onnxruntime_node.js';
import {onnxRuntimeWeb} from './onnxruntime_web.js';
import type {Peer} from './peer.js';

/** All that run layers in Node. */
export const PEERS: readonly Peer[] = [
  ...Object.values(ours),
  ...Object.values(builtin),
  onnxLayers(onnxRuntimeWeb),
  onnxLayers(onnxRuntimeNode),
];
