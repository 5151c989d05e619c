import {ENTRY} from '../common/tap_lists';
import {mad} from '../common/target';
import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {limitAt, storeLimited} from './few_taps';
import {Taps} from './taps';

/*
 * The depthwise microkernels of few taps that compute one result, all channels of it: memory is read and written in order,
 * which takes two thirds of the time of results side by side where it is not in the caches.
 */

/** One result of all channels from a list of `taps` taps, a constant. */
@inline
function inOrder(
  taps: i32,
  list: usize,
  channels: i32,
  x: usize,
  block: usize,
  init: usize,
  to: usize,
  limits: usize,
): void {
  const zero = f32x4.splat(0);
  const isLimited = limits != 0;
  const low = limitAt(limits, 0),
    high = limitAt(limits, 4);
  let filter = load<usize>(list, 4);
  let p0 = load<usize>(list) + x,
    p1 = load<usize>(list, ENTRY) + x,
    p2 = taps > 2 ? load<usize>(list, 2 * ENTRY) + x : 0,
    p3 = taps > 3 ? load<usize>(list, 3 * ENTRY) + x : 0;
  for (;;) {
    const x0a = v128.load(p0),
      x1a = v128.load(p1),
      x2a = taps > 2 ? v128.load(p2) : zero,
      x3a = taps > 3 ? v128.load(p3) : zero;
    const x0b = v128.load(p0, 16),
      x1b = v128.load(p1, 16),
      x2b = taps > 2 ? v128.load(p2, 16) : zero,
      x3b = taps > 3 ? v128.load(p3, 16) : zero;
    let a = mad(x0a, v128.load(filter), v128.load(init));
    a = mad(x1a, v128.load(filter, 32), a);
    if (taps > 2) a = mad(x2a, v128.load(filter, 64), a);
    if (taps > 3) a = mad(x3a, v128.load(filter, 96), a);
    let b = mad(x0b, v128.load(filter, 16), v128.load(init, 16));
    b = mad(x1b, v128.load(filter, 48), b);
    if (taps > 2) b = mad(x2b, v128.load(filter, 80), b);
    if (taps > 3) b = mad(x3b, v128.load(filter, 112), b);
    storeLimited(to, a, isLimited, low, high);
    storeLimited(to + 16, b, isLimited, low, high);
    channels -= DEPTHWISE_CHANNELS;
    if (channels <= 0) return;
    const next = <usize>min(channels, DEPTHWISE_CHANNELS) * F32;
    p0 += next;
    p1 += next;
    if (taps > 2) p2 += next;
    if (taps > 3) p3 += next;
    filter += block;
    init += next;
    to += next;
  }
}

/* A function for each number of taps, exported so that the compiler does not inline all of them, which would spill. */

export function inOrder2(
  list: usize,
  channels: i32,
  x: usize,
  block: usize,
  init: usize,
  to: usize,
  limits: usize,
): void {
  inOrder(2, list, channels, x, block, init, to, limits);
}

export function inOrder3(
  list: usize,
  channels: i32,
  x: usize,
  block: usize,
  init: usize,
  to: usize,
  limits: usize,
): void {
  inOrder(3, list, channels, x, block, init, to, limits);
}

export function inOrder4(
  list: usize,
  channels: i32,
  x: usize,
  block: usize,
  init: usize,
  to: usize,
  limits: usize,
): void {
  inOrder(4, list, channels, x, block, init, to, limits);
}

/** `count` results of an image that is read in order. */
export function computeInOrder(
  taps: Taps,
  count: i32,
  channels: i32,
  x: usize,
  step: usize,
  to: usize,
  toStep: usize,
): void {
  const list = taps.list,
    block = taps.block,
    init = taps.init,
    limits = taps.limits;
  for (; count > 0; count--, x += step, to += toStep) {
    if (taps.fewTaps == 2) inOrder2(list, channels, x, block, init, to, limits);
    else if (taps.fewTaps == 3) inOrder3(list, channels, x, block, init, to, limits);
    else inOrder4(list, channels, x, block, init, to, limits);
  }
}
