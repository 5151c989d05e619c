import {CONV, FFT_AXIS, FFT_AXIS_WORDS, FFT_TILING, FFT_TILING_WORDS} from '../generated/layout.js';
import type {AxisTaps, TapPlan} from '../../../src/geometry/taps.js';
import {asPlan} from './encoding.js';
import type {PlanWords} from './encoding.js';

/*
 * How a plan is cut into tiles that a Fourier transform computes (assembly/fft/tiles.ts).
 *
 * Neighbouring taps of an axis read elements of the source that are d apart, and neighbouring results elements that are s
 * apart. Results that are d / gcd(s, d) apart are neighbours in a tile: they belong to one of so many phases. They read
 * elements that are `spacing` = lcm(s, d) apart, which is m = spacing / d taps; taps that are m apart are one term, and the
 * sum over all taps is a sum over at most m terms, each a correlation of neighbours. More taps than a tile has elements are
 * divided: each part is a term.
 */

/** An axis as tiles cut it. */
export interface TiledAxis {
  /** Elements of a tile, a power of two or five times one; 1 where the axis is not cut, and every tap is a term of its own. */
  readonly size: number;
  /** Results of a tile. */
  readonly step: number;
  readonly phases: number;
  readonly spacing: number;
  /** Tiles of a phase. */
  readonly tiles: number;
  readonly tapStep: number;
  /** Taps of a term at most. */
  readonly taps: number;
  /** The first tap of each term. */
  readonly terms: readonly number[];
}

/** A plan as tiles cut it. The depth is never cut. */
export interface CutPlan {
  readonly height: TiledAxis;
  readonly width: TiledAxis;
  /** The first tap of each term: along the depth, the height and the width. */
  readonly terms: ReadonlyArray<readonly [number, number, number]>;
  /** Frequencies of which no other one is the negative. */
  readonly frequencies: number;
}

export interface Tiling extends CutPlan {
  /** Pairs of tiles that are multiplied together. */
  readonly pairs: number;
  /** Channels of a group, in the source and in the result, whose filter gradient is computed at a time. */
  readonly ins: number;
  readonly outs: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const upTo = (count: number): number[] => Array.from({length: count}, (_, n) => n);

/** Whether the taps of an axis are evenly spaced, which is what a transform needs. */
export const isEven = ({source}: AxisTaps): boolean =>
  source.every((position, n) => position === source[0] + n * (source[1] - source[0]) || n === 0);

/** An axis that is not cut. */
const uncut = ({source}: AxisTaps): TiledAxis => ({
  size: 1,
  step: 1,
  phases: 1,
  spacing: 1,
  tiles: 1,
  tapStep: 1,
  taps: 1,
  terms: upTo(source.length),
});

/** The size from which a tile may have a part of the taps: one of half of its elements. */
const PARTED = 256;

/** Parts of so many neighbouring taps, for tiles of a size; 0 where they have no results. */
function partsOf(taps: number, size: number): number {
  if (taps <= size) return 1;
  return size >= PARTED ? Math.ceil(taps / (size / 2)) : 0;
}

/** An axis that is cut into tiles of a size; null where they have no results. */
function cutAxis(axis: AxisTaps, size: number): TiledAxis | null {
  if (size === 1) return uncut(axis);
  const {count, source, sourceStep} = axis;
  const dilation = source.length > 1 ? source[1] - source[0] : sourceStep;
  const phases = dilation / gcd(sourceStep, dilation);
  const spacing = phases * sourceStep;
  const tapStep = spacing / dilation;
  const all = Math.ceil(source.length / tapStep);
  const parts = partsOf(all, size);
  if (parts === 0) return null;
  const taps = Math.ceil(all / parts);
  const step = size - taps + 1;
  return {
    size,
    step,
    phases,
    spacing,
    tiles: Math.ceil(Math.ceil(count / phases) / step),
    tapStep,
    taps,
    terms: upTo(parts)
      .flatMap(part => upTo(tapStep).map(first => part * taps * tapStep + first))
      .filter(first => first < source.length),
  };
}

/** Tiles along an axis, of all phases. */
const tilesAlong = ({count}: AxisTaps, {size, tiles, phases}: TiledAxis): number => (size > 1 ? tiles * phases : count);

/** Tiles of a plan, and of all batch elements. */
export const tileCount = (batch: number, [depth, height, width]: TapPlan, tiling: CutPlan): number =>
  batch * depth.count * tilesAlong(height, tiling.height) * tilesAlong(width, tiling.width);

/** Frequencies that are their own negative. */
const own = (size: number): number => (size > 1 ? 2 : 1);

/** Cuts a plan into tiles of a size; null where they have no results. */
export function cutPlan([depth, height, width]: TapPlan, sizes: readonly [number, number]): CutPlan | null {
  const [rows, columns] = [cutAxis(height, sizes[0]), cutAxis(width, sizes[1])];
  if (rows === null || columns === null) return null;
  return {
    height: rows,
    width: columns,
    terms: depth.source.flatMap((_, d) => rows.terms.flatMap(h => columns.terms.map(w => [d, h, w] as const))),
    frequencies: (rows.size * columns.size + own(rows.size) * own(columns.size)) / 2,
  };
}

function writeAxis(words: Int32Array, at: number, axis: TiledAxis): void {
  words[at + FFT_AXIS.size] = axis.size;
  words[at + FFT_AXIS.step] = axis.step;
  words[at + FFT_AXIS.phases] = axis.phases;
  words[at + FFT_AXIS.spacing] = axis.spacing;
  words[at + FFT_AXIS.tiles] = axis.tiles;
  words[at + FFT_AXIS.tapStep] = axis.tapStep;
  words[at + FFT_AXIS.taps] = axis.taps;
}

/** The words of a plan with its tiles behind them. */
export function withTiling(plan: PlanWords, {height, width, terms, pairs, ins, outs, frequencies}: Tiling): PlanWords {
  const at = plan.words.length;
  const atHeight = at + FFT_TILING_WORDS;
  const atWidth = atHeight + FFT_AXIS_WORDS;
  const atTerms = atWidth + FFT_AXIS_WORDS;
  const words = new Int32Array(atTerms + terms.length * 3);
  words.set(plan.words);
  words[CONV.tiling] = at * 4;
  words[at + FFT_TILING.height] = atHeight * 4;
  words[at + FFT_TILING.width] = atWidth * 4;
  words[at + FFT_TILING.terms] = terms.length;
  words[at + FFT_TILING.list] = atTerms * 4;
  words[at + FFT_TILING.pairs] = pairs;
  words[at + FFT_TILING.ins] = ins;
  words[at + FFT_TILING.outs] = outs;
  words[at + FFT_TILING.frequencies] = frequencies;
  writeAxis(words, atHeight, height);
  writeAxis(words, atWidth, width);
  words.set(terms.flat(), atTerms);
  const pointers = [CONV.tiling, at + FFT_TILING.height, at + FFT_TILING.width, at + FFT_TILING.list];
  return asPlan({...plan, words, addresses: [...plan.addresses, ...pointers]});
}
