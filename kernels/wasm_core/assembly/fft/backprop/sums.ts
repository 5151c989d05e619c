import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {ChannelsScratch, isByGroups, rowBytes} from '../channels_scratch';
import {isAnyUnsafe} from '../direct';
import {powerOfTwo} from '../exponent';
import {storeLanes} from '../lanes';
import {columnsOut} from '../planes';
import {fftOf, firstTap, isPlane, termTaps} from '../tiles';
import {E, inverse} from '../transform';
import {gradientAddress, Slice} from './slices';

/*
 * From the sums over tiles to the gradient. The real parts of what is transformed back are those of a vector's groups, or of
 * one group.
 */

/** Adds up the lanes of a line, which are different tiles. */
function addLanes(line: usize, count: i32): void {
  for (const end = line + <usize>count * E; line < end; line += E) {
    const sum = f32x4.add(v128.load(line), v128.load(line, 8));
    f32.store(line, f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1));
  }
}

/** Transforms the sum of a source and a result back; returns the address of the first tap. */
function transformBack(conv: Conv, scratch: ChannelsScratch, sum: usize, rows: i32, columns: i32): usize {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  if (!isPlane(fft)) {
    inverse(sum, sum, E, ny * nx);
    if (!isByGroups(conv)) addLanes(sum, rows * columns);
    return sum;
  }
  const row = rowBytes(nx, E);
  const values = scratch.buffer;
  if (isByGroups(conv)) {
    for (let k: usize = 0; k < <usize>nx; k++) inverse(sum + k * <usize>ny * E, values + k * E, row, ny);
    for (let k: usize = 0; k < <usize>rows; k++) inverse(values + k * row, values + k * row, E, nx);
    return values;
  }
  for (let v: usize = 0; v < <usize>(ny >> 2); v++) inverse(sum + v * row, sum + v * row, E, nx);
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  for (let k: usize = 0; k < <usize>columns; k += 4) {
    columnsOut(sum + k * E, row, scratch.line, values + k * F32, rowBytes(nx, F32), ny, rows, one, zero);
  }
  return values;
}

/** Writes the taps of a term, from values `line` and `pixel` bytes apart; returns whether all are within bounds. */
function writeTaps(
  conv: Conv,
  slice: Slice,
  term: i32,
  channel: i32,
  out: i32,
  from: usize,
  line: usize,
  pixel: usize,
): bool {
  const fft = fftOf(conv);
  const byGroups = isByGroups(conv);
  const apart = <usize>conv.groupOutChannels * F32;
  const factor = f32x4.splat(powerOfTwo(conv.exponent) / <f32>(fft.height.size * fft.width.size));
  const rows = termTaps(conv.height, fft.height, firstTap(fft, term, 1)),
    columns = termTaps(conv.width, fft.width, firstTap(fft, term, 2));
  let most = f32x4.splat(0);
  for (let k = 0; k < rows; k++, from += line) {
    let p = from;
    for (let l = 0; l < columns; l++, p += pixel) {
      const to = gradientAddress(conv, term, k, l, slice.group, channel, out);
      const value = byGroups ? v128.load(p) : v128.load_splat<f32>(p);
      most = f32x4.max(most, f32x4.abs(value));
      if (byGroups) storeLanes(to, f32x4.mul(value, factor), apart);
      else v128.store_lane<f32>(to, f32x4.mul(value, factor), 0);
    }
  }
  return !isAnyUnsafe(most);
}

/** Writes the gradient of a slice; returns whether all of it is within bounds. */
export function writeSums(conv: Conv, scratch: ChannelsScratch, slice: Slice): bool {
  const fft = fftOf(conv);
  const isDown = fft.width.size == 1;
  const line = isPlane(fft) ? rowBytes(fft.width.size, isByGroups(conv) ? E : F32) : isDown ? E : 0;
  const pixel = isPlane(fft) && !isByGroups(conv) ? F32 : E;
  let sum = scratch.acc;
  for (let out = 0; out < slice.outs; out++) {
    for (let i = 0; i < slice.channels; i++) {
      for (let term = 0; term < fft.terms; term++, sum += scratch.xStep) {
        const rows = termTaps(conv.height, fft.height, firstTap(fft, term, 1)),
          columns = termTaps(conv.width, fft.width, firstTap(fft, term, 2));
        const from = transformBack(conv, scratch, sum, rows, columns);
        if (!writeTaps(conv, slice, term, slice.channel + i, slice.out + out, from, line, pixel)) return false;
      }
    }
  }
  return true;
}
