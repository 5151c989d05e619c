/** In place of kernels/wasm_core/generated/binaries.ts for TFJS_CONV_TEST_SIMD=strict: the binary without relaxed SIMD, twice. */
import {BINARIES as BOTH} from '../../../kernels/wasm_core/generated/binaries';

export const BINARIES = {relaxedSimd: BOTH.simd, simd: BOTH.simd};
