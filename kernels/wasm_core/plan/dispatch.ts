import {ALL} from './conv_plan.js';
import {withPlan, withPlans} from './encoding.js';
import type {Operands, PlanWords} from './encoding.js';
import {lead} from '../runtime/thread_pool.js';
import type {TileSize} from '../algorithms/winograd_cost.js';
import type {CoreExports} from '../runtime/exports.js';
import type {Core} from '../types.js';

/*
 * The kernels of the core that compute a plan by blocks, which threads may share.
 */

export interface BlockKernel {
  /** Its number in assembly/threads/thread_pool.ts, and what that calls it with. */
  readonly number: number;
  readonly size: number;
  readonly streamed: number;
  readonly scratchBytes: (run: CoreExports, plan: number) => number;
  /** Computes the blocks before `end`; returns whether the kernel does, which only some do not always. */
  readonly compute: (run: CoreExports, plan: number, end: number) => boolean;
}

/** Of a kernel that computes everything. */
const always =
  (compute: (run: CoreExports, plan: number, end: number) => void): BlockKernel['compute'] =>
  (run, plan, end) => {
    compute(run, plan, end);
    return true;
  };

/** By gathered blocks. */
export const GEMM: BlockKernel = {
  number: 0,
  size: 0,
  streamed: 0,
  scratchBytes: (run, plan) => run.scratchBytes(plan),
  compute: always((run, plan, end) => run.convolve(plan, 0, end)),
};

/** In place, for few channels or columns. */
export const GROUPED: BlockKernel = {
  number: 1,
  size: 0,
  streamed: 0,
  scratchBytes: (run, plan) => run.groupedScratchBytes(plan),
  compute: always((run, plan, end) => run.grouped(plan, 0, end)),
};

/** Every channel by itself. */
export const DEPTHWISE: BlockKernel = {
  number: 2,
  size: 0,
  streamed: 0,
  scratchBytes: (run, plan) => run.depthwiseScratchBytes(plan),
  compute: always((run, plan, end) => run.depthwise(plan, 0, end)),
};

const winograd = (size: TileSize, streamed: number): BlockKernel => ({
  number: 3,
  size,
  streamed,
  scratchBytes: (run, plan) => run.winogradScratchBytes(plan, size, streamed),
  compute: always((run, plan, end) => run.winograd(plan, size, streamed, 0, end)),
});

/** By tiles, by the names of the packed forms of the filter. */
export const WINOGRAD = {winograd2: winograd(2, 0), winograd4: winograd(4, 0), stream: winograd(4, 1)} as const;

/** The filter's gradient: by gathered blocks. */
export const GEMM_GRADIENT: BlockKernel = {
  number: 4,
  size: 0,
  streamed: 0,
  scratchBytes: (run, plan) => run.backpropFilterScratchBytes(plan),
  compute: always((run, plan, end) => run.backpropFilter(plan, 0, end)),
};

/** For few channels or columns. */
export const GROUPED_GRADIENT: BlockKernel = {
  number: 5,
  size: 0,
  streamed: 0,
  scratchBytes: (run, plan) => run.groupedBackpropFilterScratchBytes(plan),
  compute: always((run, plan, end) => run.groupedBackpropFilter(plan, 0, end)),
};

/** Every channel by itself, added to what is there. */
export const DEPTHWISE_GRADIENT: BlockKernel = {
  number: 6,
  size: 0,
  streamed: 0,
  scratchBytes: () => 0,
  compute: always((run, plan, end) => run.depthwiseBackpropFilter(plan, 0, end)),
};

const winogradGradient = (size: TileSize): BlockKernel => ({
  number: 7,
  size,
  streamed: 0,
  scratchBytes: (run, plan) => run.winogradBackpropFilterScratchBytes(plan, size),
  compute: (run, plan, end) => run.winogradBackpropFilter(plan, size, 0, end) !== 0,
});

/** By tiles of a size; not where a result is not finite, or dwarfs others. */
export const WINOGRAD_GRADIENT: {readonly [S in TileSize]: BlockKernel} = {
  2: winogradGradient(2),
  4: winogradGradient(4),
};

/** Multiplications below which waking threads is not worth it: some 50 microseconds of one thread. */
const TEAM_MULTIPLICATIONS = 2 ** 20;

/** Computes a plan, together with the threads of the core where that pays; returns whether the kernel does. */
export function computePlan(core: Core, plan: PlanWords, operands: Operands, kernel: BlockKernel): boolean {
  const {run, team} = core;
  const scratchBytes = (at: number): number => kernel.scratchBytes(run, at);
  if (team !== null && plan.multiplications >= TEAM_MULTIPLICATIONS) {
    const {number, size, streamed} = kernel;
    return withPlans(core, plan, operands, team.members, scratchBytes, (plans, planStep) =>
      lead(run, team, {number, size, streamed, plans, planStep}),
    );
  }
  return withPlan(core, plan, operands, scratchBytes, at => kernel.compute(run, at, ALL));
}
