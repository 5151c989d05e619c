import {product, spatialSizes, xShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardPlans, filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import type {Core} from './core.js';
import type {ImageKernel} from './layout.js';
import {withMemory} from './memory.js';
import type {FilterCache} from './packed_filters.js';
import {ACTIVATION_NUMBERS, ascending, F32, planBytes, planWords, xImage, yImage} from './plan.js';
import type {ConvPlan, Epilogue} from './plan.js';

/** What the kernels run on: the core, and the packed filters in its memory. */
export interface Device {
  readonly core: Core;
  readonly filters: FilterCache;
}

/** A filter: what stands for its values in the cache, and those values in the core's memory when they are packed. */
export interface Filter {
  readonly key: object;
  readonly withPointer: (use: (pointer: number) => void) => void;
}

/** Which of the filter's channels are summed over (the rows of its panels), and how it is packed. */
interface Direction {
  readonly name: 'forward' | 'backward';
  readonly channels: number;
  readonly columns: number;
  /** Strides of rows and columns in the filter, in bytes. */
  readonly row: number;
  readonly column: number;
}

function directions(g: ConvGeometry): {forward: Direction, backward: Direction} {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  return {
    forward: {name: 'forward', channels, columns, row: g.outChannels * F32, column: F32},
    backward: {name: 'backward', channels: columns, columns: channels, row: F32, column: g.outChannels * F32},
  };
}

/** The panels of all groups for the taps of a plan. */
function packedFilter(
    {core, filters}: Device, g: ConvGeometry, plan: TapPlan, {name, channels, columns, row, column}: Direction,
    filter: Filter): number {
  const taps = filterTaps(plan, g);
  const groupBytes = taps.length * channels * Math.ceil(columns / 4) * 4 * F32;
  const form = `${name} panels ${g.groups} ${taps.join()}`;
  return filters.get(filter.key, form, Math.max(1, g.groups * groupBytes), to => filter.withPointer(from => {
    withMemory(core.heap, taps.length * 4, parts => {
      new Int32Array(core.heap.memory.buffer, parts, taps.length).set(taps);
      const part = g.inChannels / g.groups * g.outChannels * F32;
      for (let group = 0; group < g.groups; group++) {
        const start = from + group * g.outChannels / g.groups * F32;
        core.run.packPanels(to + group * groupBytes, start, parts, taps.length, channels, columns, part, row, column);
      }
    });
  }));
}

/** Runs `use` with a plan in memory, which has the scratch memory that `scratchBytes` says it needs. */
export function withPlan(
    {heap}: Core, conv: ConvPlan, scratchBytes: (pointer: number) => number, use: (pointer: number) => void): void {
  const write = (pointer: number, scratch: number) => {
    const words = planWords(conv, pointer, scratch);
    new Int32Array(heap.memory.buffer, pointer, words.length).set(words);
  };
  withMemory(heap, planBytes(conv), pointer => {
    write(pointer, 0);
    withMemory(heap, scratchBytes(pointer), scratch => {
      write(pointer, scratch);
      use(pointer);
    });
  });
}

/** Computes a plan with the packed panels of its filter. */
type RunPlan = (core: Core, conv: ConvPlan) => void;

/** By gathered blocks. */
const runGemm: RunPlan = (core, conv) => withPlan(
    core, conv, core.run.scratchBytes, pointer => core.run.convolve(pointer, 0, core.run.convolveBlocks(pointer)));

/** In place, for few channels or columns. */
const runGrouped: RunPlan = (core, conv) => withPlan(
    core, conv, core.run.groupedScratchBytes, pointer => core.run.grouped(pointer, 0, core.run.depthwiseLines(pointer)));

const forwardBy = (run: RunPlan): ImageKernel => (device, g, x, filter, y, epilogue) => {
  const plan = ascending(forwardPlan(g));
  const {forward} = directions(g);
  run(device.core, {
    plan, batch: g.batch, groups: g.groups, channels: forward.channels, columns: forward.columns,
    source: xImage(x, g), result: yImage(y, g), filter: packedFilter(device, g, plan, forward, filter), epilogue,
  });
};

/**
 * Writes what elements of dx get that no phase covers, which is the epilogue of 0, to all of dx where there are any:
 * phases write over it.
 */
export function startInputGradient(
    {core: {run, heap}}: Device, g: ConvGeometry, plans: readonly TapPlan[], dx: number,
    {bias, activation, slopes, slopePerChannel}: Epilogue): void {
  const pixels = product(spatialSizes(g, 'input'));
  const covered = plans.reduce((sum, plan) => sum + product(plan.map(({count}) => count)), 0);
  if (covered === pixels) return;
  new Float32Array(heap.memory.buffer, dx, product(xShape(g))).fill(0);
  run.finishRows(
      dx, g.inChannels * F32, g.batch * pixels, g.inChannels, bias, ACTIVATION_NUMBERS[activation], slopes,
      slopePerChannel ? F32 : 0);
}

/** Every phase of dx is a dense convolution of dy. */
const backpropInputBy = (run: RunPlan): ImageKernel => (device, g, dy, filter, dx, epilogue) => {
  const {backward} = directions(g);
  const plans = backwardPlans(g);
  startInputGradient(device, g, plans, dx, epilogue);
  for (const plan of plans.map(ascending)) {
    run(device.core, {
      plan, batch: g.batch, groups: g.groups, channels: backward.channels, columns: backward.columns,
      source: yImage(dy, g), result: xImage(dx, g), filter: packedFilter(device, g, plan, backward, filter), epilogue,
    });
  }
};

/** y = conv(x, filter), channels last. */
export const gemmForward = forwardBy(runGemm);
export const groupedForward = forwardBy(runGrouped);

/** dx of conv(x, filter) at dy, channels last. */
export const gemmBackpropInput = backpropInputBy(runGemm);
export const groupedBackpropInput = backpropInputBy(runGrouped);
