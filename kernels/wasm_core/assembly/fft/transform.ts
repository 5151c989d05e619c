import {mad} from '../common/target';
import {E, nmad, storeTimes} from './complex';
import {passDown5, passUp5} from './transform_five';

export {E, nmad} from './complex';

/*
 * Complex FFTs of four lines at once, one a lane. An element is two vectors, [four real parts | four imaginary parts],
 * so nothing is ever shuffled. Two real lines make one complex one (the second is the imaginary part): a real filter
 * treats both alike, so nothing has to be taken apart behind it, and no real-to-complex step exists.
 *
 * Forward is decimation in frequency, inverse is decimation in time, with the same radices in the opposite order:
 * frequencies lie in digit-reversed order between them, which products of spectra do not mind. Lengths that are five times
 * a power of two begin with radix 5 (transform_five.ts).
 */

/** Radix-4 twiddles of length n, 6 floats for each j < n / 4: w^j, w^2j, w^3j. Those of shorter ones lie below. */
let tables: usize = 0;

export function setTables(address: usize): void {
  tables = address;
}


@inline
function twiddles(n: i32): usize {
  return tables + <usize>(n >> 2) * 24;
}

/** Radix-5 twiddles of length n, 8 floats for each j < n / 5: behind those of the powers of two below 2n. */
@inline
function fives(n: i32): usize {
  return tables + <usize>(n / 5) * 96;
}

/** One pass: the butterflies over `len` elements, from `src` (elements `step` apart) to `dst` (contiguous). */
@inline
function passDown(src: usize, step: usize, dst: usize, len: i32): void {
  const q = (<usize>len) >> 2;
  const from = q * step,
    to = q * E;
  const end = dst + to;
  let w = twiddles(len);
  for (; dst < end; dst += E, src += step, w += 24) {
    const p1 = src + from,
      p2 = p1 + from,
      p3 = p2 + from;
    let r0 = v128.load(src),
      i0 = v128.load(src, 16);
    let r2 = v128.load(p2),
      i2 = v128.load(p2, 16);
    const dr = f32x4.sub(r0, r2),
      di = f32x4.sub(i0, i2);
    r0 = f32x4.add(r0, r2);
    i0 = f32x4.add(i0, i2);
    let r1 = v128.load(p1),
      i1 = v128.load(p1, 16);
    r2 = v128.load(p3);
    i2 = v128.load(p3, 16);
    const er = f32x4.sub(r1, r2),
      ei = f32x4.sub(i1, i2);
    r1 = f32x4.add(r1, r2);
    i1 = f32x4.add(i1, i2);
    v128.store(dst, f32x4.add(r0, r1));
    v128.store(dst, f32x4.add(i0, i1), 16);
    const d1 = dst + to,
      d2 = d1 + to,
      d3 = d2 + to;
    storeTimes(d1, f32x4.add(dr, ei), f32x4.sub(di, er), w);
    storeTimes(d2, f32x4.sub(r0, r1), f32x4.sub(i0, i1), w + 8);
    storeTimes(d3, f32x4.sub(dr, ei), f32x4.add(di, er), w + 16);
  }
}

/** The inverse of passDown: from `src` (contiguous) to `dst` (elements `step` apart). */
@inline
function passUp(src: usize, dst: usize, step: usize, len: i32): void {
  const q = (<usize>len) >> 2;
  const from = q * E,
    to = q * step;
  const end = src + from;
  let w = twiddles(len);
  for (; src < end; src += E, dst += step, w += 24) {
    const p1 = src + from,
      p2 = p1 + from,
      p3 = p2 + from;
    let c = v128.load_splat<f32>(w, 8),
      s = v128.load_splat<f32>(w, 12);
    let x = v128.load(p2),
      y = v128.load(p2, 16);
    const r2 = mad(y, s, f32x4.mul(x, c)),
      i2 = nmad(x, s, f32x4.mul(y, c));
    x = v128.load(src);
    y = v128.load(src, 16);
    const sr = f32x4.add(x, r2),
      si = f32x4.add(y, i2),
      dr = f32x4.sub(x, r2),
      di = f32x4.sub(y, i2);
    c = v128.load_splat<f32>(w);
    s = v128.load_splat<f32>(w, 4);
    x = v128.load(p1);
    y = v128.load(p1, 16);
    const r1 = mad(y, s, f32x4.mul(x, c)),
      i1 = nmad(x, s, f32x4.mul(y, c));
    c = v128.load_splat<f32>(w, 16);
    s = v128.load_splat<f32>(w, 20);
    x = v128.load(p3);
    y = v128.load(p3, 16);
    const r3 = mad(y, s, f32x4.mul(x, c)),
      i3 = nmad(x, s, f32x4.mul(y, c));
    const tr = f32x4.add(r1, r3),
      ti = f32x4.add(i1, i3),
      er = f32x4.sub(r1, r3),
      ei = f32x4.sub(i1, i3);
    const d1 = dst + to,
      d2 = d1 + to,
      d3 = d2 + to;
    v128.store(dst, f32x4.add(sr, tr));
    v128.store(dst, f32x4.add(si, ti), 16);
    v128.store(d1, f32x4.sub(dr, ei));
    v128.store(d1, f32x4.add(di, er), 16);
    v128.store(d2, f32x4.sub(sr, tr));
    v128.store(d2, f32x4.sub(si, ti), 16);
    v128.store(d3, f32x4.add(dr, ei));
    v128.store(d3, f32x4.sub(di, er), 16);
  }
}

/** The DFT of 4 contiguous elements, in place; `up` is the inverse. */
@inline
function four(p: usize, up: bool): void {
  const r0 = v128.load(p),
    i0 = v128.load(p, 16),
    r2 = v128.load(p, 64),
    i2 = v128.load(p, 80);
  const sr = f32x4.add(r0, r2),
    si = f32x4.add(i0, i2),
    dr = f32x4.sub(r0, r2),
    di = f32x4.sub(i0, i2);
  const r1 = v128.load(p, 32),
    i1 = v128.load(p, 48),
    r3 = v128.load(p, 96),
    i3 = v128.load(p, 112);
  const tr = f32x4.add(r1, r3),
    ti = f32x4.add(i1, i3),
    er = f32x4.sub(r1, r3),
    ei = f32x4.sub(i1, i3);
  v128.store(p, f32x4.add(sr, tr));
  v128.store(p, f32x4.add(si, ti), 16);
  v128.store(p, f32x4.sub(sr, tr), 64);
  v128.store(p, f32x4.sub(si, ti), 80);
  const ar = f32x4.add(dr, ei),
    ai = f32x4.sub(di, er),
    br = f32x4.sub(dr, ei),
    bi = f32x4.add(di, er);
  v128.store(p, up ? br : ar, 32);
  v128.store(p, up ? bi : ai, 48);
  v128.store(p, up ? ar : br, 96);
  v128.store(p, up ? ai : bi, 112);
}


@inline
function fours(p: usize, n: i32, up: bool): void {
  for (const end = p + <usize>n * E; p < end; p += 4 * E) four(p, up);
}

const HALF: f32 = 0.7071067811865476;

/** DFTs of 8 contiguous elements each, in place. Sums stay in registers, differences wait in memory: 16 do not fit. */
@inline
function eightsDown(p: usize, n: i32): void {
  for (const end = p + <usize>n * E; p < end; p += 8 * E) {
    sumAndDifference(p, 0);
    sumAndDifference(p, 1);
    sumAndDifference(p, 2);
    sumAndDifference(p, 3);
    four(p, false);
    const h = f32x4.splat(HALF);
    const p4 = p + 4 * E;
    // Times w^k, w = (1 - i) / sqrt 2: k = 1, 2, 3.
    let x = v128.load(p4 + 32),
      y = v128.load(p4 + 48);
    const r1 = f32x4.mul(h, f32x4.add(x, y)),
      i1 = f32x4.mul(h, f32x4.sub(y, x));
    x = v128.load(p4 + 96);
    y = v128.load(p4 + 112);
    const r3 = f32x4.mul(h, f32x4.sub(y, x)),
      m3 = f32x4.mul(h, f32x4.add(x, y)); // the imaginary part is -m3
    const tr = f32x4.add(r1, r3),
      ti = f32x4.sub(i1, m3),
      er = f32x4.sub(r1, r3),
      ei = f32x4.add(i1, m3);
    const r0 = v128.load(p4),
      i0 = v128.load(p4 + 16),
      r2 = v128.load(p4 + 80),
      m2 = v128.load(p4 + 64);
    const sr = f32x4.add(r0, r2),
      si = f32x4.sub(i0, m2),
      dr = f32x4.sub(r0, r2),
      di = f32x4.add(i0, m2);
    v128.store(p4, f32x4.add(sr, tr));
    v128.store(p4 + 16, f32x4.add(si, ti));
    v128.store(p4 + 64, f32x4.sub(sr, tr));
    v128.store(p4 + 80, f32x4.sub(si, ti));
    v128.store(p4 + 32, f32x4.add(dr, ei));
    v128.store(p4 + 48, f32x4.sub(di, er));
    v128.store(p4 + 96, f32x4.sub(dr, ei));
    v128.store(p4 + 112, f32x4.add(di, er));
  }
}


@inline
function sumAndDifference(p: usize, k: usize): void {
  const a = p + k * E;
  const r0 = v128.load(a),
    i0 = v128.load(a + 128),
    r1 = v128.load(a + 16),
    i1 = v128.load(a + 144);
  v128.store(a, f32x4.add(r0, i0));
  v128.store(a + 16, f32x4.add(r1, i1));
  v128.store(a + 128, f32x4.sub(r0, i0));
  v128.store(a + 144, f32x4.sub(r1, i1));
}


@inline
function eightsUp(p: usize, n: i32): void {
  for (const end = p + <usize>n * E; p < end; p += 8 * E) {
    four(p, true);
    const h = f32x4.splat(HALF);
    const p4 = p + 4 * E;
    const r0 = v128.load(p4),
      i0 = v128.load(p4 + 16),
      r2 = v128.load(p4 + 64),
      i2 = v128.load(p4 + 80);
    const sr = f32x4.add(r0, r2),
      si = f32x4.add(i0, i2),
      dr = f32x4.sub(r0, r2),
      di = f32x4.sub(i0, i2);
    const r1 = v128.load(p4 + 32),
      i1 = v128.load(p4 + 48),
      r3 = v128.load(p4 + 96),
      i3 = v128.load(p4 + 112);
    const tr = f32x4.add(r1, r3),
      ti = f32x4.add(i1, i3),
      er = f32x4.sub(r1, r3),
      ei = f32x4.sub(i1, i3);
    both(p, f32x4.add(sr, tr), f32x4.add(si, ti));
    const xr = f32x4.sub(sr, tr),
      xi = f32x4.sub(si, ti); // times i
    bothOf(p + 64, xi, xr);
    let x = f32x4.sub(dr, ei),
      y = f32x4.add(di, er); // times (1 + i) / sqrt 2
    both(p + 32, f32x4.mul(h, f32x4.sub(x, y)), f32x4.mul(h, f32x4.add(x, y)));
    x = f32x4.add(dr, ei);
    y = f32x4.sub(di, er); // times (-1 + i) / sqrt 2
    bothOf(p + 96, f32x4.mul(h, f32x4.add(x, y)), f32x4.mul(h, f32x4.sub(x, y)));
  }
}

/** Elements at a and 4 behind it become a + (re, im) and a - (re, im). */
@inline
function both(a: usize, re: v128, im: v128): void {
  const r = v128.load(a),
    i = v128.load(a + 16);
  v128.store(a, f32x4.add(r, re));
  v128.store(a + 16, f32x4.add(i, im));
  v128.store(a + 128, f32x4.sub(r, re));
  v128.store(a + 144, f32x4.sub(i, im));
}

/** The same with (-minus, im). */
@inline
function bothOf(a: usize, minus: v128, im: v128): void {
  const r = v128.load(a),
    i = v128.load(a + 16);
  v128.store(a, f32x4.sub(r, minus));
  v128.store(a + 16, f32x4.add(i, im));
  v128.store(a + 128, f32x4.add(r, minus));
  v128.store(a + 144, f32x4.sub(i, im));
}

/**
 * From `src` (elements `step` apart) to `line` (contiguous, may be `src`); n is a power of two, 16 or more, or five times
 * one.
 */
export function forward(src: usize, step: usize, line: usize, n: i32): void {
  if (n % 5 == 0) {
    const q = n / 5;
    passDown5(src, step, line, n, fives(n));
    for (let part: usize = 0; part < 5; part++)
      forwardPower(line + part * <usize>q * E, E, line + part * <usize>q * E, q);
    return;
  }
  forwardPower(src, step, line, n);
}

/** forward() of a power of two. */
function forwardPower(src: usize, step: usize, line: usize, n: i32): void {
  passDown(src, step, line, n);
  const q = n >> 2;
  if (q == 4) fours(line, n, false);
  else if (q == 8) eightsDown(line, n);
  else
    for (const end = line + <usize>n * E, bytes = <usize>q * E; line < end; line += bytes)
      forwardPower(line, E, line, q);
}

/** From `line` (contiguous) to `dst` (elements `step` apart); overwrites `line`. Nothing is scaled. */
export function inverse(line: usize, dst: usize, step: usize, n: i32): void {
  if (n % 5 == 0) {
    const q = n / 5;
    for (let part: usize = 0; part < 5; part++)
      inversePower(line + part * <usize>q * E, line + part * <usize>q * E, E, q);
    passUp5(line, dst, step, n, fives(n));
    return;
  }
  inversePower(line, dst, step, n);
}

/** inverse() of a power of two. */
function inversePower(line: usize, dst: usize, step: usize, n: i32): void {
  const q = n >> 2;
  if (q == 4) fours(line, n, true);
  else if (q == 8) eightsUp(line, n);
  else
    for (let p = line, end = line + <usize>n * E, bytes = <usize>q * E; p < end; p += bytes) inversePower(p, p, E, q);
  passUp(line, dst, step, n);
}
