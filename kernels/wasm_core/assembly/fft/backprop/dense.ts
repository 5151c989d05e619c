import {storeFirst} from '../../common/vector';
import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {ROW_CHANNEL} from '../dense_product';
import {DenseScratch, fours, ownFrequencies, placesOf, tileRow} from '../dense_scratch';
import {gatherTile, placeOffset, transformQuad} from '../dense_tiles';
import {isAnyUnsafe} from '../direct';
import {powerOfTwo} from '../exponent';
import {fftOf, fftTiles, findTile, firstTap, groupChannels, RESULTS, termTaps} from '../tiles';
import {E, inverse, setTables} from '../transform';
import {addFrequency} from './dense_product';
import {dyRowsBytes, layOutGradient, QUAD, sliceDepth, sliceOf, sumsBytes, xRowsBytes} from './dense_scratch';
import {scale} from './exponent';
import {findSlice, gradientAddress, Slice, sliceCount} from './slices';

/*
 * The filter's gradient by FFT with many channels: the correlation of channels.ts, with the products of all channels of x and
 * of dy at each frequency as matrices. As only the real part of the sum counts, what is at the frequency -f belongs, conjugated,
 * to that at f: it is a second row, as in ../dense.ts.
 */

/** Transforms four channels of the tiles of a pair for a term, or of their RESULTS, which are divided by a power of two. */
function transform(
  conv: Conv,
  scratch: DenseScratch,
  term: i32,
  group: i32,
  channel: i32,
  to: usize,
  bytes: usize,
  row: usize,
): void {
  const fft = fftOf(conv);
  const channels = groupChannels(conv, term);
  const offset = <usize>(group * channels + channel) * F32;
  gatherTile(conv, scratch, scratch.first, term, offset, channels - channel, scratch.tile);
  gatherTile(conv, scratch, scratch.second, term, offset, channels - channel, scratch.tile + 16);
  if (term == RESULTS) {
    scale(scratch.tile, <usize>fft.height.size * tileRow(fft), -conv.exponent);
    transformQuad(conv, scratch, to, bytes, row, false);
  } else {
    transformQuad(conv, scratch, to, bytes, row, true);
  }
}

/** Transforms the tiles of a pair to its rows. */
function transformPair(conv: Conv, scratch: DenseScratch, slice: Slice, pair: i32): void {
  const fft = fftOf(conv);
  const row = <usize>sliceDepth(fft) * ROW_CHANNEL,
    dyRow = <usize>fours(fft.outs) * QUAD;
  let to = scratch.spectra + 2 * <usize>pair * row;
  for (let term = 0; term < fft.terms; term++) {
    let at = to;
    for (let i = 0; i < slice.channels; i += 4, at += 4 * ROW_CHANNEL) {
      transform(conv, scratch, term, slice.group, slice.channel + i, at, xRowsBytes(fft), row);
    }
    to += <usize>(fours(fft.ins) * 4) * ROW_CHANNEL;
  }
  to = scratch.products + 2 * <usize>pair * dyRow;
  for (let out = 0; out < slice.outs; out += 4, to += QUAD) {
    transform(conv, scratch, RESULTS, slice.group, slice.out + out, to, dyRowsBytes(fft), dyRow);
  }
}

/** Adds the products of all tiles. */
function addTiles(conv: Conv, scratch: DenseScratch, slice: Slice): void {
  const fft = fftOf(conv);
  const tiles = fftTiles(conv);
  const depth = sliceDepth(fft),
    quads = fours(fft.outs);
  for (let first = 0; first < tiles; first += 2 * fft.pairs) {
    const pairs = min(fft.pairs, (tiles - first + 1) >> 1);
    for (let pair = 0; pair < pairs; pair++) {
      findTile(scratch.first, conv, first + 2 * pair);
      findTile(scratch.second, conv, first + 2 * pair + 1);
      transformPair(conv, scratch, slice, pair);
    }
    let x = scratch.spectra,
      dy = scratch.products,
      sums = scratch.sums;
    for (let f = 0; f < fft.frequencies; f++) {
      addFrequency(x, dy, sums, 2 * pairs, depth, quads);
      x += xRowsBytes(fft);
      dy += dyRowsBytes(fft);
      sums += sumsBytes(fft);
    }
  }
}

/**
 * Takes the sums of two channels of x, `row` bytes apart, and four of dy, and transforms them back as one complex tile. What is
 * at a frequency and at its negative was added up, but for those that are their own negative: of these, the real part is
 * taken twice.
 */
function takeSums(conv: Conv, scratch: DenseScratch, base: usize, row: usize, rows: i32): void {
  const fft = fftOf(conv);
  const bytes = sumsBytes(fft);
  const ownEnd = base + <usize>ownFrequencies(fft) * bytes;
  const zero = f32x4.splat(0);
  let place = placesOf(conv);
  for (let k = 0; k < fft.width.size; k++) {
    const column = scratch.tile + <usize>k * E;
    const line = fft.height.size == 1 ? column : scratch.line;
    for (let p = line, end = line + <usize>fft.height.size * E; p < end; p += E, place += 8) {
      const at = base + placeOffset(place, bytes, 0);
      let a = v128.load(at),
        b = v128.load(at, 16),
        c = v128.load(at + row),
        d = v128.load(at + row, 16);
      if (at < ownEnd) {
        a = f32x4.add(a, a);
        c = f32x4.add(c, c);
        b = d = zero;
      } else if (load<u32>(place, 4) != 0) {
        b = f32x4.neg(b);
        d = f32x4.neg(d);
      }
      v128.store(p, f32x4.sub(a, d));
      v128.store(p, f32x4.add(b, c), 16);
    }
    if (fft.height.size > 1) inverse(line, column, tileRow(fft), fft.height.size);
  }
  if (fft.width.size == 1) return;
  for (let k = 0, line = scratch.tile; k < rows; k++, line += tileRow(fft)) inverse(line, line, E, fft.width.size);
}

/** Writes the gradient of two channels of x, where there is a second one, and four of dy. Returns whether it is within bounds. */
function writeTaps(conv: Conv, scratch: DenseScratch, slice: Slice, term: i32, i: i32, out: i32): bool {
  const fft = fftOf(conv);
  const rows = termTaps(conv.height, fft.height, firstTap(fft, term, 1)),
    columns = termTaps(conv.width, fft.width, firstTap(fft, term, 2));
  const row = <usize>fours(fft.outs) * QUAD;
  const source = <usize>(term * fours(fft.ins) * 4 + i);
  takeSums(conv, scratch, scratch.sums + source * row + <usize>(out >> 2) * QUAD, row, rows);
  const factor = f32x4.splat((0.5 * powerOfTwo(conv.exponent)) / <f32>(fft.height.size * fft.width.size));
  const channel = slice.channel + i;
  const isPair = i + 1 < slice.channels;
  const count = min(4, slice.outs - out);
  let most = f32x4.splat(0);
  for (let k = 0, line = scratch.tile; k < rows; k++, line += tileRow(fft)) {
    let p = line;
    for (let l = 0; l < columns; l++, p += E) {
      const a = v128.load(p),
        b = v128.load(p, 16);
      most = f32x4.max(most, f32x4.max(f32x4.abs(a), f32x4.abs(b)));
      const to = gradientAddress(conv, term, k, l, slice.group, channel, slice.out + out);
      storeFirst(to, f32x4.mul(a, factor), count);
      if (!isPair) continue;
      storeFirst(to + <usize>(conv.groups * conv.groupOutChannels) * F32, f32x4.mul(b, factor), count);
    }
  }
  return !isAnyUnsafe(most);
}

/** Computes a slice; returns whether all of it is within bounds. */
function computeSlice(conv: Conv, scratch: DenseScratch, slice: Slice): bool {
  const fft = fftOf(conv);
  // Rows that are not written: of channels beyond the slice's, and second ones of frequencies that are their own negative.
  memory.fill(scratch.spectra, 0, scratch.tile - scratch.spectra);
  addTiles(conv, scratch, slice);
  for (let term = 0; term < fft.terms; term++) {
    for (let i = 0; i < slice.channels; i += 2) {
      for (let out = 0; out < slice.outs; out += 4) {
        if (!writeTaps(conv, scratch, slice, term, i, out)) return false;
      }
    }
  }
  return true;
}

/** Slices of all groups. */
export function fftDenseGradientBlocks(conv: Conv): i32 {
  return conv.groups * sliceCount(conv);
}

/** The same as ./channels.ts, by blocks of fftDenseGradientBlocks(). */
export function fftDenseBackpropFilter(conv: Conv, from: i32, end: i32): bool {
  setTables(conv.tables);
  const scratch = layOutGradient(conv);
  const slice = sliceOf(conv, scratch);
  const slices = sliceCount(conv);
  end = min(end, fftDenseGradientBlocks(conv));
  for (let block = from; block < end; block++) {
    findSlice(slice, conv, block / slices, block % slices);
    if (!computeSlice(conv, scratch, slice)) return false;
  }
  return true;
}
