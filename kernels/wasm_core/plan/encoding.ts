import {roundUp} from '../../../src/geometry/round_up.js';
import {APART, AXIS, AXIS_WORDS, CONV, CONV_WORDS} from '../generated/layout.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';
import {ACTIVATION_NUMBERS, blocking, F32, isDense, NO_EPILOGUE, tapCount, withJoinedBatch} from './conv_plan.js';
import type {ConvPlan, Epilogue} from './conv_plan.js';
import {allocate, openCall, release} from '../call.js';
import type {CoreExports} from '../runtime/exports.js';
import type {Call, Core, Device} from '../types.js';

/*
 * Plans as the core reads them: structures of 32-bit words (assembly/shared/plan.ts), each axis followed by the sources
 * of its taps.
 */

/** Bytes of memory that one thread writes, up to that of the next one. */
const apart = (bytes: number): number => roundUp(bytes, APART);

/** The words of a plan at address 0, with images there too; made once and copied at every call. */
export interface PlanWords {
  readonly words: Int32Array;
  /** Which words are addresses within the plan. */
  readonly addresses: readonly number[];
  /** How many multiplications it is, by the definition. */
  readonly multiplications: number;
  /** Bytes of memory for it, a multiple of what threads write apart. */
  readonly bytes: number;
  readonly kept: Kept;
}

/** What calls find out about a plan and leave to the next one. */
interface Kept {
  /** The words with the addresses of a plan at `pointer`. */
  readonly words: Int32Array;
  pointer: number;
  /** The kernel that it was computed by last, and the scratch memory that this needs. */
  kernel: ScratchBytes | null;
  scratchBytes: number;
}

/** Words as a plan: not called yet. */
export const asPlan = (plan: Pick<PlanWords, 'words' | 'addresses' | 'multiplications'>): PlanWords => ({
  ...plan,
  bytes: apart(plan.words.length * 4),
  kept: {words: new Int32Array(plan.words.length), pointer: NaN, kernel: null, scratchBytes: 0},
});

/** Words of an axis, with its taps. */
const axisWords = ({source}: AxisTaps): number => AXIS_WORDS + source.length;

/** Writes an axis to the words of a plan, where it begins at word `at`. */
function writeAxis(words: Int32Array, at: number, axis: AxisTaps): void {
  const taps = at + AXIS_WORDS;
  words[at + AXIS.count] = axis.count;
  words[at + AXIS.sourceSize] = axis.sourceSize;
  words[at + AXIS.sourceStep] = axis.sourceStep;
  words[at + AXIS.taps] = axis.source.length;
  words[at + AXIS.source] = taps * 4;
  words[at + AXIS.dense] = Number(isDense(axis));
  words.set(axis.source, taps);
}

/** The words of a plan; those that a call adds are 0. */
export function planWords(conv: ConvPlan): PlanWords {
  const {plan, batch, groups, groupInChannels, groupOutChannels, source, result} = withJoinedBatch(conv);
  const {pointwise, rows, lines} = blocking(conv);
  const {taps = []} = conv;
  const [depth, height, width] = plan;
  const [sources, results] = [source.spatial, result.spatial];
  const atDepth = CONV_WORDS;
  const atHeight = atDepth + axisWords(depth);
  const atWidth = atHeight + axisWords(height);
  const atTaps = atWidth + axisWords(width);
  const words = new Int32Array(atTaps + taps.length);
  words[CONV.batch] = batch;
  words[CONV.groups] = groups;
  words[CONV.depth] = atDepth * 4;
  words[CONV.height] = atHeight * 4;
  words[CONV.width] = atWidth * 4;
  words[CONV.groupInChannels] = groupInChannels;
  words[CONV.sourceBatch] = source.batch;
  words[CONV.sourceDepth] = sources[0];
  words[CONV.sourceHeight] = sources[1];
  words[CONV.sourcePixel] = sources[2];
  words[CONV.groupOutChannels] = groupOutChannels;
  words[CONV.result] = depth.start * results[0] + height.start * results[1] + width.start * results[2];
  words[CONV.resultBatch] = result.batch;
  words[CONV.resultDepth] = depth.step * results[0];
  words[CONV.resultHeight] = height.step * results[1];
  words[CONV.resultPixel] = width.step * results[2];
  words[CONV.pointwise] = Number(pointwise);
  words[CONV.blockRows] = rows;
  words[CONV.blockLines] = lines;
  words[CONV.parts] = 1;
  words[CONV.list] = atTaps * 4;
  writeAxis(words, atDepth, depth);
  writeAxis(words, atHeight, height);
  writeAxis(words, atWidth, width);
  words.set(taps, atTaps);
  return asPlan({
    words,
    addresses: [
      CONV.depth,
      CONV.height,
      CONV.width,
      CONV.list,
      atDepth + AXIS.source,
      atHeight + AXIS.source,
      atWidth + AXIS.source,
    ],
    multiplications:
      batch * depth.count * height.count * width.count * tapCount(plan) * groups * groupInChannels * groupOutChannels,
  });
}

/** What a call adds to a plan: addresses (of images, of their first value) and the epilogue. */
export interface Operands {
  readonly source: number;
  readonly result: number;
  /** As the kernel reads it, packed. */
  readonly filter: number;
  readonly epilogue: Epilogue;
  /** The tables of Fourier transforms. Default none. */
  readonly tables?: number;
  /** The power of two that a filter's gradient by Fourier transforms divides dy by. Default 0. */
  readonly exponent?: number;
}

/** Writes a plan to an address of the memory. */
export function writePlan(
  plan: PlanWords,
  core: Core,
  pointer: number,
  {source, result, filter, epilogue, tables = 0, exponent = 0}: Operands,
  scratch: number,
): void {
  const {words, addresses, kept} = plan;
  if (kept.pointer !== pointer) {
    kept.words.set(words);
    for (let i = 0; i < addresses.length; i++) kept.words[addresses[i]] += pointer;
    kept.pointer = pointer;
  }
  const memory = core.words(pointer + words.length * 4);
  const at = pointer / 4;
  memory.set(kept.words, at);
  memory[at + CONV.source] = source;
  memory[at + CONV.result] += result;
  memory[at + CONV.filter] = filter;
  memory[at + CONV.bias] = epilogue.bias;
  memory[at + CONV.activation] = ACTIVATION_NUMBERS[epilogue.activation];
  memory[at + CONV.slopes] = epilogue.slopes;
  memory[at + CONV.slopeStep] = epilogue.slopePerChannel ? F32 : 0;
  memory[at + CONV.scratch] = scratch;
  memory[at + CONV.tables] = tables;
  memory[at + CONV.exponent] = exponent;
}

/** Plans in memory: the address of the first, and the bytes from one to the next. */
export interface WrittenPlans {
  readonly plans: number;
  readonly planStep: number;
}

/** What a kernel needs beside its plan: the bytes of scratch memory, by a plan in the memory without operands. */
export interface ScratchBytes {
  readonly scratchBytes: (run: CoreExports, pointer: number) => number;
}

const NO_OPERANDS: Operands = {source: 0, result: 0, filter: 0, epilogue: NO_EPILOGUE};

/** Asks for the scratch memory that a kernel needs for a plan, once as long as no other kernel computes it. */
function askScratchBytes(call: Call, plan: PlanWords, kernel: ScratchBytes): void {
  const {kept} = plan;
  const {length: mark} = call.scratch;
  const pointer = allocate(call, plan.words.length * 4);
  writePlan(plan, call.core, pointer, NO_OPERANDS, 0);
  const bytes = kernel.scratchBytes(call.core.run, pointer);
  release(call, mark);
  kept.kernel = kernel;
  kept.scratchBytes = bytes;
}

/** Writes a plan for the calling thread, with its scratch memory behind it; valid until the call releases it. */
export function writeOnePlan(call: Call, plan: PlanWords, operands: Operands, kernel: ScratchBytes): number {
  const {bytes, kept} = plan;
  if (kept.kernel !== kernel) askScratchBytes(call, plan, kernel);
  const pointer = allocate(call, bytes + kept.scratchBytes);
  writePlan(plan, call.core, pointer, operands, pointer + bytes);
  return pointer;
}

/** Bytes for the plans of calls that compute nothing else, one after the other. */
const SLOT_BYTES = 32 * 1024;

const slots = new WeakMap<Core, number>();

/** Where such a call writes its plan, with its scratch memory behind it; 0 where these are too large. */
export function planSlot(device: Device, plan: PlanWords, kernel: ScratchBytes): number {
  const {bytes, kept} = plan;
  if (kept.kernel !== kernel) askScratchBytes(openCall(device), plan, kernel);
  if (bytes + kept.scratchBytes > SLOT_BYTES) return 0;
  const {core} = device;
  const slot = slots.get(core) ?? core.heap.malloc(SLOT_BYTES);
  slots.set(core, slot);
  return slot;
}

/** Writes a plan once for each of `threads`, with scratch memory for each; valid until the call releases it. */
export function writePlans(
  call: Call,
  plan: PlanWords,
  operands: Operands,
  threads: number,
  kernel: ScratchBytes,
): WrittenPlans {
  const {bytes: planStep, kept} = plan;
  if (kept.kernel !== kernel) askScratchBytes(call, plan, kernel);
  const bytes = apart(kept.scratchBytes);
  const plans = allocate(call, threads * (planStep + bytes));
  const scratch = plans + threads * planStep;
  for (let i = 0; i < threads; i++) writePlan(plan, call.core, plans + i * planStep, operands, scratch + i * bytes);
  return {plans, planStep};
}
