import type {PhasePlan} from '../../gpu/phase_plan.js';
import {TARGET} from './costs.js';
import {columnPairs, pairs} from './packed_layout.js';
import type {TextureLayout} from './texture_layout.js';
import {TILE} from './tiling.js';
import {sourceLines, sourceTexels} from './unrolled_taps.js';
import type {UnrolledTaps} from './unrolled_taps.js';

/*
 * The taps of a depthwise convolution of packed texels, which have two columns by two channels.
 */

/**
 * Pairs of taps, and lines of the source that a fragment spans, up to which a program has them written out. The span keeps
 * the places exact, which are found by adding. `npm run bench:browser -- --backend webgl --only depthwise` shows their
 * effect.
 */
const [FEW_PAIRS, SPAN] = [32, 64];

/** Taps along the width up to which `packed` has them written out. */
export const UNROLLED = 16;

/**
 * Pairs of taps up to which a fragment keeps them while it computes several lines: more would not fit a GPU's registers.
 * `npm run bench:browser -- --backend webgl --only depthwise` shows its effect (7x7 keeps 28 pairs where it may).
 */
const KEPT_PAIRS = 16;

/** Taps in loops, at stride and dilation 1: they are two to a texel, and the texels of the source slide along. */
export interface LoopedTaps {
  readonly lines: 1;
  /** Whether the first tap is the second of a pair, so that a pair is multiplied by one texel of the source. */
  readonly beginsOdd: boolean;
  /** Whether the last tap is the first of a pair. */
  readonly endsEven: boolean;
}

/** Where the taps along the width are, from left to right, and how they are in pairs. */
interface RowTaps {
  /** The pair of columns that has the first tap of the first column, and whether that is the second of the pair. */
  readonly firstPair: number;
  readonly beginsOdd: boolean;
  /** Whether they are few. */
  readonly areFew: boolean;
  /** Where they are many, pairs of taps are those of columns: this is 1 where the first one is the second of its pair. */
  readonly parity: number;
  readonly tapPairs: number;
  /** Whole pairs of taps in a row of many. */
  readonly fullPairs: number;
}

export function rowTaps({
  backward,
  geometry: {
    axes: [depth, height, {kernel, dilation, padBefore}],
  },
}: PhasePlan): RowTaps {
  // Backward, the taps from the last to the first read from left to right.
  const start = backward ? padBefore - (kernel - 1) * dilation : -padBefore;
  const firstPair = Math.floor(start / 2);
  const beginsOdd = start > 2 * firstPair;
  const span = (height.kernel - 1) * height.dilation + (TILE - 1) * height.stride;
  const areFew = depth.kernel * height.kernel * pairs(kernel) <= FEW_PAIRS && span <= SPAN;
  const parity = beginsOdd && !areFew ? 1 : 0;
  const fullPairs = Math.floor((kernel - parity) / 2);
  return {firstPair, beginsOdd, areFew, parity, tapPairs: pairs(kernel + parity), fullPairs};
}

/** The texture of the filter, a run of pairs of channels for each pair of taps. */
export function tapPairsLayout(plan: PhasePlan): TextureLayout {
  const [depth, height] = plan.geometry.axes;
  return {length: pairs(plan.source.channels), perRow: 1, rows: depth.kernel * height.kernel * rowTaps(plan).tapPairs};
}

/**
 * What a copy of a texel takes, in reads of one. Set on the emulated GPU of Chromium; `npm run bench:browser -- --backend
 * webgl --only depthwise` shows its effect.
 */
const COPY_READS = 1;

/** Reads of a texel that what a fragment does before and after them takes. */
const FRAGMENT_READS = 12;

/** Reads of texels for so many lines of `size` texels each, by as many lines at once as the taps say. */
function readsBy(taps: UnrolledTaps, height: number, size: number): number {
  const {
    lines,
    kernel: [planes, rows, width],
  } = taps;
  const once = planes * (sourceLines(taps).size * sourceTexels(taps).size + rows * pairs(width));
  const copies = lines > 1 ? COPY_READS * height * size + TARGET * lines : 0;
  return Math.ceil(height / lines) * (FRAGMENT_READS + once) * size + copies;
}

/**
 * How a program goes through the taps, with as many lines at once as it takes for the fewest reads: neighbouring lines read
 * many lines of the source in common. `canCompute`: whether a fragment can compute so many lines.
 */
export function chooseTaps(plan: PhasePlan, canCompute: (lines: number) => boolean): LoopedTaps | UnrolledTaps {
  const {
    sourceStep,
    tapStep,
    grid: [, height],
    geometry: {axes},
    result,
  } = plan;
  const [depth, rows, width] = axes.map(({kernel}) => kernel);
  const {areFew, beginsOdd, parity} = rowTaps(plan);
  if (!areFew) return {lines: 1, beginsOdd, endsEven: (width - parity) % 2 === 1};
  const canKeep = (lines: number) => Math.min(lines, rows) * pairs(width) <= KEPT_PAIRS;
  const choices = [1, 2, 3, TILE]
    .filter(lines => lines === 1 || (canKeep(lines) && canCompute(lines)))
    .map((lines): UnrolledTaps => ({
      lines,
      beginsOdd,
      kernel: [depth, rows, width],
      resultStep: [sourceStep[1], sourceStep[2]],
      tapStep: [tapStep[1], Math.abs(tapStep[2])],
    }));
  const size = columnPairs(result) * pairs(result.channels) * result.batch * result.spatial[0];
  const reads = (one: UnrolledTaps) => readsBy(one, height, size);
  return choices.reduce((best, one) => (reads(one) < reads(best) ? one : best));
}
