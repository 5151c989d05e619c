import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {mad} from './target';

/**
 * e^x = 2^n * e^r with r = x - n ln 2: expm1(r) by its Taylor polynomial, which is exact to float32 for |r| <= ln 2 / 2.
 * x below -87 counts as -87, and x above 88 as 88.
 */
@inline
function expParts(x: v128, wantScale: bool): v128 {
  const limited = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(limited, f32x4.splat(1.4426950408889634)));
  const high = f32x4.sub(limited, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let p = mad(f32x4.splat(1.0 / 5040), r, f32x4.splat(1.0 / 720));
  p = mad(p, r, f32x4.splat(1.0 / 120));
  p = mad(p, r, f32x4.splat(1.0 / 24));
  p = mad(p, r, f32x4.splat(1.0 / 6));
  p = mad(p, r, f32x4.splat(0.5));
  p = mad(f32x4.mul(p, r), r, r);
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  const scale = i32x4.shl(exponent, 23);
  const base = wantScale ? scale : f32x4.sub(scale, f32x4.splat(1));
  return f32x4.add(f32x4.mul(p, scale), base);
}

/** The activation of four values; `slope` is read by LEAKY only. NaN stays NaN. */
@inline
function activate(x: v128, activation: i32, slope: v128): v128 {
  const zero = f32x4.splat(0);
  if (activation == Activation.RELU) return f32x4.pmax(x, zero);
  if (activation == Activation.RELU6) return f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6));
  if (activation == Activation.LEAKY) return v128.bitselect(f32x4.mul(x, slope), x, f32x4.lt(x, zero));
  if (activation == Activation.ELU) return v128.bitselect(expParts(x, false), x, f32x4.lt(x, zero));
  if (activation == Activation.SIGMOID) {
    const one = f32x4.splat(1);
    return f32x4.div(one, f32x4.add(one, expParts(f32x4.neg(x), true)));
  }
  return x;
}

/** Whether an activation only limits values, which microkernels can do as they write results. */
@inline
export function isLimited(activation: i32): bool {
  return activation == Activation.RELU || activation == Activation.RELU6;
}

/** Bytes of the limits of such an activation. */
export const LIMITS_BYTES: usize = 16;

/** A vector within limits; NaN stays NaN. */
@inline
export function limited(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** The limits of the results of an activation that only limits values; infinities for any other. */
@inline
export function lowerLimit(activation: i32): f32 {
  return isLimited(activation) ? 0 : -Infinity;
}


@inline
export function upperLimit(activation: i32): f32 {
  return activation == Activation.RELU6 ? 6 : Infinity;
}

/** Writes the lower limit and the upper one. */
export function writeLimits(activation: i32, to: usize): void {
  f32.store(to, lowerLimit(activation));
  f32.store(to, upperLimit(activation), 4);
}

/** The activation of the whole vectors of a row. */
@inline
function activateVectors(activation: i32, at: usize, columns: i32, slopes: usize, slopeStep: usize): void {
  const slopeVectors = slopeStep << 2;
  let slope = activation == Activation.LEAKY ? v128.load_splat<f32>(slopes) : f32x4.splat(0);
  for (const end = at + <usize>(columns & ~3) * F32; at < end; at += 16) {
    if (activation == Activation.LEAKY && slopeStep != 0) {
      slope = v128.load(slopes);
      slopes += slopeVectors;
    }
    v128.store(at, activate(v128.load(at), activation, slope));
  }
}

/**
 * activateRows() for an activation that is known where this is inlined, so that its loops do not branch. What is left of four
 * rows beside whole vectors is computed together, as a result of one channel has nothing else.
 */
@inline
function activateRowsBy(
  activation: i32,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  slopes: usize,
  slopeStep: usize,
): void {
  let slope = f32x4.splat(0);
  for (; rows >= 4; rows -= 4, c += cRow << 2) {
    for (let m = 0; m < 4; m++) activateVectors(activation, c + <usize>m * cRow, columns, slopes, slopeStep);
    for (let n = columns & ~3; n < columns; n++) {
      if (activation == Activation.LEAKY) slope = v128.load_splat<f32>(slopes + <usize>n * slopeStep);
      const first = c + <usize>n * F32;
      const second = first + cRow;
      const third = second + cRow;
      const fourth = third + cRow;
      let x = v128.load32_zero(first);
      x = v128.load32_lane(second, x, 1);
      x = v128.load32_lane(third, x, 2);
      x = v128.load32_lane(fourth, x, 3);
      x = activate(x, activation, slope);
      v128.store32_lane(first, x, 0);
      v128.store32_lane(second, x, 1);
      v128.store32_lane(third, x, 2);
      v128.store32_lane(fourth, x, 3);
    }
  }
  for (; rows > 0; rows--, c += cRow) {
    activateVectors(activation, c, columns, slopes, slopeStep);
    for (let n = columns & ~3; n < columns; n++) {
      const at = c + <usize>n * F32;
      if (activation == Activation.LEAKY) slope = v128.load_splat<f32>(slopes + <usize>n * slopeStep);
      f32.store(at, f32x4.extract_lane(activate(v128.load_splat<f32>(at), activation, slope), 0));
    }
  }
}

/** activateRows() for any activation but LINEAR. */
function activateAll(
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  activation: i32,
  slopes: usize,
  slopeStep: usize,
): void {
  if (slopeStep == 0 && cRow == <usize>columns * F32) {
    columns *= rows;
    rows = 1;
  }
  if (activation == Activation.RELU) activateRowsBy(Activation.RELU, c, cRow, rows, columns, slopes, slopeStep);
  else if (activation == Activation.RELU6) activateRowsBy(Activation.RELU6, c, cRow, rows, columns, slopes, slopeStep);
  else if (activation == Activation.ELU) activateRowsBy(Activation.ELU, c, cRow, rows, columns, slopes, slopeStep);
  else if (activation == Activation.SIGMOID)
    activateRowsBy(Activation.SIGMOID, c, cRow, rows, columns, slopes, slopeStep);
  else if (activation == Activation.LEAKY) activateRowsBy(Activation.LEAKY, c, cRow, rows, columns, slopes, slopeStep);
}

/**
 * Applies an activation in place to `rows` rows of `columns` values; `slopes` are `slopeStep` bytes apart (0: one for
 * all columns). Without an activation nothing is called: engines optimize a long function because it is called.
 */
@inline
export function activateRows(
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  activation: i32,
  slopes: usize,
  slopeStep: usize,
): void {
  if (activation != Activation.LINEAR) activateAll(c, cRow, rows, columns, activation, slopes, slopeStep);
}

/** tanh(x) = expm1(2 x) / (expm1(2 x) + 2) */
@inline
function tanhOf(x: v128): v128 {
  const e = expParts(f32x4.add(x, x), false);
  return f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
}

/** to[n] = tanh(from[n]) */
export function tanhValues(to: usize, from: usize, count: i32): void {
  let n = 0;
  for (; n + 4 <= count; n += 4, to += 16, from += 16) v128.store(to, tanhOf(v128.load(from)));
  for (; n < count; n++, to += F32, from += F32) {
    f32.store(to, f32x4.extract_lane(tanhOf(v128.load_splat<f32>(from)), 0));
  }
}

/** to[n] = activation(from[n]) for any activation but LINEAR, with one slope. */
export function activateValues(to: usize, from: usize, count: i32, activation: i32, slope: usize): void {
  memory.copy(to, from, <usize>count * F32);
  activateAll(to, <usize>count * F32, 1, count, activation, slope, 0);
}

/** Adds a bias (or none, where it is 0) to rows, and applies an activation to them. */
export function finishRows(
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  activation: i32,
  slopes: usize,
  slopeStep: usize,
): void {
  if (bias != 0) {
    let at = c;
    for (let m = 0; m < rows; m++, at += cRow) {
      for (let n = 0; n < columns; n++) {
        const value = at + <usize>n * F32;
        f32.store(value, f32.load(value) + f32.load(bias + <usize>n * F32));
      }
    }
  }
  activateRows(c, cRow, rows, columns, activation, slopes, slopeStep);
}
