import {ENTRY} from '../common/tap_lists';
import {mad} from '../common/target';
import {storeFirst} from '../common/vector';
import {F32} from '../shared/blocking';

/*
 * The microkernels of few channels per group: 6 neighbouring results of 4 output channels, or 3 of 8. More than 6 sums in
 * a loop within a loop are spilled.
 */

/** `rows` (6, or 1, a constant) results of 4 output channels, `present` of which there are. */
@inline
export function grouped6x4(
  rows: i32,
  channels: i32,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  filter: usize,
  init: v128,
  to: usize,
  toStep: usize,
  present: i32,
): void {
  let y0 = init,
    y1 = init,
    y2 = init,
    y3 = init,
    y4 = init,
    y5 = init;
  for (let entry = list; entry < end; entry += ENTRY) {
    let a = load<usize>(entry) + x;
    let b = filter + load<usize>(entry, 4) * 16;
    for (const last = a + <usize>channels * F32; a < last; a += F32, b += 16) {
      const f = v128.load(b);
      y0 = mad(v128.load_splat<f32>(a), f, y0);
      if (rows == 1) continue;
      let p = a + step;
      y1 = mad(v128.load_splat<f32>(p), f, y1);
      p += step;
      y2 = mad(v128.load_splat<f32>(p), f, y2);
      p += step;
      y3 = mad(v128.load_splat<f32>(p), f, y3);
      p += step;
      y4 = mad(v128.load_splat<f32>(p), f, y4);
      y5 = mad(v128.load_splat<f32>(p + step), f, y5);
    }
  }
  storeFirst(to, y0, present);
  if (rows == 1) return;
  storeFirst((to += toStep), y1, present);
  storeFirst((to += toStep), y2, present);
  storeFirst((to += toStep), y3, present);
  storeFirst((to += toStep), y4, present);
  storeFirst(to + toStep, y5, present);
}

/** `rows` (3, or 1, a constant) results of 8 output channels, `present` of which there are. */
@inline
export function grouped3x8(
  rows: i32,
  channels: i32,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  filter: usize,
  init0: v128,
  init1: v128,
  to: usize,
  toStep: usize,
  present: i32,
): void {
  let y00 = init0,
    y10 = init0,
    y20 = init0;
  let y01 = init1,
    y11 = init1,
    y21 = init1;
  for (let entry = list; entry < end; entry += ENTRY) {
    let a = load<usize>(entry) + x;
    let b = filter + load<usize>(entry, 4) * 32;
    for (const last = a + <usize>channels * F32; a < last; a += F32, b += 32) {
      const f0 = v128.load(b);
      const f1 = v128.load(b, 16);
      let v = v128.load_splat<f32>(a);
      y00 = mad(v, f0, y00);
      y01 = mad(v, f1, y01);
      if (rows == 1) continue;
      const p = a + step;
      v = v128.load_splat<f32>(p);
      y10 = mad(v, f0, y10);
      y11 = mad(v, f1, y11);
      v = v128.load_splat<f32>(p + step);
      y20 = mad(v, f0, y20);
      y21 = mad(v, f1, y21);
    }
  }
  v128.store(to, y00);
  storeFirst(to + 16, y01, present - 4);
  if (rows == 1) return;
  v128.store((to += toStep), y10);
  storeFirst(to + 16, y11, present - 4);
  v128.store((to += toStep), y20);
  storeFirst(to + 16, y21, present - 4);
}
