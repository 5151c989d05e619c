import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import {OUR_OPS} from './our_ops.js';
import {BUILTIN_OPS, onBackend} from './tfjs.js';
import type {BackendPeer, LayerOps} from './tfjs.js';

/** The backends that are measured wherever they run: in Node and in pages. */
const BACKENDS = ['wasm', 'cpu'] as const;
type Backend = (typeof BACKENDS)[number];

const onEach = (prefix: string, ops: LayerOps) =>
  Object.fromEntries(BACKENDS.map(backend => [backend, onBackend(`${prefix}${backend}`, backend, ops)])) as Readonly<
    Record<Backend, BackendPeer>
  >;

/** Our kernels: on wasm in place on its memory, on cpu with operands copied in and out. */
export const ours = onEach('tfjs-conv/', OUR_OPS);

/** The built-in kernels of tfjs-backend-wasm (XNNPACK, SIMD) and tfjs-backend-cpu. */
export const builtin = onEach('tfjs-', BUILTIN_OPS);
