import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import {withPlan} from './conv_nd.js';
import type {Core} from './core.js';
import type {FilterGradientKernel} from './layout.js';
import {withMemory} from './memory.js';
import {ascending, BACKPROP_FILTER_BLOCKS, FORWARD_BLOCKS, NO_EPILOGUE, xImage, yImage} from './plan.js';
import type {BlockSizes, ConvPlan} from './plan.js';
import {isWinogradPlan} from './winograd.js';
import {winogradGradientTile} from './winograd_choice.js';
import type {TileSize} from './winograd_choice.js';

/*
 * dfilter of conv(x, filter) at dy, both channels last.
 */

/** A way to compute it at the taps of a plan, which are the filter's taps[i] (i32). */
interface PlanGradient {
  readonly blocks: BlockSizes;
  readonly scratchBytes: (core: Core, conv: number) => number;
  readonly run: (core: Core, conv: number, taps: number) => void;
}

function computeGradient(
    core: Core, g: ConvGeometry, x: number, dy: number, dfilter: number, {blocks, scratchBytes, run}: PlanGradient): void {
  const plan = ascending(forwardPlan(g));
  const taps = filterTaps(plan, g);
  const {heap} = core;
  if (taps.length < product(spatialSizes(g, 'kernel'))) {
    // Taps that meet nothing but padding are not in the plan.
    new Float32Array(heap.memory.buffer, dfilter, product(filterShape(g))).fill(0);
  }
  if (taps.length === 0) return;
  const conv: ConvPlan = {
    plan, batch: g.batch, groups: g.groups, channels: g.inChannels / g.groups, columns: g.outChannels / g.groups,
    source: xImage(x, g), result: yImage(dy, g), filter: dfilter, epilogue: NO_EPILOGUE, blocks,
  };
  withPlan(core, conv, pointer => scratchBytes(core, pointer), pointer => withMemory(heap, taps.length * 4, list => {
    new Int32Array(heap.memory.buffer, list, taps.length).set(taps);
    run(core, pointer, list);
  }));
}

const GEMM: PlanGradient = {
  blocks: BACKPROP_FILTER_BLOCKS,
  scratchBytes: ({run}, conv) => run.backpropFilterScratchBytes(conv),
  run: ({run}, conv, taps) => run.backpropFilter(conv, taps),
};

const GROUPED: PlanGradient = {
  blocks: FORWARD_BLOCKS,
  scratchBytes: ({run}, conv) => run.groupedBackpropFilterScratchBytes(conv),
  run: ({run}, conv, taps) => run.groupedBackpropFilter(conv, taps),
};

/** For few channels or columns. */
export const groupedBackpropFilter: FilterGradientKernel = ({core}, g, x, dy, dfilter) =>
    computeGradient(core, g, x, dy, dfilter, GROUPED);

/** By gathered blocks. */
export const gemmBackpropFilter: FilterGradientKernel = ({core}, g, x, dy, dfilter) =>
    computeGradient(core, g, x, dy, dfilter, GEMM);

/** Whether the gradient should be computed by tiles of that size. */
export const filterGradientPays = (size: TileSize) => (g: ConvGeometry): boolean => {
  const plan = ascending(forwardPlan(g));
  return isWinogradPlan(plan) && winogradGradientTile(plan, g) === size;
};

/** By Winograd's algorithm, with tiles of that size. */
export const winogradBackpropFilter = (size: TileSize): FilterGradientKernel => (device, g, x, dy, dfilter) => {
  let done = false;
  computeGradient(device.core, g, x, dy, dfilter, {
    blocks: FORWARD_BLOCKS,
    scratchBytes: ({run}, conv) => run.winogradBackpropFilterScratchBytes(conv, size),
    run: ({run}, conv, taps) => {
      done = run.winogradBackpropFilter(conv, size, taps) !== 0;
    },
  });
  // What is not finite, or dwarfs the rest, would reach taps that do not meet it.
  if (!done) gemmBackpropFilter(device, g, x, dy, dfilter);
};
