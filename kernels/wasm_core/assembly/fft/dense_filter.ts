import {tapCount} from '../common/plan';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {MATRIX_CHANNEL} from './dense_product';
import {
  DenseScratch,
  fours,
  groupFilter,
  layOut,
  matricesBytes,
  placesOf,
  productDepth,
  scalesBytes,
  tileRow,
} from './dense_scratch';
import {transformColumn, transformRows} from './dense_tiles';
import {fftOf, firstTap} from './tiles';
import {E, setTables} from './transform';

/*
 * Packs filters for dense.ts.
 */

/** Where a filter is: the first group's, and bytes from one tap, or channel, to the next. */
@unmanaged
class Strides {
  tap: usize;
  inChannel: usize;
  outChannel: usize;
}

/** The index in the filter of a tap of the plan. */
@inline
function filterTap(conv: Conv, nd: i32, nh: i32, nw: i32): usize {
  const index = (nd * conv.height.taps + nh) * conv.width.taps + nw;
  return <usize>load<i32>(conv.list + ((<usize>index) << 2));
}

/** The smallest power of two that is not denormal, whose reciprocal is finite. */
const LEAST_SCALE: u32 = 0x00800000;

/** The power of two at or below the largest weight of a result channel; 1 where it is 0, infinite or NaN. */
function scaleOf(weights: usize, count: i32): f32 {
  let most: f32 = 0;
  for (const end = weights + <usize>count * F32; weights < end; weights += F32) {
    most = max(most, abs(f32.load(weights)));
  }
  if (!(most > 0) || most == Infinity) return 1;
  return reinterpret<f32>(max(LEAST_SCALE, reinterpret<u32>(most) & 0x7f800000));
}

/** Writes the weights of a group, [result channel][source channel][tap], and what results are multiplied by. */
function writeWeights(conv: Conv, from: usize, strides: Strides, scales: usize, weights: usize): void {
  const taps = tapCount(conv);
  const perChannel = <usize>(conv.groupInChannels * taps) * F32;
  const fft = fftOf(conv);
  const size = <f32>fft.height.size * <f32>fft.width.size;
  memory.fill(scales, 0, scalesBytes(conv));
  for (let o = 0; o < conv.groupOutChannels; o++) {
    let to = weights + <usize>o * perChannel;
    for (let c = 0; c < conv.groupInChannels; c++) {
      const at = from + <usize>o * strides.outChannel + <usize>c * strides.inChannel;
      for (let n = 0; n < taps; n++, to += F32) {
        f32.store(to, f32.load(at + <usize>load<i32>(conv.list + ((<usize>n) << 2)) * strides.tap));
      }
    }
    const scale = scaleOf(to - perChannel, conv.groupInChannels * taps);
    f32.store(scales + <usize>o * F32, scale / size);
  }
}

/** Gathers a source channel of a term for four result channels, divided by their scales, into the real parts of a tile. */
function gatherTaps(
  conv: Conv,
  tile: usize,
  from: usize,
  strides: Strides,
  term: i32,
  divisors: v128,
  count: i32,
): void {
  const fft = fftOf(conv);
  memory.fill(tile, 0, <usize>fft.height.size * tileRow(fft));
  const nd = firstTap(fft, term, 0);
  for (let i = 0; i < fft.height.taps; i++) {
    const nh = firstTap(fft, term, 1) + i * fft.height.tapStep;
    if (nh >= conv.height.taps) break;
    for (let j = 0; j < fft.width.taps; j++) {
      const nw = firstTap(fft, term, 2) + j * fft.width.tapStep;
      if (nw >= conv.width.taps) break;
      let at = from + filterTap(conv, nd, nh, nw) * strides.tap;
      const to = tile + <usize>i * tileRow(fft) + <usize>j * E;
      for (let lane = 0; lane < count; lane++, at += strides.outChannel) {
        f32.store(to + <usize>lane * F32, f32.load(at));
      }
      v128.store(to, f32x4.mul(v128.load(to), divisors));
    }
  }
}

/** Transforms what is gathered, and stores conj(W) as two rows [x, y] and [-y, x] of the matrices from `to` on. */
function storeMatrices(conv: Conv, scratch: DenseScratch, to: usize, matrixBytes: usize): void {
  const fft = fftOf(conv);
  transformRows(fft, scratch.tile, fft.height.size);
  let place = placesOf(conv);
  for (let k = 0; k < fft.width.size; k++) {
    let p = transformColumn(fft, scratch.tile, k, scratch.line);
    for (const end = p + <usize>fft.height.size * E; p < end; p += E, place += 8) {
      if (load<u32>(place, 4) != 0) continue;
      const at = to + <usize>load<u32>(place) * matrixBytes;
      const re = v128.load(p),
        im = v128.load(p, 16);
      v128.store(at, re);
      v128.store(at, f32x4.neg(im), 16);
      v128.store(at, im, 32);
      v128.store(at, re, 48);
    }
  }
}

/**
 * Packs the filters of all groups, to `to`, where the tables are already. Strides of the filter at `from` are in bytes: from
 * one group, tap, or channel of the source or result to the next.
 */
export function packFftDense(
  conv: Conv,
  to: usize,
  from: usize,
  groupStep: usize,
  tapStep: usize,
  inChannelStep: usize,
  outChannelStep: usize,
): void {
  conv.filter = to;
  conv.tables = to;
  const fft = fftOf(conv);
  const scratch = layOut(conv);
  setTables(conv.tables);
  const strides = changetype<Strides>(scratch.products);
  strides.tap = tapStep;
  strides.inChannel = inChannelStep;
  strides.outChannel = outChannelStep;
  const quads = fours(conv.groupInChannels),
    columns = fours(conv.groupOutChannels);
  const depth = productDepth(conv);
  const column = <usize>depth * MATRIX_CHANNEL;
  for (let group = 0; group < conv.groups; group++) {
    const filter = groupFilter(conv, group);
    const scales = filter + matricesBytes(conv);
    const at = from + <usize>group * groupStep;
    writeWeights(conv, at, strides, scales, scales + scalesBytes(conv));
    memory.fill(filter, 0, matricesBytes(conv));
    for (let o = 0; o < columns; o++) {
      const count = min(4, conv.groupOutChannels - 4 * o);
      const size = f32x4.splat(<f32>fft.height.size * <f32>fft.width.size);
      const ones = f32x4.splat(1);
      const used = f32x4.mul(v128.load(scales + <usize>o * 16), size);
      const divisors = f32x4.div(ones, v128.bitselect(used, ones, f32x4.gt(used, f32x4.splat(0))));
      for (let term = 0; term < fft.terms; term++) {
        for (let c = 0; c < conv.groupInChannels; c++) {
          const channel = at + <usize>c * inChannelStep + <usize>(4 * o) * outChannelStep;
          gatherTaps(conv, scratch.tile, channel, strides, term, divisors, count);
          const row = <usize>(term * quads * 4 + c) * MATRIX_CHANNEL;
          storeMatrices(conv, scratch, filter + <usize>o * column + row, column * <usize>columns);
        }
      }
    }
  }
}
