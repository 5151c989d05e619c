import {VECTOR} from '../generated/layout.js';
import {tileCount} from '../plan/fft_tiles.js';
import type {CutPlan} from '../plan/fft_tiles.js';
import type {FftCost, FftWork} from './fft_cost.js';
import {resultCount} from './winograd_cost.js';

/*
 * What tiles of a Fourier transform cost for groups with few channels (assembly/fft/channels.ts), in the unit of
 * winograd_cost.ts. The constants were fitted to the timings of `npm run bench -- --parts kernels`.
 */

/** Groups of a vector, and lines that are transformed together where there are fewer. */
const LANES = 4;
const LINES = 8;
/** A transform at all. */
const TRANSFORM = 3000;
/** Gathering or writing an element of it, and each of its steps of radix 2. */
const LINE = {element: 60, step: 14} as const;
const PLANE = {element: 60, step: 14} as const;
const PLANE_OF_GROUPS = {element: 40, step: 11} as const;
/** An element of a product. */
const PRODUCT = 40;
/** A result that is not beside those of other columns in memory, of a line and of a plane. */
const SPACED = {line: 20, plane: 45} as const;
/** What it takes longer to transform an element of a plane that does not stay in the L2 cache, and its elements that do. */
const FAR_ELEMENT = 100;
const NEAR_ELEMENTS = 2 ** 15;
/** A float of the spectra of filters, or of what is transformed, that is outside of the L2 cache, and the floats inside. */
const FAR = 3;
const NEAR_FLOATS = 96 * 1024;
/** The part of the packing that a call has to make up for: filters of models stay, those of training change. */
const PACKING = 0.5;
/** Floats of the spectra of all filters at most. */
const MOST_SPECTRA = 2 ** 24;
/** Floats of scratch memory at most: 8 MiB, a little of which is for other things (assembly/fft/channels_scratch.ts). */
const MOST_SCRATCH = 2 ** 21 - 2 ** 16;

/** The cost of as many floats that are read, or written, as do not stay in the cache. */
const farCost = (floats: number): number => (floats > NEAR_FLOATS ? floats * FAR : 0);

/** What tiles that a plan is cut into are transformed in. */
function transformsOf({batch, groups, plan}: FftWork, cut: CutPlan) {
  const size = cut.height.size * cut.width.size;
  const isPlane = cut.height.size > 1 && cut.width.size > 1;
  const byGroups = groups >= LANES;
  // Vectors hold four columns of a plane that is of one group.
  const elements = isPlane && !byGroups ? size / VECTOR : size;
  const {element, step} = isPlane ? (byGroups ? PLANE_OF_GROUPS : PLANE) : LINE;
  const far = isPlane && elements > NEAR_ELEMENTS ? FAR_ELEMENT : 0;
  return {
    size,
    isPlane,
    byGroups,
    elements,
    /** Floats of a transformed source. */
    floats: elements * 2 * VECTOR,
    /** The cost of a transform. */
    transform: TRANSFORM + elements * (element + step * Math.log2(size) + far),
    /** Groups, or fours of them, and blocks of tiles. */
    vectors: byGroups ? Math.ceil(groups / LANES) : groups,
    blocks: Math.ceil(tileCount(batch, plan, cut) / (byGroups || isPlane ? 2 : LINES)),
  };
}

/** What all groups cost by tiles that a plan is cut into; null where those are too large. */
export function channelsCost(work: FftWork, cut: CutPlan): FftCost | null {
  const {groups, groupInChannels, groupOutChannels} = work;
  const {size, isPlane, byGroups, elements, floats, transform, vectors, blocks} = transformsOf(work, cut);
  const sources = cut.terms.length * groupInChannels;
  const channels = groups * groupOutChannels;
  const spaced = byGroups || channels === 1 ? 0 : SPACED[isPlane ? 'plane' : 'line'] * channels * resultCount(work);
  const spectra = vectors * (byGroups ? LANES : 1) * groupOutChannels * sources * 2 * size;
  const isKept = groupOutChannels > 1;
  const kept = isKept ? sources * floats : 0;
  const buffer = byGroups ? (isPlane && isKept ? floats : 0) : size * (isPlane ? 2 : LINES);
  const scratch = (isKept || (isPlane && byGroups) ? sources + 1 : 2) * floats + buffer;
  if (spectra > MOST_SPECTRA || scratch > MOST_SCRATCH) return null;
  const ofGroup =
    (sources + groupOutChannels) * transform +
    sources * groupOutChannels * elements * PRODUCT +
    farCost(kept) * groupOutChannels;
  const packing = PACKING * Math.ceil(channels / LANES) * sources * transform * (size / elements);
  const total = blocks * (vectors * ofGroup + farCost(spectra)) + spaced + packing;
  return {pairs: 1, ins: groupInChannels, outs: groupOutChannels, total};
}

/** What the filter's gradient of all groups costs by tiles; null where those are too large. */
export function channelsGradientCost(work: FftWork, cut: CutPlan): FftCost | null {
  const {groupInChannels, groupOutChannels} = work;
  const {size, isPlane, byGroups, elements, floats, transform, vectors, blocks} = transformsOf(work, cut);
  const terms = cut.terms.length;
  // Planes of several groups have a buffer in place of a transformed channel of dy.
  const buffer = byGroups ? 0 : size * (isPlane ? 2 : LINES);
  const spectra = (ins: number, outs: number) => (ins * terms * (1 + outs) + 1) * floats + buffer;
  let [ins, outs] = [groupInChannels, groupOutChannels];
  while (spectra(ins, outs) > MOST_SCRATCH) {
    if (ins === 1 && outs === 1) return null;
    if (ins > outs) ins = Math.ceil(ins / 2);
    else outs = Math.ceil(outs / 2);
  }
  const [rows, columns] = [Math.ceil(groupInChannels / ins), Math.ceil(groupOutChannels / outs)];
  const sums = terms * groupInChannels * groupOutChannels;
  const ofBlock =
    (columns * terms * groupInChannels + rows * groupOutChannels) * transform +
    sums * elements * PRODUCT +
    farCost(sums * floats);
  return {pairs: 1, ins, outs, total: vectors * (blocks * ofBlock + sums * transform)};
}
