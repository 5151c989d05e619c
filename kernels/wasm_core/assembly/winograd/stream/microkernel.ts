import {mad} from '../../common/target';
import {ROW, STREAM_POSITION} from './stream';

/*
 * The microkernels of a filter that is streamed (product.ts): tiles x 8 output channels. They have six or eight sums each,
 * enough to hide the latency of an addition. The inputs of four tiles are interleaved: [depth, 4 tiles] at each position.
 */

/** Bytes of the inputs of one channel. */
export const STREAM_INPUT: usize = 16;

/** Adds the products of `depth` channels and 8 columns to those of four tiles, at `count` neighbouring positions. */
export function stream4x8(
  count: i32,
  depth: i32,
  a: usize,
  aPosition: usize,
  b: usize,
  c: usize,
  cRow: usize,
  cPosition: usize,
): void {
  for (; count > 0; count--) {
    const c1 = c + cRow,
      c2 = c1 + cRow,
      c3 = c2 + cRow;
    let c00 = v128.load(c),
      c01 = v128.load(c, 16),
      c10 = v128.load(c1),
      c11 = v128.load(c1, 16);
    let c20 = v128.load(c2),
      c21 = v128.load(c2, 16),
      c30 = v128.load(c3),
      c31 = v128.load(c3, 16);
    for (let p = a, q = b, end = a + STREAM_INPUT * <usize>depth; p < end; p += STREAM_INPUT, q += ROW) {
      const b0 = v128.load(q),
        b1 = v128.load(q, 16);
      let v = v128.load_splat<f32>(p);
      c00 = mad(v, b0, c00);
      c01 = mad(v, b1, c01);
      v = v128.load_splat<f32>(p, 4);
      c10 = mad(v, b0, c10);
      c11 = mad(v, b1, c11);
      v = v128.load_splat<f32>(p, 8);
      c20 = mad(v, b0, c20);
      c21 = mad(v, b1, c21);
      v = v128.load_splat<f32>(p, 12);
      c30 = mad(v, b0, c30);
      c31 = mad(v, b1, c31);
    }
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c1, c10);
    v128.store(c1, c11, 16);
    v128.store(c2, c20);
    v128.store(c2, c21, 16);
    v128.store(c3, c30);
    v128.store(c3, c31, 16);
    a += aPosition;
    b += STREAM_POSITION;
    c += cPosition;
  }
}

/**
 * stream4x8() of two tiles, at two positions: the inputs of the first tile are at a0 and a1, its products at c0 and c1,
 * those of the second tile `aStep` and `cStep` bytes after them, and the filter is at b0 and b1.
 */
export function stream2x8(
  depth: i32,
  a0: usize,
  a1: usize,
  aStep: usize,
  b0: usize,
  b1: usize,
  c0: usize,
  c1: usize,
  cStep: usize,
): void {
  let p0 = a0 + aStep,
    p1 = a1 + aStep;
  const d0 = c0 + cStep,
    d1 = c1 + cStep;
  let c00 = v128.load(c0),
    c01 = v128.load(c0, 16),
    d00 = v128.load(d0),
    d01 = v128.load(d0, 16);
  let c10 = v128.load(c1),
    c11 = v128.load(c1, 16),
    d10 = v128.load(d1),
    d11 = v128.load(d1, 16);
  for (const end = b0 + ROW * <usize>depth; b0 < end; b0 += ROW, b1 += ROW) {
    const left = v128.load(b0),
      right = v128.load(b0, 16);
    let v = v128.load_splat<f32>(a0);
    c00 = mad(v, left, c00);
    c01 = mad(v, right, c01);
    v = v128.load_splat<f32>(p0);
    d00 = mad(v, left, d00);
    d01 = mad(v, right, d01);
    const nextLeft = v128.load(b1),
      nextRight = v128.load(b1, 16);
    v = v128.load_splat<f32>(a1);
    c10 = mad(v, nextLeft, c10);
    c11 = mad(v, nextRight, c11);
    v = v128.load_splat<f32>(p1);
    d10 = mad(v, nextLeft, d10);
    d11 = mad(v, nextRight, d11);
    a0 += STREAM_INPUT;
    p0 += STREAM_INPUT;
    a1 += STREAM_INPUT;
    p1 += STREAM_INPUT;
  }
  v128.store(c0, c00);
  v128.store(c0, c01, 16);
  v128.store(d0, d00);
  v128.store(d0, d01, 16);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(d1, d10);
  v128.store(d1, d11, 16);
}

/** stream4x8() of one tile, at `count` times three neighbouring positions. */
export function stream1x8(
  count: i32,
  depth: i32,
  a: usize,
  aPosition: usize,
  b: usize,
  c: usize,
  cPosition: usize,
): void {
  for (; count > 0; count--) {
    const c1 = c + cPosition,
      c2 = c1 + cPosition;
    let c00 = v128.load(c),
      c01 = v128.load(c, 16),
      c10 = v128.load(c1),
      c11 = v128.load(c1, 16);
    let c20 = v128.load(c2),
      c21 = v128.load(c2, 16);
    let p = a,
      p1 = a + aPosition,
      p2 = p1 + aPosition;
    for (let q = b, end = b + ROW * <usize>depth; q < end; q += ROW) {
      let v = v128.load_splat<f32>(p);
      c00 = mad(v, v128.load(q), c00);
      c01 = mad(v, v128.load(q, 16), c01);
      v = v128.load_splat<f32>(p1);
      c10 = mad(v, v128.load(q, STREAM_POSITION), c10);
      c11 = mad(v, v128.load(q, STREAM_POSITION + 16), c11);
      v = v128.load_splat<f32>(p2);
      c20 = mad(v, v128.load(q, 2 * STREAM_POSITION), c20);
      c21 = mad(v, v128.load(q, 2 * STREAM_POSITION + 16), c21);
      p += STREAM_INPUT;
      p1 += STREAM_INPUT;
      p2 += STREAM_INPUT;
    }
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c1, c10);
    v128.store(c1, c11, 16);
    v128.store(c2, c20);
    v128.store(c2, c21, 16);
    a += 3 * aPosition;
    b += 3 * STREAM_POSITION;
    c += 3 * cPosition;
  }
}
