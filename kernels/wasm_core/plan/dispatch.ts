import {KERNEL} from '../generated/layout.js';
import {ALL} from './conv_plan.js';
import {writeOnePlan, writePlans} from './encoding.js';
import type {Operands, PlanWords, ScratchBytes} from './encoding.js';
import {paysToWake} from './worth_sharing.js';
import {runTask} from '../runtime/thread_pool.js';
import type {FftAlgorithm} from '../algorithms/fft_cost.js';
import {WINOGRAD_SHARE} from '../algorithms/winograd_cost.js';
import type {TileSize} from '../algorithms/winograd_cost.js';
import {lineShare} from '../algorithms/winograd_line_cost.js';
import type {Line, LineTaps} from '../algorithms/winograd_line_cost.js';
import type {CoreExports} from '../runtime/exports.js';
import {release} from '../call.js';
import type {Call} from '../types.js';

/*
 * The kernels of the core that compute a plan by blocks, which threads may share.
 */

export interface BlockKernel extends ScratchBytes {
  /** Its number, and what threads call it with (assembly/shared/thread_pool.ts). */
  readonly kernel: number;
  readonly size: number;
  readonly streamed: number;
  /** What it multiplies over what the definition does. */
  readonly share: number;
  /** Computes the blocks before `end`; false where the kernel does not, which only some may return. */
  readonly compute: (run: CoreExports, plan: number, end: number) => boolean | void;
}

/** By gathered blocks. */
export const GEMM: BlockKernel = {
  kernel: KERNEL.GEMM_FORWARD,
  size: 0,
  streamed: 0,
  share: 1,
  scratchBytes: (run, plan) => run.gemmScratchBytes(plan),
  compute: (run, plan, end) => run.gemmForward(plan, 0, end),
};

/** In place, for few channels or columns. */
export const GROUPED: BlockKernel = {
  kernel: KERNEL.GROUPED_FORWARD,
  size: 0,
  streamed: 0,
  share: 1,
  scratchBytes: (run, plan) => run.groupedScratchBytes(plan),
  compute: (run, plan, end) => run.groupedForward(plan, 0, end),
};

/** Every channel by itself. */
export const DEPTHWISE: BlockKernel = {
  kernel: KERNEL.DEPTHWISE_FORWARD,
  size: 0,
  streamed: 0,
  share: 1,
  scratchBytes: (run, plan) => run.depthwiseScratchBytes(plan),
  compute: (run, plan, end) => run.depthwiseForward(plan, 0, end),
};

const winograd = (size: TileSize, streamed: number): BlockKernel => ({
  kernel: KERNEL.WINOGRAD_FORWARD,
  size,
  streamed,
  share: WINOGRAD_SHARE[size],
  scratchBytes: (run, plan) => run.winogradScratchBytes(plan, size, streamed),
  compute: (run, plan, end) => run.winogradForward(plan, size, streamed, 0, end),
});

/** By tiles, by the names of the packed forms of the filter. */
export const WINOGRAD = {winograd2: winograd(2, 0), winograd4: winograd(4, 0), stream: winograd(4, 1)} as const;

const line = (axis: Line['axis'], taps: LineTaps): BlockKernel => ({
  kernel: KERNEL.WINOGRAD_LINE_FORWARD,
  size: axis,
  streamed: 0,
  share: lineShare(taps),
  scratchBytes: (run, plan) => run.winogradLineScratchBytes(plan, axis),
  compute: (run, plan, end) => run.winogradLineForward(plan, axis, 0, end),
});

const lines = (axis: Line['axis']): {readonly [T in LineTaps]: BlockKernel} => ({
  2: line(axis, 2),
  3: line(axis, 3),
  4: line(axis, 4),
  5: line(axis, 5),
});

/** By tiles along an axis, by the number of its taps. */
export const WINOGRAD_LINE: {readonly [A in Line['axis']]: {readonly [T in LineTaps]: BlockKernel}} = {
  0: lines(0),
  1: lines(1),
  2: lines(2),
};

type FftKernels = {readonly [A in FftAlgorithm]: Omit<BlockKernel, 'share'>};

const FFT = {
  dense: {
    kernel: KERNEL.FFT_DENSE_FORWARD,
    size: 0,
    streamed: 0,
    scratchBytes: (run, plan) => run.fftDenseScratchBytes(plan),
    compute: (run, plan, end) => run.fftDenseForward(plan, 0, end),
  },
  channels: {
    kernel: KERNEL.FFT_CHANNELS_FORWARD,
    size: 0,
    streamed: 0,
    scratchBytes: (run, plan) => run.fftChannelsScratchBytes(plan),
    compute: (run, plan, end) => run.fftChannelsForward(plan, 0, end),
  },
} as const satisfies FftKernels;

/** By tiles that a Fourier transform computes. `share` is its part of the multiplications of the definition. */
export const fftKernel = (algorithm: FftAlgorithm, share: number): BlockKernel => ({...FFT[algorithm], share});

/** The filter's gradient: by gathered blocks. */
export const GEMM_GRADIENT: BlockKernel = {
  kernel: KERNEL.GEMM_BACKPROP_FILTER,
  size: 0,
  streamed: 0,
  share: 1,
  scratchBytes: (run, plan) => run.gemmBackpropFilterScratchBytes(plan),
  compute: (run, plan, end) => run.gemmBackpropFilter(plan, 0, end),
};

/** For few channels or columns. */
export const GROUPED_GRADIENT: BlockKernel = {
  kernel: KERNEL.GROUPED_BACKPROP_FILTER,
  size: 0,
  streamed: 0,
  share: 1,
  scratchBytes: (run, plan) => run.groupedBackpropFilterScratchBytes(plan),
  compute: (run, plan, end) => run.groupedBackpropFilter(plan, 0, end),
};

/** Every channel by itself, added to what is there. */
export const DEPTHWISE_GRADIENT: BlockKernel = {
  kernel: KERNEL.DEPTHWISE_BACKPROP_FILTER,
  size: 0,
  streamed: 0,
  share: 1,
  scratchBytes: () => 0,
  compute: (run, plan, end) => run.depthwiseBackpropFilter(plan, 0, end),
};

const winogradGradient = (size: TileSize): BlockKernel => ({
  kernel: KERNEL.WINOGRAD_BACKPROP_FILTER,
  size,
  streamed: 0,
  share: WINOGRAD_SHARE[size],
  scratchBytes: (run, plan) => run.winogradBackpropFilterScratchBytes(plan, size),
  compute: (run, plan, end) => run.winogradBackpropFilter(plan, size, 0, end) !== 0,
});

/** By tiles of a size; not where a result is not finite, or dwarfs others. */
export const WINOGRAD_GRADIENT: {readonly [S in TileSize]: BlockKernel} = {
  2: winogradGradient(2),
  4: winogradGradient(4),
};

const FFT_GRADIENT = {
  dense: {
    kernel: KERNEL.FFT_DENSE_BACKPROP_FILTER,
    size: 0,
    streamed: 0,
    scratchBytes: (run, plan) => run.fftDenseGradientBytes(plan),
    compute: (run, plan, end) => run.fftDenseBackpropFilter(plan, 0, end) !== 0,
  },
  channels: {
    kernel: KERNEL.FFT_CHANNELS_BACKPROP_FILTER,
    size: 0,
    streamed: 0,
    scratchBytes: (run, plan) => run.fftChannelsGradientBytes(plan),
    compute: (run, plan, end) => run.fftChannelsBackpropFilter(plan, 0, end) !== 0,
  },
} as const satisfies FftKernels;

/** By tiles that a Fourier transform computes; not where a result is not finite, or too small. */
export const fftGradientKernel = (algorithm: FftAlgorithm, share: number): BlockKernel => ({
  ...FFT_GRADIENT[algorithm],
  share,
});

/** Computes a plan, together with the threads of the core where that pays; returns whether the kernel does. */
export function computePlan(call: Call, plan: PlanWords, operands: Operands, kernel: BlockKernel): boolean {
  const {
    core: {run, threadPool},
    scratch: {length: mark},
  } = call;
  let computed: boolean;
  const multiplications = plan.multiplications * kernel.share;
  if (threadPool !== null && paysToWake(multiplications) && threadPool.start()) {
    const written = writePlans(call, plan, operands, threadPool.threads, kernel);
    computed = runTask(run, threadPool, {...kernel, ...written}, multiplications);
  } else {
    computed = kernel.compute(run, writeOnePlan(call, plan, operands, kernel), ALL) !== false;
  }
  release(call, mark);
  return computed;
}
