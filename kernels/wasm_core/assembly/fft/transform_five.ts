import {mad} from '../common/target';
import {E, nmad, storeTimes} from './complex';

/*
 * The passes of radix 5 of transform.ts. With t1 = x1 + x4, t2 = x2 + x3, t3 = x1 - x4, t4 = x2 - x3, and the cosines and
 * sines of 72 and 144 degrees, the DFT of five elements is x0 + t1 + t2, a1 -+ i b1 and a2 -+ i b2, where
 *
 *     a1 = x0 + C1 t1 + C2 t2, b1 = S1 t3 + S2 t4, a2 = x0 + C2 t1 + C1 t2, b2 = S2 t3 - S1 t4.
 */

const C1: f32 = 0.30901699437494745;
const C2: f32 = -0.8090169943749475;
const S1: f32 = 0.9510565162951535;
const S2: f32 = 0.5877852522924731;

/** x + c * t + d * u */
@inline
function sumOf(x: v128, c: f32, t: v128, d: f32, u: v128): v128 {
  return mad(f32x4.splat(d), u, mad(f32x4.splat(c), t, x));
}

/** One pass: the butterflies over `len` elements, from `src` (elements `step` apart) to `dst` (contiguous). */
export function passDown5(src: usize, step: usize, dst: usize, len: i32, w: usize): void {
  const q = <usize>(len / 5);
  const from = q * step,
    to = q * E;
  const zero = f32x4.splat(0);
  for (const end = dst + to; dst < end; dst += E, src += step, w += 32) {
    const p1 = src + from,
      p2 = p1 + from,
      p3 = p2 + from,
      p4 = p3 + from;
    let x0 = v128.load(src),
      x1 = v128.load(p1),
      x2 = v128.load(p2),
      x3 = v128.load(p3),
      x4 = v128.load(p4);
    let t1 = f32x4.add(x1, x4),
      t2 = f32x4.add(x2, x3),
      t3 = f32x4.sub(x1, x4),
      t4 = f32x4.sub(x2, x3);
    const a1r = sumOf(x0, C1, t1, C2, t2),
      a2r = sumOf(x0, C2, t1, C1, t2),
      b1r = sumOf(zero, S1, t3, S2, t4),
      b2r = sumOf(zero, S2, t3, -S1, t4);
    v128.store(dst, f32x4.add(x0, f32x4.add(t1, t2)));
    x0 = v128.load(src, 16);
    x1 = v128.load(p1, 16);
    x2 = v128.load(p2, 16);
    x3 = v128.load(p3, 16);
    x4 = v128.load(p4, 16);
    t1 = f32x4.add(x1, x4);
    t2 = f32x4.add(x2, x3);
    t3 = f32x4.sub(x1, x4);
    t4 = f32x4.sub(x2, x3);
    const a1i = sumOf(x0, C1, t1, C2, t2),
      a2i = sumOf(x0, C2, t1, C1, t2),
      b1i = sumOf(zero, S1, t3, S2, t4),
      b2i = sumOf(zero, S2, t3, -S1, t4);
    v128.store(dst, f32x4.add(x0, f32x4.add(t1, t2)), 16);
    const d1 = dst + to,
      d2 = d1 + to,
      d3 = d2 + to;
    storeTimes(d1, f32x4.add(a1r, b1i), f32x4.sub(a1i, b1r), w);
    storeTimes(d2, f32x4.add(a2r, b2i), f32x4.sub(a2i, b2r), w + 8);
    storeTimes(d3, f32x4.sub(a2r, b2i), f32x4.add(a2i, b2r), w + 16);
    storeTimes(d3 + to, f32x4.sub(a1r, b1i), f32x4.add(a1i, b1r), w + 24);
  }
}

/** The real part of the element at p times the conjugate of w. */
@inline
function realTimes(p: usize, w: usize): v128 {
  return mad(v128.load(p, 16), v128.load_splat<f32>(w, 4), f32x4.mul(v128.load(p), v128.load_splat<f32>(w)));
}


@inline
function imaginaryTimes(p: usize, w: usize): v128 {
  return nmad(v128.load(p), v128.load_splat<f32>(w, 4), f32x4.mul(v128.load(p, 16), v128.load_splat<f32>(w)));
}

/** The inverse of passDown5: from `src` (contiguous) to `dst` (elements `step` apart). */
export function passUp5(src: usize, dst: usize, step: usize, len: i32, w: usize): void {
  const q = <usize>(len / 5);
  const from = q * E,
    to = q * step;
  const zero = f32x4.splat(0);
  for (const end = src + from; src < end; src += E, dst += step, w += 32) {
    const p1 = src + from,
      p2 = p1 + from,
      p3 = p2 + from,
      p4 = p3 + from;
    let x0 = v128.load(src),
      x1 = realTimes(p1, w),
      x2 = realTimes(p2, w + 8),
      x3 = realTimes(p3, w + 16),
      x4 = realTimes(p4, w + 24);
    let t1 = f32x4.add(x1, x4),
      t2 = f32x4.add(x2, x3),
      t3 = f32x4.sub(x1, x4),
      t4 = f32x4.sub(x2, x3);
    const y0 = f32x4.add(x0, f32x4.add(t1, t2)),
      a1r = sumOf(x0, C1, t1, C2, t2),
      a2r = sumOf(x0, C2, t1, C1, t2),
      b1r = sumOf(zero, S1, t3, S2, t4),
      b2r = sumOf(zero, S2, t3, -S1, t4);
    x0 = v128.load(src, 16);
    x1 = imaginaryTimes(p1, w);
    x2 = imaginaryTimes(p2, w + 8);
    x3 = imaginaryTimes(p3, w + 16);
    x4 = imaginaryTimes(p4, w + 24);
    t1 = f32x4.add(x1, x4);
    t2 = f32x4.add(x2, x3);
    t3 = f32x4.sub(x1, x4);
    t4 = f32x4.sub(x2, x3);
    const a1i = sumOf(x0, C1, t1, C2, t2),
      a2i = sumOf(x0, C2, t1, C1, t2),
      b1i = sumOf(zero, S1, t3, S2, t4),
      b2i = sumOf(zero, S2, t3, -S1, t4);
    const d1 = dst + to,
      d2 = d1 + to,
      d3 = d2 + to,
      d4 = d3 + to;
    v128.store(dst, y0);
    v128.store(dst, f32x4.add(x0, f32x4.add(t1, t2)), 16);
    v128.store(d1, f32x4.sub(a1r, b1i));
    v128.store(d1, f32x4.add(a1i, b1r), 16);
    v128.store(d2, f32x4.sub(a2r, b2i));
    v128.store(d2, f32x4.add(a2i, b2r), 16);
    v128.store(d3, f32x4.add(a2r, b2i));
    v128.store(d3, f32x4.sub(a2i, b2r), 16);
    v128.store(d4, f32x4.add(a1r, b1i));
    v128.store(d4, f32x4.sub(a1i, b1r), 16);
  }
}
