import {limited} from '../common/activation';
import {mad, NR_BYTES} from '../common/target';
import {ROW_PANELS} from '../shared/blocking';
import {gemm1x8} from './microkernel';

/*
 * One row times a packed matrix, as in a 1x1 convolution of a single pixel. Every value of the matrix is used once, so that
 * memory limits the speed.
 */

/** Bytes of a row of as many panels. */
const WIDE: usize = <usize>ROW_PANELS * NR_BYTES;

/**
 * The row times ROW_PANELS panels: enough sums to hide the latency of an addition, and enough streams, as memory gives a
 * single one about half as much.
 */
export function gemm1x32(
  depth: i32,
  a: usize,
  aDepth: usize,
  b: usize,
  panel: usize,
  c: usize,
  init: usize,
  limits: usize,
): void {
  let c00 = v128.load(init),
    c01 = v128.load(init, 16),
    c10 = v128.load(init, 32),
    c11 = v128.load(init, 48);
  let c20 = v128.load(init, 64),
    c21 = v128.load(init, 80),
    c30 = v128.load(init, 96),
    c31 = v128.load(init, 112);
  const end = b + <usize>depth * NR_BYTES;
  for (; b < end; b += NR_BYTES) {
    const v = v128.load_splat<f32>(a);
    let p = b;
    c00 = mad(v, v128.load(p), c00);
    c01 = mad(v, v128.load(p, 16), c01);
    p += panel;
    c10 = mad(v, v128.load(p), c10);
    c11 = mad(v, v128.load(p, 16), c11);
    p += panel;
    c20 = mad(v, v128.load(p), c20);
    c21 = mad(v, v128.load(p, 16), c21);
    p += panel;
    c30 = mad(v, v128.load(p), c30);
    c31 = mad(v, v128.load(p, 16), c31);
    a += aDepth;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c10, 32);
  v128.store(c, c11, 48);
  v128.store(c, c20, 64);
  v128.store(c, c21, 80);
  v128.store(c, c30, 96);
  v128.store(c, c31, 112);
  if (limits == 0) return;
  const low = v128.load_splat<f32>(limits),
    high = v128.load_splat<f32>(limits, 4);
  for (const last = c + WIDE; c < last; c += 16) v128.store(c, limited(v128.load(c), low, high));
}

/** The row times panels of 8 columns, which begin `panel` bytes apart. */
export function multiplyRow(
  panels: i32,
  depth: i32,
  a: usize,
  aDepth: usize,
  b: usize,
  panel: usize,
  c: usize,
  init: usize,
  limits: usize,
): void {
  for (; panels >= ROW_PANELS; panels -= ROW_PANELS, b += <usize>ROW_PANELS * panel, c += WIDE, init += WIDE) {
    gemm1x32(depth, a, aDepth, b, panel, c, init, limits);
  }
  for (; panels > 0; panels--, b += panel, c += NR_BYTES, init += NR_BYTES) {
    gemm1x8(depth, a, 0, aDepth, b, c, 0, init, 0, limits);
  }
}
