import {mad} from '../../common/target';
import {ROW_CHANNEL} from '../dense_product';
import {nmad} from '../transform';
import {QUAD} from './dense_scratch';

/*
 * Products of the spectra of x and the conjugates of those of dy, many channels of each: x conj(y) has the real part
 * Re x Re y + Im x Im y and the imaginary part Im x Re y - Re x Im y.
 */

/** Adds `rows` rows: four channels of x times four of dy. Sums of the channels of x are `step` bytes apart. */
function addFour(rows: i32, x: usize, xRow: usize, dy: usize, dyRow: usize, sum: usize, step: usize): void {
  const at1 = sum + step,
    at2 = at1 + step,
    at3 = at2 + step;
  let r0 = v128.load(sum),
    i0 = v128.load(sum, 16),
    r1 = v128.load(at1),
    i1 = v128.load(at1, 16),
    r2 = v128.load(at2),
    i2 = v128.load(at2, 16),
    r3 = v128.load(at3),
    i3 = v128.load(at3, 16);
  for (let row = 0; row < rows; row++, x += xRow, dy += dyRow) {
    const c = v128.load(dy),
      s = v128.load(dy, 16);
    let re = v128.load_splat<f32>(x),
      im = v128.load_splat<f32>(x, 4);
    r0 = mad(im, s, mad(re, c, r0));
    i0 = nmad(re, s, mad(im, c, i0));
    re = v128.load_splat<f32>(x, 8);
    im = v128.load_splat<f32>(x, 12);
    r1 = mad(im, s, mad(re, c, r1));
    i1 = nmad(re, s, mad(im, c, i1));
    re = v128.load_splat<f32>(x, 16);
    im = v128.load_splat<f32>(x, 20);
    r2 = mad(im, s, mad(re, c, r2));
    i2 = nmad(re, s, mad(im, c, i2));
    re = v128.load_splat<f32>(x, 24);
    im = v128.load_splat<f32>(x, 28);
    r3 = mad(im, s, mad(re, c, r3));
    i3 = nmad(re, s, mad(im, c, i3));
  }
  v128.store(sum, r0);
  v128.store(sum, i0, 16);
  v128.store(at1, r1);
  v128.store(at1, i1, 16);
  v128.store(at2, r2);
  v128.store(at2, i2, 16);
  v128.store(at3, r3);
  v128.store(at3, i3, 16);
}

/** Adds the products of one frequency: `rows` rows of `depth` channels of x, and of `quads` times four channels of dy. */
export function addFrequency(x: usize, dy: usize, sums: usize, rows: i32, depth: i32, quads: i32): void {
  const xRow = <usize>depth * ROW_CHANNEL,
    dyRow = <usize>quads * QUAD;
  for (let quad = 0; quad < quads; quad++, dy += QUAD, sums += QUAD) {
    let from = x,
      sum = sums;
    for (let i = 0; i < depth; i += 4, from += 4 * ROW_CHANNEL, sum += 4 * dyRow) {
      addFour(rows, from, xRow, dy, dyRow, sum, dyRow);
    }
  }
}
