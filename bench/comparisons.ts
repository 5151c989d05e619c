import type {Comparison} from './compare.js';
import {separableComparisons} from './measure_separable.js';
import {builtin, ours} from './peers/backends.js';
import {jaxWasm} from './peers/jax.js';
import {OPENCV} from './peers/opencv.js';
import {onnxRuntimeNode} from './peers/onnxruntime_node.js';
import {onnxRuntimeWeb} from './peers/onnxruntime_web.js';

/** Of each backend: ours against the built-in kernels. */
const onBackends: Record<string, Comparison> = Object.fromEntries(
  Object.values(ours).map((runtime, i) => [
    runtime.name,
    {title: runtime.name, ours: runtime.name, against: [Object.values(builtin)[i].name]},
  ]),
);
const {[ours.wasm.name]: onWasm, [ours.cpu.name]: onCpu, ...others} = onBackends;

/** Of layers. The first one's `ours` is what the columns of the WebAssembly core are about. */
export const COMPARISONS = {
  wasm: {...onWasm, title: 'wasm', against: [...onWasm.against, onnxRuntimeWeb.name]},
  cpu: {...onCpu, title: 'cpu'},
  native: {title: 'native', ours: ours.wasm.name, against: [onnxRuntimeNode.name]},
  jax: {title: 'jax-js', ours: ours.wasm.name, against: [jaxWasm.name]},
  ...others,
} as const satisfies Record<string, Comparison>;

/** Of networks: the first is `accelerate('wasm')` on and off. */
export const NETWORK_COMPARISONS = {
  tfjs: {title: 'tfjs-wasm', ours: ours.wasm.name, against: [builtin.wasm.name]},
  onnx: {title: 'onnxruntime-web', ours: ours.wasm.name, against: [onnxRuntimeWeb.name]},
  native: {title: 'native', ours: ours.wasm.name, against: [onnxRuntimeNode.name]},
} as const satisfies Record<string, Comparison>;

/** Of models that npm packages ship: an unchanged package, with ours and without. */
export const MODEL_COMPARISONS = {tfjs: NETWORK_COMPARISONS.tfjs} as const satisfies Record<string, Comparison>;

/** Of separable convolutions, with OpenCV. */
export const SEPARABLE_COMPARISONS: readonly Comparison[] = Object.values(ours).flatMap(runtime =>
  separableComparisons(runtime, OPENCV),
);

/** Whose times the table of separable convolutions shows. */
export const SEPARABLE_TIMES: readonly string[] = [...SEPARABLE_COMPARISONS.map(({ours}) => ours), OPENCV];
