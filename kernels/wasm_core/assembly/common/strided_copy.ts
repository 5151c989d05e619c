import {CopyAxis} from '../shared/copy_axis';
import {copy} from './vector';

/*
 * Copies of 32-bit words whose places are evenly spaced along any number of axes, on both sides.
 */

/** Words from which on a run is left to the engine, which copies it by whatever the machine has. */
const LONG_RUN: i32 = 256;

/** Bytes of the words that gatherPairs() makes a vector of. */
const PAIR: usize = 8;


@inline
function copyRun(to: usize, from: usize, words: i32): void {
  if (words >= LONG_RUN) memory.copy(to, from, (<usize>words) << 2);
  else copy(to, from, words);
}

/** Every second word of the source, as neighbours. */
function gatherPairs(to: usize, from: usize, count: i32): void {
  let n = 0;
  // The last vector would reach beyond the last word.
  for (; n + 5 <= count; n += 4, to += 16, from += 4 * PAIR) {
    v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
  }
  for (; n < count; n++, to += 4, from += PAIR) store<i32>(to, load<i32>(from));
}

/** Single words. */
function copyWords(to: usize, toStep: usize, from: usize, fromStep: usize, count: i32): void {
  if (toStep == 4 && fromStep == PAIR) {
    gatherPairs(to, from, count);
    return;
  }
  for (let n = 0; n < count; n++, to += toStep, from += fromStep) store<i32>(to, load<i32>(from));
}

/** Runs of `words` words. */
function copyRuns(axis: CopyAxis, to: usize, from: usize, words: i32): void {
  const count = axis.count;
  const toStep = axis.toStep;
  const fromStep = axis.fromStep;
  if (words == 1) {
    copyWords(to, toStep, from, fromStep, count);
    return;
  }
  for (let n = 0; n < count; n++, to += toStep, from += fromStep) copyRun(to, from, words);
}

/** Copies runs of `words` neighbouring words along `axes` axes, of which there is one at least, the outermost first. */
export function copyStrided(to: usize, from: usize, axis: CopyAxis, axes: i32, words: i32): void {
  if (axes == 1) {
    copyRuns(axis, to, from, words);
    return;
  }
  const inner = changetype<CopyAxis>(changetype<usize>(axis) + offsetof<CopyAxis>());
  for (let n = 0; n < axis.count; n++) {
    copyStrided(to + <usize>n * axis.toStep, from + <usize>n * axis.fromStep, inner, axes - 1, words);
  }
}
