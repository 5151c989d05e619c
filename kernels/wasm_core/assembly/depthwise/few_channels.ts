import {ENTRY} from '../common/tap_lists';
import {mad} from '../common/target';
import {loadFirst, storeFirst} from '../common/vector';
import {F32, VECTOR} from '../shared/blocking';

/*
 * The depthwise microkernels of fewer than 8 channels whose results do not read neighbouring pixels, for which channels
 * cannot be repeated (microkernel.ts). A vector has the channels of one pixel, or of several that are a stride apart.
 */

/** Vectors of results of a microkernel; each is two, which may overlap, where the channels take more than one. */
const VECTORS: i32 = 4;

/** Pixels of a vector. */
@inline
function pixelsOf(channels: i32): i32 {
  return channels < 3 ? VECTOR / channels : 1;
}

/** Results of a microkernel. */
@inline
export function fewResults(channels: i32): i32 {
  return VECTORS * pixelsOf(channels);
}

/** The pixels at p, p + step, ... that are a vector; nothing beyond them is read. */
@inline
function loadPixels(channels: i32, p: usize, step: usize): v128 {
  if (channels == 1) {
    let v = v128.load32_zero(p);
    v = v128.load_lane<f32>((p += step), v, 1);
    v = v128.load_lane<f32>((p += step), v, 2);
    return v128.load_lane<f32>(p + step, v, 3);
  }
  if (channels == 2) return v128.load_lane<i64>(p + step, v128.load64_zero(p), 1);
  if (channels == 3) return v128.load_lane<f32>(p, v128.load64_zero(p), 2, 8);
  return v128.load(p);
}


@inline
function storePixels(channels: i32, p: usize, step: usize, v: v128): void {
  if (channels == 1) {
    v128.store_lane<f32>(p, v, 0);
    v128.store_lane<f32>((p += step), v, 1);
    v128.store_lane<f32>((p += step), v, 2);
    v128.store_lane<f32>(p + step, v, 3);
  } else if (channels == 2) {
    v128.store_lane<i64>(p, v, 0);
    v128.store_lane<i64>(p + step, v, 1);
  } else if (channels == 3) {
    v128.store_lane<i64>(p, v, 0);
    v128.store_lane<f32>(p, v, 2, 8);
  } else {
    v128.store(p, v);
  }
}

/**
 * fewResults() results of 1, 2, 3 or 4 (for 4 and more) channels, a constant. `second` is the offset of a second vector,
 * which is 0 where there is none.
 */
@inline
function fewChannels(
  channels: i32,
  second: usize,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  init: usize,
  to: usize,
  toStep: usize,
): void {
  const pixels = <usize>pixelsOf(channels);
  const vectorStep = pixels * step;
  let a0 = v128.load(init);
  let b0 = v128.load(init + second);
  let a1 = a0,
    a2 = a0,
    a3 = a0,
    b1 = b0,
    b2 = b0,
    b3 = b0;
  for (let entry = list; entry < end; entry += ENTRY) {
    let p = load<usize>(entry) + x;
    const f = load<usize>(entry, 4);
    const fa = v128.load(f);
    const fb = v128.load(f + second);
    a0 = mad(loadPixels(channels, p, step), fa, a0);
    if (channels > 3) b0 = mad(v128.load(p + second), fb, b0);
    p += vectorStep;
    a1 = mad(loadPixels(channels, p, step), fa, a1);
    if (channels > 3) b1 = mad(v128.load(p + second), fb, b1);
    p += vectorStep;
    a2 = mad(loadPixels(channels, p, step), fa, a2);
    if (channels > 3) b2 = mad(v128.load(p + second), fb, b2);
    p += vectorStep;
    a3 = mad(loadPixels(channels, p, step), fa, a3);
    if (channels > 3) b3 = mad(v128.load(p + second), fb, b3);
  }
  const resultStep = pixels * toStep;
  storePixels(channels, to, toStep, a0);
  if (channels > 3) v128.store(to + second, b0);
  storePixels(channels, (to += resultStep), toStep, a1);
  if (channels > 3) v128.store(to + second, b1);
  storePixels(channels, (to += resultStep), toStep, a2);
  if (channels > 3) v128.store(to + second, b2);
  storePixels(channels, (to += resultStep), toStep, a3);
  if (channels > 3) v128.store(to + second, b3);
}

/* A function for each number of channels, exported so that the compiler does not inline all of them. */

export function few1(list: usize, end: usize, x: usize, step: usize, init: usize, to: usize, toStep: usize): void {
  fewChannels(1, 0, list, end, x, step, init, to, toStep);
}

export function few2(list: usize, end: usize, x: usize, step: usize, init: usize, to: usize, toStep: usize): void {
  fewChannels(2, 0, list, end, x, step, init, to, toStep);
}

export function few3(list: usize, end: usize, x: usize, step: usize, init: usize, to: usize, toStep: usize): void {
  fewChannels(3, 0, list, end, x, step, init, to, toStep);
}

export function few4(
  second: usize,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  init: usize,
  to: usize,
  toStep: usize,
): void {
  fewChannels(4, second, list, end, x, step, init, to, toStep);
}

/** At least fewResults() results of 1 to 7 channels; the last microkernel ends with the last result. */
export function computeFewResults(
  count: i32,
  channels: i32,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  init: usize,
  to: usize,
  toStep: usize,
): void {
  const results = fewResults(channels);
  const second = <usize>max(channels - VECTOR, 0) * F32;
  for (let first = 0; first < count; first += results) {
    const n = <usize>min(first, count - results);
    const from = x + n * step;
    const at = to + n * toStep;
    if (channels == 1) few1(list, end, from, step, init, at, toStep);
    else if (channels == 2) few2(list, end, from, step, init, at, toStep);
    else if (channels == 3) few3(list, end, from, step, init, at, toStep);
    else few4(second, list, end, from, step, init, at, toStep);
  }
}

/** One result of fewer than 8 channels; `x` is its offset from the list. */
export function computeFewChannels(list: usize, end: usize, channels: i32, x: usize, init: usize, to: usize): void {
  const last = <usize>channels * F32;
  if (channels >= 4) {
    // Two vectors, which may overlap.
    const b = last - 16;
    let y0 = v128.load(init),
      y1 = v128.load(init + b);
    for (let entry = list; entry < end; entry += ENTRY) {
      const p = load<usize>(entry) + x,
        f = load<usize>(entry, 4);
      y0 = mad(v128.load(p), v128.load(f), y0);
      y1 = mad(v128.load(p + b), v128.load(f + b), y1);
    }
    v128.store(to, y0);
    v128.store(to + b, y1);
    return;
  }
  let y = v128.load(init);
  for (let entry = list; entry < end; entry += ENTRY) {
    y = mad(loadFirst(load<usize>(entry) + x, channels), v128.load(load<usize>(entry, 4)), y);
  }
  storeFirst(to, y, channels);
}
