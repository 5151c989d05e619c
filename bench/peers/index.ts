import {onnxLayers} from './onnxruntime.js';
import {onnxRuntimeNode} from './onnxruntime_node.js';
import {onnxRuntimeWeb} from './onnxruntime_web.js';
import {oursCpu, oursWasm} from './ours.js';
import type {Peer} from './peer.js';
import {tfjsCpu} from './tfjs_cpu.js';
import {tfjsWasm} from './tfjs_wasm.js';

/** All that run layers in Node. */
export const PEERS: readonly Peer[] = [
  oursWasm,
  oursCpu,
  tfjsWasm,
  onnxLayers(onnxRuntimeWeb),
  onnxLayers(onnxRuntimeNode),
  tfjsCpu,
];
