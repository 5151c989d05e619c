import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {computeFewChannels, computeFewResults, fewResults} from './few_channels';
import {computeResults, repeated} from './microkernel';
import {Taps} from './taps';

/*
 * Results of any number of channels that are evenly spaced and read the same taps.
 */

/** `count` such results. `x` is the offset of the first one's source from the list. */
export function computeSpaced(
  conv: Conv,
  taps: Taps,
  count: i32,
  x: usize,
  step: usize,
  to: usize,
  toStep: usize,
): void {
  const channels = conv.groupInChannels;
  if (channels >= DEPTHWISE_CHANNELS) {
    computeResults(taps, count, channels, x, step, to, toStep);
  } else if (count >= fewResults(channels)) {
    computeFewResults(count, channels, taps.list, taps.end, x, step, taps.init, to, toStep);
  } else {
    for (; count > 0; count--, x += step, to += toStep) {
      computeFewChannels(taps.list, taps.end, channels, x, taps.init, to);
    }
  }
}

/** Whether `count` neighbouring results can be computed as some with more channels. */
@inline
export function repeats(conv: Conv, count: i32): bool {
  const pixel = <usize>conv.groupInChannels * F32;
  return (
    conv.width.sourceStep == 1 &&
    conv.sourcePixel == pixel &&
    conv.resultPixel == pixel &&
    count * conv.groupInChannels >= repeated(conv.groupInChannels)
  );
}

/** Bytes between the sources of results that insideLine() computes, for which it wants its taps. */
@inline
export function insideStep(conv: Conv): usize {
  const channels = conv.groupInChannels;
  return channels >= DEPTHWISE_CHANNELS
    ? <usize>conv.width.sourceStep * conv.sourcePixel
    : <usize>repeated(channels) * F32;
}

/** `count` results of a line whose windows are inside it; `x` is the offset of the first one's source from the list. */
export function insideLine(conv: Conv, taps: Taps, count: i32, x: usize, to: usize): void {
  const channels = conv.groupInChannels;
  if (channels >= DEPTHWISE_CHANNELS || !repeats(conv, count)) {
    const step = <usize>conv.width.sourceStep * conv.sourcePixel;
    computeSpaced(conv, taps, count, x, step, to, conv.resultPixel);
    return;
  }
  // Neighbouring results are computed as one with more channels. The last one ends with the last result.
  const all = repeated(channels);
  const run = all / channels;
  const runStep = <usize>all * F32;
  computeResults(taps, count / run, all, x, runStep, to, runStep);
  if (count % run == 0) return;
  const last = <usize>(count - run) * conv.sourcePixel;
  computeResults(taps, 1, all, x + last, 0, to + last, 0);
}
