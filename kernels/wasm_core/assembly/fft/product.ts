import {mad} from '../common/target';
import {E, nmad} from './transform';

/*
 * Products of spectra: elements are [four real parts | four imaginary parts].
 */

/** acc (+)= x times the conjugate of dy. */
export function multiplyConjugate(acc: usize, x: usize, dy: usize, count: i32, add: bool): void {
  const zero = f32x4.splat(0);
  for (const end = x + <usize>count * E; x < end; x += E, acc += E, dy += E) {
    const re = v128.load(x),
      im = v128.load(x, 16),
      c = v128.load(dy),
      s = v128.load(dy, 16);
    v128.store(acc, mad(im, s, mad(re, c, add ? v128.load(acc) : zero)));
    v128.store(acc, nmad(re, s, mad(im, c, add ? v128.load(acc, 16) : zero)), 16);
  }
}

/** acc (+)= x times the spectrum of a filter, which is the same for all lanes where it is `splat`. */
@inline
function multiplyBy(acc: usize, x: usize, w: usize, count: i32, splat: bool, add: bool): void {
  const step: usize = splat ? 8 : E;
  for (const end = x + <usize>count * E; x < end; x += E, acc += E, w += step) {
    const c = splat ? v128.load_splat<f32>(w) : v128.load(w);
    const s = splat ? v128.load_splat<f32>(w, 4) : v128.load(w, 16);
    const re = v128.load(x),
      im = v128.load(x, 16);
    if (add) {
      v128.store(acc, nmad(im, s, mad(re, c, v128.load(acc))));
      v128.store(acc, mad(re, s, mad(im, c, v128.load(acc, 16))), 16);
    } else {
      v128.store(acc, nmad(im, s, f32x4.mul(re, c)));
      v128.store(acc, mad(re, s, f32x4.mul(im, c)), 16);
    }
  }
}

/** The same; `acc` may be `x`. */
export function multiply(acc: usize, x: usize, w: usize, count: i32, splat: bool, add: bool): void {
  if (splat) {
    if (add) multiplyBy(acc, x, w, count, true, true);
    else multiplyBy(acc, x, w, count, true, false);
  } else {
    if (add) multiplyBy(acc, x, w, count, false, true);
    else multiplyBy(acc, x, w, count, false, false);
  }
}
