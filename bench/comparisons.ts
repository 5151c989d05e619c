import type {Comparison} from './compare.js';
import {separableComparisons} from './measure_separable.js';
import {builtin, ours} from './peers/backends.js';
import {OPENCV} from './peers/opencv.js';
import {onnxRuntimeNode} from './peers/onnxruntime_node.js';
import {onnxRuntimeWeb} from './peers/onnxruntime_web.js';

/** Of layers. The first one's `ours` is what the columns of the WebAssembly core are about. */
export const COMPARISONS = {
  wasm: {title: 'wasm', ours: ours.wasm.name, against: [builtin.wasm.name, onnxRuntimeWeb.name]},
  cpu: {title: 'cpu', ours: ours.cpu.name, against: [builtin.cpu.name]},
  native: {title: 'native', ours: ours.wasm.name, against: [onnxRuntimeNode.name]},
} as const satisfies Record<string, Comparison>;

/** Of networks: the first is `accelerate('wasm')` on and off. */
export const NETWORK_COMPARISONS = {
  tfjs: {title: 'tfjs-wasm', ours: ours.wasm.name, against: [builtin.wasm.name]},
  onnx: {title: 'onnxruntime-web', ours: ours.wasm.name, against: [onnxRuntimeWeb.name]},
  native: {title: 'native', ours: ours.wasm.name, against: [onnxRuntimeNode.name]},
} as const satisfies Record<string, Comparison>;

/** Of separable convolutions, with OpenCV. */
export const SEPARABLE_COMPARISONS: readonly Comparison[] = Object.values(ours).flatMap(runtime =>
  separableComparisons(runtime, OPENCV),
);

/** Whose times the table of separable convolutions shows. */
export const SEPARABLE_TIMES: readonly string[] = [...SEPARABLE_COMPARISONS.map(({ours}) => ours), OPENCV];
