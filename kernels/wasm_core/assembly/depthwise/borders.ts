import {tapSource} from '../common/plan';
import {listResult} from '../common/tap_lists';
import {F32} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';
import {fewResults} from './few_channels';
import {computeRuns, RUN_CHANNELS, RUN_TAPS} from './runs';
import {computeSpaced} from './spaced';
import {TAP_BYTES} from './tap_bytes';
import {takeList, Taps} from './taps';

/*
 * Results some taps of which are out of bounds: those that read the same taps are computed together.
 */

/** Taps of an axis that read before a position, for result t. */
function tapsBefore(axis: Axis, t: i32, position: i32): i32 {
  let n = 0;
  while (n < axis.taps && tapSource(axis, n) + t * axis.sourceStep < position) n++;
  return n;
}

/** The end of the results of an axis from t on, before `end`, with the same taps in bounds. */
export function sameTaps(axis: Axis, t: i32, end: i32): i32 {
  const outside = tapsBefore(axis, t, 0),
    inside = tapsBefore(axis, t, axis.sourceSize);
  do {
    t++;
  } while (t < end && tapsBefore(axis, t, 0) == outside && tapsBefore(axis, t, axis.sourceSize) == inside);
  return t;
}

/** Columns from ... end - 1 of a band of `lines` lines, which read the same taps. */
function bandColumns(
  conv: Conv,
  taps: Taps,
  source: usize,
  td: i32,
  th: i32,
  from: i32,
  end: i32,
  lines: i32,
  to: usize,
): void {
  const listEnd = listResult(conv, source, td, th, from, taps.list, conv.filter, TAP_BYTES);
  const lineStep = <usize>conv.height.sourceStep * conv.sourceHeight;
  const pixelStep = <usize>conv.width.sourceStep * conv.sourcePixel;
  const columns = end - from;
  to += <usize>from * conv.resultPixel;
  if (columns < lines) {
    takeList(taps, listEnd, lineStep);
    for (let i: usize = 0; i < <usize>columns; i++) {
      computeSpaced(conv, taps, lines, i * pixelStep, lineStep, to + i * conv.resultPixel, conv.resultHeight);
    }
    return;
  }
  takeList(taps, listEnd, pixelStep);
  for (let i: usize = 0; i < <usize>lines; i++) {
    computeSpaced(conv, taps, columns, i * lineStep, pixelStep, to + i * conv.resultHeight, conv.resultPixel);
  }
}

/** Whether lines of taps are runs of neighbours of so few channels that vectors can hold taps. */
@inline
function hasRuns(conv: Conv): bool {
  return (
    conv.groupInChannels <= RUN_CHANNELS &&
    conv.width.dense != 0 &&
    conv.width.taps > 0 &&
    conv.sourcePixel == <usize>conv.groupInChannels * F32
  );
}

/** Whether `count` results that do not read neighbouring pixels are computed one by one. */
@inline
export function prefersAlone(conv: Conv, count: i32): bool {
  return (hasRuns(conv) && conv.width.taps >= RUN_TAPS) || count < fewResults(conv.groupInChannels);
}

/** Columns from ... end - 1 of a band at the border: those that read the same taps at a time, or result by result. */
export function borderColumns(
  conv: Conv,
  taps: Taps,
  source: usize,
  td: i32,
  th: i32,
  from: i32,
  end: i32,
  lines: i32,
  to: usize,
): void {
  // By the height of the image, not that of the band, which is another one on threads.
  const isTall = conv.height.count >= 2 * fewResults(conv.groupInChannels);
  if (from < end && hasRuns(conv) && (conv.width.taps >= RUN_TAPS || !isTall)) {
    const filter = conv.filter + taps.block;
    for (let i = 0; i < lines; i++) {
      computeRuns(conv, source, filter, td, th + i, from, end, taps.init, to + <usize>i * conv.resultHeight);
    }
    return;
  }
  for (let next = from; from < end; from = next) {
    next = sameTaps(conv.width, from, end);
    bandColumns(conv, taps, source, td, th, from, next, lines, to);
  }
}
