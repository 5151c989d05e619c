import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {perGeometry} from '../../src/geometry/shared.js';
import {withTaps} from './conv_nd.js';
import type {Core} from './core.js';
import {forwardDirection} from './direction.js';
import type {FilterGradientKernel} from './layout.js';
import {BACKPROP_FILTER_BLOCKS, NO_EPILOGUE, xImage, yImage} from './plan.js';
import {planWords, withPlan} from './plan_words.js';
import type {PlanWords} from './plan_words.js';
import {is3x3, isWinogradPlan} from './winograd.js';
import {winogradGradientTile} from './winograd_choice.js';
import type {TileSize} from './winograd_choice.js';

/*
 * dfilter of conv(x, filter) at dy, both channels last.
 */

/** A way to compute it at the taps of a plan, which are the filter's taps[i] (i32). */
interface PlanGradient {
  readonly words: (g: ConvGeometry) => PlanWords;
  readonly scratchBytes: (core: Core, conv: number) => number;
  readonly run: (core: Core, conv: number, taps: number) => void;
}

function computeGradient(
    core: Core, g: ConvGeometry, x: number, dy: number, dfilter: number,
    {words, scratchBytes, run}: PlanGradient): void {
  const {taps} = forwardDirection(g);
  if (taps.length < product(spatialSizes(g, 'kernel'))) {
    // Taps that meet nothing but padding are not in the plan.
    new Float32Array(core.heap.memory.buffer, dfilter, product(filterShape(g))).fill(0);
  }
  if (taps.length === 0) return;
  withPlan(
      core, words(g), {source: x, result: dy, filter: dfilter, epilogue: NO_EPILOGUE},
      pointer => scratchBytes(core, pointer), pointer => withTaps(core, taps, list => run(core, pointer, list)));
}

const forwardWords = (g: ConvGeometry): PlanWords => forwardDirection(g).words;

const GEMM: PlanGradient = {
  words: perGeometry(g => {
    const {plan, channels, columns} = forwardDirection(g);
    return planWords({
      plan, batch: g.batch, groups: g.groups, channels, columns, source: xImage(g), result: yImage(g),
      blocks: BACKPROP_FILTER_BLOCKS,
    });
  }),
  scratchBytes: ({run}, conv) => run.backpropFilterScratchBytes(conv),
  run: ({run}, conv, taps) => run.backpropFilter(conv, taps),
};

const GROUPED: PlanGradient = {
  words: forwardWords,
  scratchBytes: ({run}, conv) => run.groupedBackpropFilterScratchBytes(conv),
  run: ({run}, conv, taps) => run.groupedBackpropFilter(conv, taps),
};

/** For few channels or columns. */
export const groupedBackpropFilter: FilterGradientKernel = ({core}, g, x, dy, dfilter) =>
    computeGradient(core, g, x, dy, dfilter, GROUPED);

/** By gathered blocks. */
export const gemmBackpropFilter: FilterGradientKernel = ({core}, g, x, dy, dfilter) =>
    computeGradient(core, g, x, dy, dfilter, GEMM);

const gradientTile = perGeometry((g): TileSize|null => {
  const {plan} = forwardDirection(g);
  return isWinogradPlan(plan) ? winogradGradientTile(plan, g) : null;
});

/** Whether the gradient should be computed by tiles of that size. */
export const filterGradientPays = (size: TileSize) => (g: ConvGeometry): boolean => is3x3(g) && gradientTile(g) === size;

/** By Winograd's algorithm, with tiles of that size. */
export const winogradBackpropFilter = (size: TileSize): FilterGradientKernel => (device, g, x, dy, dfilter) => {
  let done = false;
  computeGradient(device.core, g, x, dy, dfilter, {
    words: forwardWords,
    scratchBytes: ({run}, conv) => run.winogradBackpropFilterScratchBytes(conv, size),
    run: ({run}, conv, taps) => {
      done = run.winogradBackpropFilter(conv, size, taps) !== 0;
    },
  });
  // What is not finite, or dwarfs the rest, would reach taps that do not meet it.
  if (!done) gemmBackpropFilter(device, g, x, dy, dfilter);
};
