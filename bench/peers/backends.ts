import {BACKENDS} from './list.js';
import {OUR_OPS} from './our_ops.js';
import {BUILTIN_OPS, onBackend} from './tfjs.js';
import type {BackendPeer, LayerOps} from './tfjs.js';

type Backend = (typeof BACKENDS)[number];

const onEach = (prefix: string, ops: LayerOps) =>
  Object.fromEntries(BACKENDS.map(backend => [backend, onBackend(`${prefix}${backend}`, backend, ops)])) as Readonly<
    Record<Backend, BackendPeer>
  >;

/** Our kernels: on wasm in place on its memory, on cpu with operands copied in and out. */
export const ours = onEach('tfjs-conv/', OUR_OPS);

/** The built-in kernels of tfjs-backend-wasm (XNNPACK, SIMD) and tfjs-backend-cpu. */
export const builtin = onEach('tfjs-', BUILTIN_OPS);
