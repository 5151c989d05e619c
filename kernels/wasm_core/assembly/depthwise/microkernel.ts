import {limited} from '../common/activation';
import {ENTRY} from '../common/tap_lists';
import {mad, MR} from '../common/target';
import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {SHARED} from './few_taps';
import {computeInOrder} from './in_order';
import {computeLines} from './shared_lines';
import {computeShared} from './shared_taps';
import {TAP_BYTES} from './tap_bytes';
import {Taps} from './taps';

/*
 * The depthwise microkernels: up to MR neighbouring results times 8 channels, to which the taps of a list are added one
 * by one, so that a tap of the filter is loaded once for all results. Results of lines of few taps also share what they
 * read (shared_taps.ts, shared_lines.ts), and large images are read in order (in_order.ts).
 *
 * The filter is packed: for each 8 channels, [taps, 8]. Where the channels do not fill the last 8, those end with the last
 * channel, so that some are computed twice. Lists (tap_lists.ts) have the addresses for the first result and the first 8
 * channels.
 */

/**
 * Channels of the packed filter: fewer than 8 are repeated until they fill blocks of 8, which are then the channels of
 * neighbouring pixels.
 */
@inline
export function repeated(channels: i32): i32 {
  if (channels >= DEPTHWISE_CHANNELS) return channels;
  return (channels & 1) != 0 ? 8 * channels : channels == 6 ? 24 : DEPTHWISE_CHANNELS;
}


@inline
function storePair(to: usize, a: v128, b: v128): void {
  v128.store(to, a);
  v128.store(to, b, 16);
}


@inline
function storeLimitedPair(to: usize, a: v128, b: v128, low: v128, high: v128): void {
  storePair(to, limited(a, low, high), limited(b, low, high));
}

/** Bytes within which processors tell at first what a load may have to wait for: by the last bits of an address. */
const ALIAS_BYTES: usize = 4096;
/** Steps between pixels that divide these bytes into no more parts make loads wait. */
const ALIAS_STEP: usize = 512;

/**
 * Whether results lie just behind the sources of some pixel, by the last bits of addresses, where pixels are a power of
 * two apart. The next channels would then wait for the last results to be written, so that channels are taken from the
 * last to the first ('depthwise 3x3 stride 2 32x32x512').
 */
@inline
function isJustBehind(source: usize, to: usize, step: usize): bool {
  const power = min(step & (0 - step), ALIAS_BYTES);
  return power >= ALIAS_STEP && ((to - source) & (power - 1)) < 2 * TAP_BYTES;
}

/** `count` results of all channels. Their sources are `step` bytes apart, and `x` is the offset of the first one. */
@inline
function microkernel(
  count: i32,
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  const blocks = (channels + DEPTHWISE_CHANNELS - 1) / DEPTHWISE_CHANNELS;
  const down = isJustBehind(load<usize>(list) + x, to, step);
  const next: i32 = down ? -DEPTHWISE_CHANNELS : DEPTHWISE_CHANNELS;
  const nextFilter: usize = down ? 0 - block : block;
  let c = down ? (blocks - 1) * DEPTHWISE_CHANNELS : 0;
  let filter = down ? <usize>(blocks - 1) * block : 0;
  for (let n = blocks; n > 0; n--, c += next, filter += nextFilter) {
    const offset = <usize>min(c, channels - DEPTHWISE_CHANNELS) * F32;
    const from = x + offset;
    let a0 = v128.load(init + offset),
      b0 = v128.load(init + offset, 16);
    let a1 = a0,
      b1 = b0,
      a2 = a0,
      b2 = b0,
      a3 = a0,
      b3 = b0,
      a4 = a0,
      b4 = b0,
      a5 = a0,
      b5 = b0;
    for (let entry = list; entry < end; entry += ENTRY) {
      let p = load<usize>(entry) + from;
      const f = load<usize>(entry, 4) + filter;
      const fa = v128.load(f),
        fb = v128.load(f, 16);
      a0 = mad(v128.load(p), fa, a0);
      b0 = mad(v128.load(p, 16), fb, b0);
      if (count > 1) {
        p += step;
        a1 = mad(v128.load(p), fa, a1);
        b1 = mad(v128.load(p, 16), fb, b1);
      }
      if (count > 2) {
        p += step;
        a2 = mad(v128.load(p), fa, a2);
        b2 = mad(v128.load(p, 16), fb, b2);
      }
      if (count > 3) {
        p += step;
        a3 = mad(v128.load(p), fa, a3);
        b3 = mad(v128.load(p, 16), fb, b3);
      }
      if (count > 4) {
        p += step;
        a4 = mad(v128.load(p), fa, a4);
        b4 = mad(v128.load(p, 16), fb, b4);
      }
      if (count > 5) {
        p += step;
        a5 = mad(v128.load(p), fa, a5);
        b5 = mad(v128.load(p, 16), fb, b5);
      }
    }
    let q = to + offset;
    if (limits != 0) {
      const low = v128.load_splat<f32>(limits),
        high = v128.load_splat<f32>(limits, 4);
      storeLimitedPair(q, a0, b0, low, high);
      if (count > 1) storeLimitedPair((q += toStep), a1, b1, low, high);
      if (count > 2) storeLimitedPair((q += toStep), a2, b2, low, high);
      if (count > 3) storeLimitedPair((q += toStep), a3, b3, low, high);
      if (count > 4) storeLimitedPair((q += toStep), a4, b4, low, high);
      if (count > 5) storeLimitedPair((q += toStep), a5, b5, low, high);
      continue;
    }
    storePair(q, a0, b0);
    if (count > 1) storePair((q += toStep), a1, b1);
    if (count > 2) storePair((q += toStep), a2, b2);
    if (count > 3) storePair((q += toStep), a3, b3);
    if (count > 4) storePair((q += toStep), a4, b4);
    if (count > 5) storePair((q += toStep), a5, b5);
  }
}

/* A function for each number of results, exported so that the compiler does not inline all of them, which would spill. */

export function depthwise1x8(
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  microkernel(1, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function depthwise2x8(
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  microkernel(2, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function depthwise3x8(
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  microkernel(3, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function depthwise4x8(
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  microkernel(4, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function depthwise5x8(
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  microkernel(5, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function depthwise6x8(
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  microkernel(6, list, end, channels, x, step, block, init, to, toStep, limits);
}


@inline
function computeFew(
  count: i32,
  list: usize,
  end: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  if (count == 1) depthwise1x8(list, end, channels, x, step, block, init, to, toStep, limits);
  else if (count == 2) depthwise2x8(list, end, channels, x, step, block, init, to, toStep, limits);
  else if (count == 3) depthwise3x8(list, end, channels, x, step, block, init, to, toStep, limits);
  else if (count == 4) depthwise4x8(list, end, channels, x, step, block, init, to, toStep, limits);
  else if (count == 5) depthwise5x8(list, end, channels, x, step, block, init, to, toStep, limits);
  else depthwise6x8(list, end, channels, x, step, block, init, to, toStep, limits);
}

/**
 * Any number of results of a list of taps. Those that do not share what they read, or are too few to, go by microkernels
 * of which the last two take even parts: with few results they load more per result.
 */
export function computeResults(
  taps: Taps,
  count: i32,
  channels: i32,
  x: usize,
  step: usize,
  to: usize,
  toStep: usize,
): void {
  const isFew = taps.fewTaps > 0;
  if (taps.lineTaps > 0 && !(isFew && taps.inOrder)) {
    const done =
      taps.fewTaps == taps.lineTaps
        ? computeShared(taps, count, channels, x, step, to, toStep)
        : computeLines(taps, count, channels, x, step, to, toStep);
    x += <usize>done * step;
    to += <usize>done * toStep;
    count -= done;
  }
  if (isFew && (taps.inOrder || count < SHARED)) {
    computeInOrder(taps, count, channels, x, step, to, toStep);
    return;
  }
  while (count > 0) {
    const n = count <= MR || count >= 2 * MR ? min(count, MR) : (count + 1) >> 1;
    computeFew(n, taps.list, taps.end, channels, x, step, taps.block, taps.init, to, toStep, taps.limits);
    x += <usize>n * step;
    to += <usize>n * toStep;
    count -= n;
  }
}
