import {ENTRY} from '../common/tap_lists';
import {TAP_BYTES} from './tap_bytes';

/** What the microkernels read beside the source: the taps of a list (tap_lists.ts), and what all results share. */
@unmanaged
export class Taps {
  list: usize;
  /** The end of the list. */
  end: usize;
  /** Taps of a line, where the list consists of such lines and neighbouring results share what they read; else 0. */
  lineTaps: i32;
  /** Two to four taps that follow each other in the filter; else 0. */
  fewTaps: i32;
  /** Bytes of the packed filter for 8 channels. */
  block: usize;
  /** The bias, or zeros, as often as the channels are repeated. */
  init: usize;
  /** The limits of the results where the microkernels apply them, or 0. */
  limits: usize;
  /** Whether few taps read an image in order, as it is too large for the caches. */
  inOrder: bool;
}

/** Taps that are not a loop, at most: of a list, or of one of its lines. */
export const FEW_TAPS: i32 = 4;

/** Whether a list consists of lines of so many taps, each of which reads what the next result reads at the tap before it. */
function hasLines(list: usize, end: usize, taps: i32, step: usize): bool {
  for (; list < end; list += ENTRY) {
    for (let t = 1; t < taps; t++, list += ENTRY) {
      if (load<usize>(list, ENTRY) - load<usize>(list) != step) return false;
      if (load<usize>(list, ENTRY + 4) - load<usize>(list, 4) != TAP_BYTES) return false;
    }
  }
  return true;
}

function lineTapsOf(list: usize, end: usize, step: usize): i32 {
  const count = <i32>((end - list) / ENTRY);
  for (let taps = FEW_TAPS; taps > 1; taps--) {
    if (count % taps == 0 && hasLines(list, end, taps, step)) return taps;
  }
  return 0;
}

function fewTapsOf(list: usize, end: usize): i32 {
  const taps = <i32>((end - list) / ENTRY);
  if (taps < 2 || taps > FEW_TAPS) return 0;
  const apart = load<usize>(end - ENTRY, 4) - load<usize>(list, 4);
  return apart == <usize>(taps - 1) * TAP_BYTES ? taps : 0;
}

/** Takes the list that ends at `end`, for results whose sources are `step` bytes apart. */
export function takeList(taps: Taps, end: usize, step: usize): void {
  taps.end = end;
  taps.fewTaps = fewTapsOf(taps.list, end);
  taps.lineTaps = end > taps.list ? lineTapsOf(taps.list, end, step) : 0;
}
