import {product} from '../../src/geometry/conv.js';
import type {Core} from './core.js';
import {withMemory} from './memory.js';
import {ACTIVATION_NUMBERS, blocking, F32, isDense, tapCount, withJoinedBatch} from './plan.js';
import type {ConvPlan, Epilogue} from './plan.js';

/*
 * Plans as the core reads them: structures of 32-bit words (see assembly/plan.ts, whose order of fields this is).
 */

/** Where the words stand that a call writes, and how many words the structures have. */
const [SOURCE, RESULT, FILTER, BIAS, ACTIVATION, SLOPES, SLOPE_STEP, SCRATCH] = [6, 12, 17, 18, 19, 20, 21, 22];
const [CONV_WORDS, AXIS_WORDS] = [28, 6];
/** The word that is the address of the list of taps. */
const LIST = 27;

/** The words of a plan that stands at address 0, with images there too; made once and copied at every call. */
export interface PlanWords {
  readonly words: Int32Array;
  /** Which words are addresses within the plan. */
  readonly addresses: readonly number[];
  /** How many multiplications it is, by the definition. */
  readonly multiplications: number;
}

/** The words of a plan. */
export function planWords(conv: ConvPlan): PlanWords {
  const {plan, batch, groups, channels, columns, source, result} = withJoinedBatch(conv);
  const {pointwise, rows, lines} = blocking(conv);
  const {taps = []} = conv;
  const [depth, height, width] = plan;
  let at = CONV_WORDS;
  const axes = plan.map(axis => {
    const start = at;
    at += AXIS_WORDS + axis.source.length;
    return start;
  });
  const start = depth.start * result.spatial[0] + height.start * result.spatial[1] + width.start * result.spatial[2];
  const words = [
    batch, groups, ...axes.map(axis => axis * 4),
    channels, 0, source.batch, ...source.spatial,
    columns, start, result.batch,
    depth.step * result.spatial[0], height.step * result.spatial[1], width.step * result.spatial[2],
    0, 0, 0, 0, 0, 0, Number(pointwise), rows, lines, 1, at * 4,
    ...plan.flatMap((axis, a) => [
      axis.count, axis.sourceSize, axis.sourceStep, axis.source.length, (axes[a] + AXIS_WORDS) * 4,
      Number(isDense(axis)), ...axis.source,
    ]),
    ...taps,
  ];
  return {
    words: new Int32Array(words), addresses: [2, 3, 4, LIST, ...axes.map(axis => axis + 4)],
    multiplications: batch * product(plan.map(({count}) => count)) * tapCount(plan) * groups * channels * columns,
  };
}

/** What a call adds to a plan: addresses (of images, of their first value) and the epilogue. */
export interface Operands {
  readonly source: number;
  readonly result: number;
  /** As the kernel reads it, packed. */
  readonly filter: number;
  readonly epilogue: Epilogue;
}

/** Writes a plan to an address of the memory. */
function writePlan(
    {words, addresses}: PlanWords, core: Core, pointer: number, {source, result, filter, epilogue}: Operands): void {
  const memory = core.words(pointer + words.length * 4);
  const plan = pointer / 4;
  memory.set(words, plan);
  for (let i = 0; i < addresses.length; i++) memory[plan + addresses[i]] += pointer;
  memory[plan + SOURCE] = source;
  memory[plan + RESULT] += result;
  memory[plan + FILTER] = filter;
  memory[plan + BIAS] = epilogue.bias;
  memory[plan + ACTIVATION] = ACTIVATION_NUMBERS[epilogue.activation];
  memory[plan + SLOPES] = epilogue.slopes;
  memory[plan + SLOPE_STEP] = epilogue.slopePerChannel ? F32 : 0;
}

/** Runs `use` with a plan in memory, which has the scratch memory that `scratchBytes` says it needs. */
export function withPlan<T>(
    core: Core, plan: PlanWords, operands: Operands, scratchBytes: (pointer: number) => number,
    use: (pointer: number) => T): T {
  const bytes = plan.words.length * 4;
  return withMemory(core.heap, bytes, pointer => {
    writePlan(plan, core, pointer, operands);
    return withMemory(core.heap, scratchBytes(pointer), scratch => {
      core.words(pointer + bytes)[pointer / 4 + SCRATCH] = scratch;
      return use(pointer);
    });
  });
}

/** Distance of what threads write, in bytes: cache lines of their own. */
const APART = 128;

const roundUp = (bytes: number): number => Math.ceil(bytes / APART) * APART;

/**
 * Runs `use` with as many copies of a plan in memory, each of which has scratch memory of its own: the address of the
 * first, and the bytes from one to the next.
 */
export function withPlans<T>(
    core: Core, plan: PlanWords, operands: Operands, copies: number, scratchBytes: (pointer: number) => number,
    use: (first: number, step: number) => T): T {
  const step = roundUp(plan.words.length * 4);
  return withMemory(core.heap, copies * step, first => {
    for (let i = 0; i < copies; i++) writePlan(plan, core, first + i * step, operands);
    const bytes = roundUp(scratchBytes(first));
    return withMemory(core.heap, copies * bytes, scratch => {
      const words = core.words(first + copies * step);
      for (let i = 0; i < copies; i++) words[(first + i * step) / 4 + SCRATCH] = scratch + i * bytes;
      return use(first, step);
    });
  });
}
