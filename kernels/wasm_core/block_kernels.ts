import type {Core, CoreExports} from './core.js';
import {ALL} from './plan.js';
import {withPlan, withPlans} from './plan_words.js';
import type {Operands, PlanWords} from './plan_words.js';
import {lead} from './team.js';
import type {TileSize} from './winograd_choice.js';

/*
 * The kernels of the core that compute a plan by blocks, which threads may share.
 */

export interface BlockKernel {
  /** Its number in assembly/team.ts, and what that calls it with. */
  readonly number: number;
  readonly size: number;
  readonly streamed: number;
  readonly scratchBytes: (run: CoreExports, plan: number) => number;
  /** Computes the blocks before `end`. */
  readonly compute: (run: CoreExports, plan: number, end: number) => void;
}

/** By gathered blocks. */
export const GEMM: BlockKernel = {
  number: 0, size: 0, streamed: 0,
  scratchBytes: (run, plan) => run.scratchBytes(plan),
  compute: (run, plan, end) => run.convolve(plan, 0, end),
};

/** In place, for few channels or columns. */
export const GROUPED: BlockKernel = {
  number: 1, size: 0, streamed: 0,
  scratchBytes: (run, plan) => run.groupedScratchBytes(plan),
  compute: (run, plan, end) => run.grouped(plan, 0, end),
};

/** Every channel by itself. */
export const DEPTHWISE: BlockKernel = {
  number: 2, size: 0, streamed: 0,
  scratchBytes: (run, plan) => run.depthwiseScratchBytes(plan),
  compute: (run, plan, end) => run.depthwise(plan, 0, end),
};

const winograd = (size: TileSize, streamed: number): BlockKernel => ({
  number: 3, size, streamed,
  scratchBytes: (run, plan) => run.winogradScratchBytes(plan, size, streamed),
  compute: (run, plan, end) => run.winograd(plan, size, streamed, 0, end),
});

/** By tiles, by the names of the packed forms of the filter. */
export const WINOGRAD = {winograd2: winograd(2, 0), winograd4: winograd(4, 0), stream: winograd(4, 1)} as const;

/** Multiplications below which waking threads is not worth it: some 50 microseconds of one thread. */
const TEAM_MULTIPLICATIONS = 2 ** 20;

/** Computes a plan, together with the threads of the core where that pays. */
export function computePlan(core: Core, plan: PlanWords, operands: Operands, kernel: BlockKernel): void {
  const {run, team} = core;
  const scratchBytes = (at: number): number => kernel.scratchBytes(run, at);
  if (team !== null && plan.multiplications >= TEAM_MULTIPLICATIONS) {
    const {number, size, streamed} = kernel;
    withPlans(core, plan, operands, team.members, scratchBytes,
        (plans, planStep) => lead(run, team, {number, size, streamed, plans, planStep}));
  } else {
    withPlan(core, plan, operands, scratchBytes, at => kernel.compute(run, at, ALL));
  }
}
