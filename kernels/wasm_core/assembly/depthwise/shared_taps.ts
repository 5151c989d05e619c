import {mad} from '../common/target';
import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {limitAt, SHARED, storeLimited} from './few_taps';
import {Taps} from './taps';

/*
 * The depthwise microkernels of a line of few taps whose neighbouring results share what they read.
 */

/** SHARED results of four of the channels of a block, from what they read together. */
@inline
function sharedVector(
  taps: i32,
  x: usize,
  step: usize,
  filter: usize,
  init: usize,
  to: usize,
  toStep: usize,
  isLimited: bool,
  low: v128,
  high: v128,
): void {
  const zero = f32x4.splat(0);
  const f0 = v128.load(filter),
    f1 = v128.load(filter, 32),
    f2 = taps > 2 ? v128.load(filter, 64) : zero,
    f3 = taps > 3 ? v128.load(filter, 96) : zero;
  const bias = v128.load(init);
  const x0 = v128.load(x),
    x1 = v128.load((x += step)),
    x2 = v128.load((x += step)),
    x3 = v128.load((x += step)),
    x4 = v128.load((x += step)),
    x5 = taps > 2 ? v128.load((x += step)) : zero,
    x6 = taps > 3 ? v128.load((x += step)) : zero;
  let a = mad(x1, f1, mad(x0, f0, bias)),
    b = mad(x2, f1, mad(x1, f0, bias)),
    c = mad(x3, f1, mad(x2, f0, bias)),
    d = mad(x4, f1, mad(x3, f0, bias));
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
  storeLimited(to, a, isLimited, low, high);
  storeLimited((to += toStep), b, isLimited, low, high);
  storeLimited((to += toStep), c, isLimited, low, high);
  storeLimited(to + toStep, d, isLimited, low, high);
}

/** SHARED neighbouring results of all channels, whose first source is at x, from `taps` taps, a constant. */
@inline
function shared(
  taps: i32,
  filter: usize,
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
  for (;;) {
    sharedVector(taps, x, step, filter, init, to, toStep, isLimited, low, high);
    sharedVector(taps, x + 16, step, filter + 16, init + 16, to + 16, toStep, isLimited, low, high);
    channels -= DEPTHWISE_CHANNELS;
    if (channels <= 0) return;
    const next = <usize>min(channels, DEPTHWISE_CHANNELS) * F32;
    x += next;
    filter += block;
    init += next;
    to += next;
  }
}

/* A function for each number of taps, exported so that the compiler does not inline all of them, which would spill. */

export function shared2(
  filter: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  shared(2, filter, channels, x, step, block, init, to, toStep, limits);
}

export function shared3(
  filter: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  shared(3, filter, channels, x, step, block, init, to, toStep, limits);
}

export function shared4(
  filter: usize,
  channels: i32,
  x: usize,
  step: usize,
  block: usize,
  init: usize,
  to: usize,
  toStep: usize,
  limits: usize,
): void {
  shared(4, filter, channels, x, step, block, init, to, toStep, limits);
}

/** As many of `count` results as share what they read; returns how many. */
export function computeShared(
  taps: Taps,
  count: i32,
  channels: i32,
  x: usize,
  step: usize,
  to: usize,
  toStep: usize,
): i32 {
  x += load<usize>(taps.list);
  const filter = load<usize>(taps.list, 4),
    block = taps.block,
    init = taps.init,
    limits = taps.limits;
  let n = 0;
  for (; n + SHARED <= count; n += SHARED, x += <usize>SHARED * step, to += <usize>SHARED * toStep) {
    if (taps.lineTaps == 2) shared2(filter, channels, x, step, block, init, to, toStep, limits);
    else if (taps.lineTaps == 3) shared3(filter, channels, x, step, block, init, to, toStep, limits);
    else shared4(filter, channels, x, step, block, init, to, toStep, limits);
  }
  return n;
}
