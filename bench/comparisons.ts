import type {Comparison} from './compare.js';
import {onnxRuntimeNode} from './peers/onnxruntime_node.js';
import {onnxRuntimeWeb} from './peers/onnxruntime_web.js';
import {oursCpu, oursWasm} from './peers/ours.js';
import {tfjsCpu} from './peers/tfjs_cpu.js';
import {tfjsWasm} from './peers/tfjs_wasm.js';

/** Of layers. The first one's `ours` is what the columns of the WebAssembly core are about. */
export const COMPARISONS = {
  wasm: {title: 'wasm', ours: oursWasm.name, against: [tfjsWasm.name, onnxRuntimeWeb.name]},
  cpu: {title: 'cpu', ours: oursCpu.name, against: [tfjsCpu.name]},
  native: {title: 'native', ours: oursWasm.name, against: [onnxRuntimeNode.name]},
} as const satisfies Record<string, Comparison>;

/** Of networks: the first is `accelerate('wasm')` on and off. */
export const NETWORK_COMPARISONS = {
  tfjs: {title: 'tfjs-wasm', ours: oursWasm.name, against: [tfjsWasm.name]},
  onnx: {title: 'onnxruntime-web', ours: oursWasm.name, against: [onnxRuntimeWeb.name]},
  native: {title: 'native', ours: oursWasm.name, against: [onnxRuntimeNode.name]},
} as const satisfies Record<string, Comparison>;
