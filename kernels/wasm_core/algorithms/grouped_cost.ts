import type {AxisTaps} from '../../../src/geometry/taps.js';
import type {Work} from './winograd_cost.js';

/*
 * What it costs to read the source in place (assembly/grouped/forward.ts), and what to gather a matrix of it, for one
 * group of few channels, in nanoseconds of one processor: only their ratio counts. In place, results whose taps are not
 * all inside the width are computed one by one, each by a list of its taps. The constants were fitted to timings of both
 * (TFJS_CONV_VARIANT) for widths of 4 to 56, 3 to 9 taps and 1 to 64 channels; `npm run bench:sweep -- --ops images,fused`
 * shows their effect.
 */

/** Results that are computed together at least. */
const TOGETHER = 6;
/** Columns of a panel, and those that half a panel has. */
const [COLUMNS, NARROW] = [8, 4];

/** A term of a result with its neighbours, and alone; a tap in a list, and a result at all. */
const IN_PLACE = {narrow: 0.3, wide: 0.5, narrowAlone: 0.76, wideAlone: 0.8, tap: 4, result: 6} as const;
/** A term that is gathered, and each panel that it is multiplied by; a tap, a result, and a column of it. */
const GATHERED = {term: 0.05, panel: 0.42, tap: 0.25, result: 10, column: 1.2} as const;

/** The same of a single channel without stride, which is gathered tap by tap; columns are those beside whole panels. */
const BY_TAPS = {term: 0.02, panel: 0.42, result: 7, column: 1.2} as const;

/** What it costs to gather a result's terms and to multiply them by panels. */
function gatheredCost({plan, groupInChannels, groupOutChannels}: Work, taps: number, panels: number): number {
  const terms = taps * groupInChannels;
  if (groupInChannels === 1 && plan[2].sourceStep === 1) {
    const beside = groupOutChannels % NARROW === 0 ? 0 : groupOutChannels % COLUMNS;
    return terms * (BY_TAPS.term + BY_TAPS.panel * panels) + BY_TAPS.result + BY_TAPS.column * beside;
  }
  return (
    terms * (GATHERED.term + GATHERED.panel * panels) +
    taps * GATHERED.tap +
    GATHERED.result +
    GATHERED.column * groupOutChannels
  );
}

/** Results of an axis all taps of which are inside. */
function insideCount({count, source, sourceStep, sourceSize}: AxisTaps): number {
  const first = Math.max(0, Math.ceil(-source[0] / sourceStep));
  const end = Math.min(count, Math.floor((sourceSize - 1 - source[source.length - 1]) / sourceStep) + 1);
  return Math.max(0, end - first);
}

/** About which part of the taps of an axis are inside it, where it is shorter than they reach. */
const insideShare = ({source, sourceSize}: AxisTaps): number =>
  Math.min(1, sourceSize / (source[source.length - 1] - source[0] + 1));

/** Whether a direction of one group is faster in place. */
export function paysInPlace(work: Work): boolean {
  const {
    plan: [depth, height, width],
    groupInChannels,
    groupOutChannels,
  } = work;
  const taps = depth.source.length * height.source.length * width.source.length;
  if (taps === 0) return true;
  const terms = taps * groupInChannels;
  const panels = Math.ceil(groupOutChannels / COLUMNS);
  const [near, alone] =
    groupOutChannels <= NARROW
      ? [IN_PLACE.narrow, IN_PLACE.narrowAlone]
      : [IN_PLACE.wide * panels, IN_PLACE.wideAlone * panels];
  const inside = insideCount(width);
  const together = inside >= TOGETHER ? inside : 0;
  // Taps that are outside are left out of a list, and are zeros of a matrix.
  const rows = insideShare(depth) * insideShare(height);
  const inPlace =
    together * (rows * terms * near + IN_PLACE.result) +
    (width.count - together) * (rows * insideShare(width) * (terms * alone + taps * IN_PLACE.tap) + IN_PLACE.result);
  return inPlace <= width.count * gatheredCost(work, taps, panels);
}
