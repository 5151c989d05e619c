import {copyValues} from './filter_texture.js';
import type {FilterLoad} from './filter_texture.js';
import {TILE} from './glsl/conv.js';
import type {Loops} from './glsl/depthwise_rows.js';
import {sourceLines, sourceTexels} from './glsl/depthwise_unrolled.js';
import type {Unrolled} from './glsl/depthwise_unrolled.js';
import {loadTapPairs} from './glsl/image_texture.js';
import {pairs} from './packed.js';
import type {Plan} from './plan.js';
import type {RunLayout} from './texture_layout.js';

/*
 * The taps of a depthwise convolution of packed texels, which have two columns by two channels.
 */

/**
 * Pairs of taps, and lines of the source that a fragment spans, up to which a program has them written out. The span keeps
 * the places exact, which are found by adding.
 */
const [FEW_PAIRS, SPAN] = [32, 64];

/** Pairs of taps up to which a fragment keeps them while it makes several lines: more would not fit a GPU's registers. */
const KEPT_PAIRS = 16;

/** Where the taps along the width are, from left to right, and how they are in pairs. */
export interface RowTaps {
  /** The pair of columns that has the first tap of the first column, and whether that is the second of the pair. */
  readonly firstPair: number;
  readonly beginsOdd: boolean;
  /** Whether they are few. */
  readonly areFew: boolean;
  /** Where they are many, pairs of taps are those of columns: this is 1 where the first one is the second of its pair. */
  readonly parity: number;
  readonly tapPairs: number;
}

export function rowTaps({
  backward,
  geometry: {
    axes: [depth, height, {kernel, dilation, padBefore}],
  },
}: Plan): RowTaps {
  // Backward, the taps from the last to the first read from left to right.
  const start = backward ? padBefore - (kernel - 1) * dilation : -padBefore;
  const firstPair = Math.floor(start / 2);
  const beginsOdd = start > 2 * firstPair;
  const span = (height.kernel - 1) * height.dilation + (TILE - 1) * height.stride;
  const areFew = depth.kernel * height.kernel * pairs(kernel) <= FEW_PAIRS && span <= SPAN;
  const parity = beginsOdd && !areFew ? 1 : 0;
  return {firstPair, beginsOdd, areFew, parity, tapPairs: pairs(kernel + parity)};
}

/** Whole pairs of taps in a row of many. */
export const fullPairs = (
  {
    geometry: {
      axes: [, , {kernel}],
    },
  }: Plan,
  {parity}: RowTaps,
): number => Math.floor((kernel - parity) / 2);

/** The texture of the filter. */
export function tapsLayout(plan: Plan): RunLayout {
  const [depth, height] = plan.geometry.axes;
  return {length: pairs(plan.source.channels), perRow: 1, rows: depth.kernel * height.kernel * rowTaps(plan).tapPairs};
}

/** The filter in pairs of taps. */
export function tapPairsLoad(plan: Plan): FilterLoad {
  const {parity, tapPairs} = rowTaps(plan);
  const {channels} = plan.source;
  const channelPairs = pairs(channels);
  const width = plan.geometry.axes[2].kernel;
  return {
    order: plan.backward ? 'pairs, backward' : 'pairs',
    layout: tapsLayout(plan),
    step: 1,
    source: way => loadTapPairs(way, plan.backward),
    ints: {channelPairs, channels, tapPairs, width, parity},
    write(values, texel, out) {
      const line = Math.floor(texel / channelPairs),
        channel = 2 * (texel - line * channelPairs);
      const row = Math.floor(line / tapPairs);
      for (const second of [0, 1]) {
        const tap = 2 * (line - row * tapPairs) - parity + second;
        const k = plan.backward ? width - 1 - tap : tap;
        const count = tap >= 0 && tap < width ? channels - channel : 0;
        copyValues(values, (row * width + k) * channels + channel, count, 2, out, 4 * texel + 2 * second);
      }
    },
  };
}

/** What a copy of a texel takes, in reads of one. */
const COPY = 1;

/** Texels that are read for all lines of a plane of results, by so many lines at once. */
function texelsRead(unrolled: Unrolled, height: number): number {
  const {
    lines,
    kernel: [planes, rows, width],
  } = unrolled;
  const once = planes * (sourceLines(unrolled).size * sourceTexels(unrolled).size + rows * pairs(width));
  return Math.ceil(height / lines) * once + (lines > 1 ? COPY * height : 0);
}

/**
 * How the taps are met, with as many lines at once as it takes for the fewest reads: neighbouring lines meet most of their
 * sources in common. `canMake`: whether so many can be made at once.
 */
export function tapsKind(plan: Plan, canMake: (lines: number) => boolean): Loops | Unrolled {
  const {
    sourceStep,
    tapStep,
    grid: [, height],
    geometry: {axes},
  } = plan;
  const [depth, rows, width] = axes.map(({kernel}) => kernel);
  const {areFew, beginsOdd, parity} = rowTaps(plan);
  if (!areFew) return {lines: 1, beginsOdd, endsEven: (width - parity) % 2 === 1};
  const canKeep = (lines: number) => Math.min(lines, rows) * pairs(width) <= KEPT_PAIRS;
  const choices = [1, 2, 3, TILE]
    .filter(lines => lines === 1 || (canKeep(lines) && canMake(lines)))
    .map((lines): Unrolled => ({
      lines,
      beginsOdd,
      kernel: [depth, rows, width],
      resultStep: [sourceStep[1], sourceStep[2]],
      tapStep: [tapStep[1], Math.abs(tapStep[2])],
    }));
  return choices.reduce((best, one) => (texelsRead(one, height) < texelsRead(best, height) ? one : best));
}
