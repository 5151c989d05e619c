import {roundUp} from '../../../src/geometry/round_up.js';
import {VECTOR} from '../generated/layout.js';
import {tileCount} from '../plan/fft_tiles.js';
import type {CutPlan} from '../plan/fft_tiles.js';
import type {FftCost, FftWork} from './fft_cost.js';

/*
 * What tiles of a Fourier transform cost with many channels (assembly/fft/dense.ts), in the unit of winograd_cost.ts. The
 * constants were fitted to the timings in docs/experiments.md, by variant (TFJS_CONV_VARIANT); `npm run bench -- --parts
 * others` shows their effect.
 */

/** Elements of a tile at most: what is transformed stays in the L2 cache. */
const MOST_ELEMENTS = 128 * 128;
/** Transforming four channels of a pair of tiles at all, gathering or writing an element, and each of its steps of radix 2. */
const TRANSFORM = 3000;
const ELEMENT = 60;
const STEP = 14;
/** A float of a filter that is read from outside of the L2 cache, and the floats that are inside. */
const FILTER = 3;
const NEAR_FLOATS = 96 * 1024;
/** The part of the packing that a call has to make up for: filters of models stay, those of training change. */
const PACKING = 0.5;
/** Pairs of tiles that are multiplied together: three fill the microkernel; twice as many where the filter is far away. */
const PAIRS = 3;
/** Floats of the spectra of a block at most: 4 MiB. */
const BLOCK_FLOATS = 1024 * 1024;

/** The transform of four channels of a pair of tiles. */
const transformCost = ({height, width}: CutPlan): number =>
  TRANSFORM + height.size * width.size * (ELEMENT + STEP * Math.log2(height.size * width.size));

/** How much longer it takes with so few channels in, or out, that they do not fill a vector. */
const FEW = 1.8;

/** Channels in fours: the depth of the products, and their columns. */
const paddedChannels = (work: FftWork, {terms}: CutPlan): readonly [number, number] => [
  terms.length * roundUp(work.groupInChannels, VECTOR),
  roundUp(work.groupOutChannels, VECTOR),
];

/** Floats of the sums of a filter's gradient at most: 3 MiB. */
const SUM_FLOATS = 768 * 1024;
/** A float of the sums that is read and written outside of the L2 cache. */
const SUM = 4;

/** Parts of channels, of multiples of four, from all of them down to four. */
function slicesOf(channels: number): number[] {
  const slices = [channels];
  for (let next = channels; next > VECTOR; slices.push(next)) next = roundUp(Math.ceil(next / 2), VECTOR);
  return slices;
}

/** What the filter's gradient of all groups costs by tiles, with slices of so many channels; null where those are too large. */
function slicedCost(work: FftWork, cut: CutPlan, ins: number, outs: number): FftCost | null {
  const [depth, columns] = [cut.terms.length * roundUp(ins, VECTOR), roundUp(outs, VECTOR)];
  const sums = 2 * cut.frequencies * depth * columns;
  const all = Math.ceil(tileCount(work.batch, work.plan, cut) / 2);
  const most = Math.floor(BLOCK_FLOATS / (4 * cut.frequencies * (depth + columns)));
  if (sums > SUM_FLOATS || most < 1) return null;
  const pairs = Math.min(all, most, 2 * PAIRS);
  const [rows, parts] = [Math.ceil(work.groupInChannels / ins), Math.ceil(work.groupOutChannels / outs)];
  const transforms = (all * (depth + columns) + (depth * columns) / 2) / VECTOR;
  const far = sums > NEAR_FLOATS ? SUM : 1;
  const total = transforms * transformCost(cut) + all * 4 * sums + Math.ceil(all / pairs) * sums * far;
  const few = Math.min(ins, outs) < VECTOR ? FEW : 1;
  return {pairs, ins, outs, total: few * work.groups * rows * parts * total};
}

const cheaper = (a: FftCost | null, b: FftCost | null): FftCost | null =>
  a === null || (b !== null && b.total < a.total) ? b : a;

/** What the filter's gradient of all groups costs by the slices that cost least. */
export function denseGradientCost(work: FftWork, cut: CutPlan): FftCost | null {
  if (cut.height.size * cut.width.size > MOST_ELEMENTS) return null;
  return slicesOf(work.groupInChannels)
    .flatMap(ins => slicesOf(work.groupOutChannels).map(outs => slicedCost(work, cut, ins, outs)))
    .reduce(cheaper, null);
}

/** What all groups cost by tiles that a plan is cut into; null where those are too large. */
export function denseCost(work: FftWork, cut: CutPlan): FftCost | null {
  if (cut.height.size * cut.width.size > MOST_ELEMENTS) return null;
  const [depth, columns] = paddedChannels(work, cut);
  const filter = 4 * cut.frequencies * depth * columns;
  const all = Math.ceil(tileCount(work.batch, work.plan, cut) / 2);
  const most = Math.max(1, Math.floor(BLOCK_FLOATS / (4 * cut.frequencies * (depth + columns))));
  const wanted = filter > NEAR_FLOATS ? 2 * PAIRS : PAIRS;
  const pairs = Math.min(all, most >= wanted ? wanted : Math.min(most, PAIRS));
  const products = all * 2 * filter;
  const transforms = (all * (depth + columns)) / VECTOR;
  const reads = filter > NEAR_FLOATS ? Math.ceil(all / pairs) * filter * FILTER : 0;
  const packing = PACKING * ((depth * columns) / VECTOR) * transformCost(cut);
  const few = Math.min(work.groupInChannels, work.groupOutChannels) < VECTOR ? FEW : 1;
  const {groupInChannels: ins, groupOutChannels: outs} = work;
  return {pairs, ins, outs, total: few * work.groups * (products + reads + transforms * transformCost(cut) + packing)};
}
