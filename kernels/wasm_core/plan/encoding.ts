import type {AxisTaps} from '../../../src/geometry/taps.js';
import {withMemory} from '../runtime/heap.js';
import {ACTIVATION_NUMBERS, blocking, F32, isDense, tapCount, withJoinedBatch} from './conv_plan.js';
import type {ConvPlan, Epilogue} from './conv_plan.js';
import type {Core} from '../types.js';

/*
 * Plans as the core reads them: structures of 32-bit words (see assembly/common/plan.ts, whose order of fields this is).
 */

/** Where the words stand that a call writes, and how many words the structures have. */
const [SOURCE, RESULT, FILTER, BIAS, ACTIVATION, SLOPES, SLOPE_STEP, SCRATCH] = [6, 12, 17, 18, 19, 20, 21, 22];
const [CONV_WORDS, AXIS_WORDS] = [28, 6];
/** The words that are addresses of lists of taps: in a plan, and in an axis. */
const [LIST, AXIS_LIST] = [27, 4];

/** The words of a plan that stands at address 0, with images there too; made once and copied at every call. */
export interface PlanWords {
  readonly words: Int32Array;
  /** Which words are addresses within the plan. */
  readonly addresses: readonly number[];
  /** How many multiplications it is, by the definition. */
  readonly multiplications: number;
}

/** Words of an axis, with its taps. */
const axisWords = ({source}: AxisTaps): number => AXIS_WORDS + source.length;

/** Writes an axis to the words of a plan, where it begins at word `at`. */
function writeAxis(words: Int32Array, at: number, axis: AxisTaps): void {
  const taps = at + AXIS_WORDS;
  words.set([axis.count, axis.sourceSize, axis.sourceStep, axis.source.length, taps * 4, Number(isDense(axis))], at);
  words.set(axis.source, taps);
}

/** The words of a plan. Lists are not spread, which is slow where it is interpreted: this runs in a layer's first call. */
export function planWords(conv: ConvPlan): PlanWords {
  const {plan, batch, groups, channels, columns, source, result} = withJoinedBatch(conv);
  const {pointwise, rows, lines} = blocking(conv);
  const {taps = []} = conv;
  const [depth, height, width] = plan;
  const [sources, results] = [source.spatial, result.spatial];
  const atHeight = CONV_WORDS + axisWords(depth);
  const atWidth = atHeight + axisWords(height);
  const atTaps = atWidth + axisWords(width);
  const start = depth.start * results[0] + height.start * results[1] + width.start * results[2];
  const words = new Int32Array(atTaps + taps.length);
  words.set([
    batch,
    groups,
    CONV_WORDS * 4,
    atHeight * 4,
    atWidth * 4,
    channels,
    0,
    source.batch,
    sources[0],
    sources[1],
    sources[2],
    columns,
    start,
    result.batch,
    depth.step * results[0],
    height.step * results[1],
    width.step * results[2],
    0,
    0,
    0,
    0,
    0,
    0,
    Number(pointwise),
    rows,
    lines,
    1,
    atTaps * 4,
  ]);
  writeAxis(words, CONV_WORDS, depth);
  writeAxis(words, atHeight, height);
  writeAxis(words, atWidth, width);
  words.set(taps, atTaps);
  return {
    words,
    addresses: [2, 3, 4, LIST, CONV_WORDS + AXIS_LIST, atHeight + AXIS_LIST, atWidth + AXIS_LIST],
    multiplications: batch * depth.count * height.count * width.count * tapCount(plan) * groups * channels * columns,
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
  {words, addresses}: PlanWords,
  core: Core,
  pointer: number,
  {source, result, filter, epilogue}: Operands,
): void {
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
  core: Core,
  plan: PlanWords,
  operands: Operands,
  scratchBytes: (pointer: number) => number,
  use: (pointer: number) => T,
): T {
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
  core: Core,
  plan: PlanWords,
  operands: Operands,
  copies: number,
  scratchBytes: (pointer: number) => number,
  use: (first: number, step: number) => T,
): T {
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
