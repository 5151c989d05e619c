import {ENTRY} from '../common/tap_lists';
import {mad, MR} from '../common/target';
import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {limitAt, SHARED, storeLimited} from './few_taps';
import {Taps} from './taps';

/*
 * The depthwise microkernels of several lines of few taps, as 3x3 ones are, whose neighbouring results share what they read
 * of a line, four channels at a time. The lines are a loop, as engines load all that a basic block reads first, and would
 * spill the sums.
 */

/** SHARED results of four channels, `offset` bytes from those of the list, from lines of `taps` taps, a constant. */
@inline
function linesVector(
  taps: i32,
  list: usize,
  end: usize,
  offset: usize,
  filter: usize,
  step: usize,
  bias: v128,
  to: usize,
  toStep: usize,
  isLimited: bool,
  low: v128,
  high: v128,
): void {
  const zero = f32x4.splat(0);
  let a = bias,
    b = bias,
    c = bias,
    d = bias;
  for (let line = list; line < end; line += <usize>taps * ENTRY) {
    let x = load<usize>(line) + offset;
    const f = load<usize>(line, 4) + filter;
    const f0 = v128.load(f),
      f1 = v128.load(f, 32),
      f2 = taps > 2 ? v128.load(f, 64) : zero,
      f3 = taps > 3 ? v128.load(f, 96) : zero;
    const x0 = v128.load(x),
      x1 = v128.load((x += step)),
      x2 = v128.load((x += step)),
      x3 = v128.load((x += step)),
      x4 = v128.load((x += step)),
      x5 = taps > 2 ? v128.load((x += step)) : zero,
      x6 = taps > 3 ? v128.load((x += step)) : zero;
    a = mad(x1, f1, mad(x0, f0, a));
    b = mad(x2, f1, mad(x1, f0, b));
    c = mad(x3, f1, mad(x2, f0, c));
    d = mad(x4, f1, mad(x3, f0, d));
    if (taps > 2) {
      a = mad(x2, f2, a);
      b = mad(x3, f2, b);
      c = mad(x4, f2, c);
      d = mad(x5, f2, d);
    }
    if (taps > 3) {
      a = mad(x3, f3, a);
      b = mad(x4, f3, b);
      c = mad(x5, f3, c);
      d = mad(x6, f3, d);
    }
  }
  storeLimited(to, a, isLimited, low, high);
  storeLimited((to += toStep), b, isLimited, low, high);
  storeLimited((to += toStep), c, isLimited, low, high);
  storeLimited(to + toStep, d, isLimited, low, high);
}

/** SHARED neighbouring results of all channels from lines of `taps` taps, a constant; `x` is the offset of the first one. */
@inline
function sharedLines(
  taps: i32,
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
  const isLimited = limits != 0;
  const low = limitAt(limits, 0),
    high = limitAt(limits, 4);
  let f: usize = 0;
  for (;;) {
    linesVector(taps, list, end, x, f, step, v128.load(init), to, toStep, isLimited, low, high);
    linesVector(taps, list, end, x + 16, f + 16, step, v128.load(init, 16), to + 16, toStep, isLimited, low, high);
    channels -= DEPTHWISE_CHANNELS;
    if (channels <= 0) return;
    const next = <usize>min(channels, DEPTHWISE_CHANNELS) * F32;
    x += next;
    f += block;
    init += next;
    to += next;
  }
}

/* A function for each number of taps, exported so that the compiler does not inline all of them, which would spill. */

export function lines2(
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
  sharedLines(2, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function lines3(
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
  sharedLines(3, list, end, channels, x, step, block, init, to, toStep, limits);
}

export function lines4(
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
  sharedLines(4, list, end, channels, x, step, block, init, to, toStep, limits);
}

/**
 * As many of `count` results as share what they read; returns how many. The last ones are left with four others where one
 * microkernel takes all of them.
 */
export function computeLines(
  taps: Taps,
  count: i32,
  channels: i32,
  x: usize,
  step: usize,
  to: usize,
  toStep: usize,
): i32 {
  const list = taps.list,
    end = taps.end,
    block = taps.block,
    init = taps.init,
    limits = taps.limits;
  const left = count % SHARED;
  const last = left > 0 && left + SHARED <= MR ? count - left - SHARED : count;
  let n = 0;
  for (; n + SHARED <= last; n += SHARED, x += <usize>SHARED * step, to += <usize>SHARED * toStep) {
    if (taps.lineTaps == 2) lines2(list, end, channels, x, step, block, init, to, toStep, limits);
    else if (taps.lineTaps == 3) lines3(list, end, channels, x, step, block, init, to, toStep, limits);
    else lines4(list, end, channels, x, step, block, init, to, toStep, limits);
  }
  return n;
}
