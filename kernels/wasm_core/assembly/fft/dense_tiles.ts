import {activateRows} from '../common/activation';
import {storeFirst} from '../common/vector';
import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {FftTiling} from '../shared/fft_tiling';
import {Conv} from '../shared/plan';
import {ROW_CHANNEL} from './dense_product';
import {DenseScratch, fours, placesOf, productBytes, rowsBytes, tileRow} from './dense_scratch';
import {directSum, isUnsafe} from './direct';
import {fftOf, FftTile, findPatch} from './tiles';
import {E, forward, inverse} from './transform';

/*
 * From the source to the rows of products, and from products to results. Vectors are of four channels, and two tiles are
 * one complex tile.
 */

/** The first `count` of four floats; zeros after them. */
@inline
function loadFirst(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let v = v128.load32_zero(from);
  if (count > 1) v = v128.load_lane<f32>(from + F32, v, 1);
  if (count > 2) v = v128.load_lane<f32>(from + 2 * F32, v, 2);
  return v;
}

/** Gathers a row of a tile: elements begin ... end - 1, `pixel` bytes apart, and zeros around them. */
@inline
function gatherRow(to: usize, from: usize, pixel: usize, begin: i32, end: i32, n: i32, count: i32): void {
  const zero = f32x4.splat(0);
  const first = to + <usize>begin * E,
    last = to + <usize>end * E,
    stop = to + <usize>n * E;
  from += <usize>begin * pixel;
  for (; to < first; to += E) v128.store(to, zero);
  if (count >= 4) for (; to < last; to += E, from += pixel) v128.store(to, v128.load(from));
  else for (; to < last; to += E, from += pixel) v128.store(to, loadFirst(from, count));
  for (; to < stop; to += E) v128.store(to, zero);
}

/** Gathers `count` channels, which begin `channel` bytes after the first one of the image, of a tile for a term. */
export function gatherTile(
  conv: Conv,
  scratch: DenseScratch,
  tile: FftTile,
  term: i32,
  channel: usize,
  count: i32,
  to: usize,
): void {
  const fft = fftOf(conv);
  const patch = scratch.patch;
  findPatch(patch, tile, conv, term);
  let from = patch.address + channel;
  for (let k = 0; k < fft.height.size; k++, to += tileRow(fft), from += patch.line) {
    const isRow = k >= patch.top && k < patch.bottom;
    gatherRow(to, from, patch.pixel, isRow ? patch.left : 0, isRow ? patch.right : 0, fft.width.size, count);
  }
}

/** Transforms the rows of a tile, in place. */
export function transformRows(fft: FftTiling, tile: usize, rows: i32): void {
  if (fft.width.size == 1) return;
  for (let k = 0; k < rows; k++, tile += tileRow(fft)) forward(tile, E, tile, fft.width.size);
}

/** The spectrum of a column of a tile whose rows are transformed; in the tile itself where there is one row. */
@inline
export function transformColumn(fft: FftTiling, tile: usize, column: i32, line: usize): usize {
  const at = tile + <usize>column * E;
  if (fft.height.size == 1) return at;
  forward(at, tileRow(fft), line, fft.height.size);
  return line;
}

/** Where an element of a spectrum belongs: bytes of its frequency, and of its row. */
@inline
export function placeOffset(place: usize, frequencyBytes: usize, row: usize): usize {
  return <usize>load<u32>(place) * frequencyBytes + (load<u32>(place, 4) != 0 ? row : 0);
}

/**
 * Transforms four channels of a pair of tiles, which are gathered, and writes them from `to` on at every frequency: `bytes`
 * from one to the next, the second row `row` bytes behind the first one. `interleaved`: real and imaginary part of a channel
 * are neighbours; otherwise the four real parts come first.
 */
@inline
export function transformQuad(
  conv: Conv,
  scratch: DenseScratch,
  to: usize,
  bytes: usize,
  row: usize,
  interleaved: bool,
): void {
  const fft = fftOf(conv);
  transformRows(fft, scratch.tile, fft.height.size);
  let place = placesOf(conv);
  for (let k = 0; k < fft.width.size; k++) {
    let p = transformColumn(fft, scratch.tile, k, scratch.line);
    for (const end = p + <usize>fft.height.size * E; p < end; p += E, place += 8) {
      const at = to + placeOffset(place, bytes, row);
      const re = v128.load(p);
      let im = v128.load(p, 16);
      if (load<u32>(place, 4) != 0) im = f32x4.neg(im);
      v128.store(at, interleaved ? v128.shuffle<i32>(re, im, 0, 4, 1, 5) : re);
      v128.store(at, interleaved ? v128.shuffle<i32>(re, im, 2, 6, 3, 7) : im, 16);
    }
  }
}

/** Transforms the tiles of a pair, all channels of a group, to the rows 2 * slot and 2 * slot + 1. */
export function transformPair(conv: Conv, scratch: DenseScratch, group: i32, slot: i32): void {
  const fft = fftOf(conv);
  const quads = fours(conv.groupInChannels);
  const row = <usize>(fft.terms * quads * 4) * ROW_CHANNEL;
  const bytes = rowsBytes(conv);
  let to = scratch.spectra + 2 * <usize>slot * row;
  for (let term = 0; term < fft.terms; term++) {
    for (let quad = 0; quad < quads; quad++, to += 4 * ROW_CHANNEL) {
      const channel = <usize>(group * conv.groupInChannels + 4 * quad) * F32;
      const count = conv.groupInChannels - 4 * quad;
      gatherTile(conv, scratch, scratch.first, term, channel, count, scratch.tile);
      gatherTile(conv, scratch, scratch.second, term, channel, count, scratch.tile + 16);
      transformQuad(conv, scratch, to, bytes, row, true);
    }
  }
}

/** Takes a spectrum of four result channels out of the products, and transforms its columns back. */
function takeProducts(conv: Conv, scratch: DenseScratch, slot: i32, quad: i32): void {
  const fft = fftOf(conv);
  const row = <usize>fours(conv.groupOutChannels) * 32;
  const bytes = productBytes(conv);
  const base = scratch.products + 2 * <usize>slot * row + <usize>quad * 32;
  let place = placesOf(conv);
  for (let k = 0; k < fft.width.size; k++) {
    const column = scratch.tile + <usize>k * E;
    const line = fft.height.size == 1 ? column : scratch.line;
    for (let p = line, end = line + <usize>fft.height.size * E; p < end; p += E, place += 8) {
      const at = base + placeOffset(place, bytes, row);
      const im = v128.load(at, 16);
      v128.store(p, v128.load(at));
      v128.store(p, load<u32>(place, 4) != 0 ? f32x4.neg(im) : im, 16);
    }
    if (fft.height.size > 1) inverse(line, column, tileRow(fft), fft.height.size);
  }
}

/** Scales a row of results, adds the bias, and returns the largest absolute values before, or NaN. */
@inline
function finishRow(to: usize, count: i32, scale: v128, bias: v128, most: v128): v128 {
  for (const end = to + <usize>count * E; to < end; to += 16) {
    const v = v128.load(to);
    most = f32x4.max(most, f32x4.abs(v));
    v128.store(to, f32x4.add(f32x4.mul(v, scale), bias));
  }
  return most;
}

/** Writes the results of a tile, four channels or fewer. */
function scatter(conv: Conv, tile: FftTile, from: usize, channel: usize, count: i32): void {
  const fft = fftOf(conv);
  const pixel = <usize>fft.width.phases * conv.resultPixel;
  let to = tile.result + channel;
  for (let i = 0; i < tile.height; i++, from += tileRow(fft), to += <usize>fft.height.phases * conv.resultHeight) {
    let at = to;
    for (let p = from, end = from + <usize>tile.width * E; p < end; p += E, at += pixel) {
      storeFirst(at, v128.load(p), count);
    }
  }
}

/** Computes a channel of a tile by the definition (see direct.ts). */
function computeDirectly(conv: Conv, tile: FftTile, weights: usize, group: i32, channel: i32, bias: f32): void {
  const fft = fftOf(conv);
  const source = tile.source + <usize>(group * conv.groupInChannels) * F32;
  const result = tile.result + <usize>(group * conv.groupOutChannels + channel) * F32;
  for (let i = 0; i < tile.height; i++) {
    const th = i * fft.height.phases;
    for (let j = 0; j < tile.width; j++) {
      const tw = j * fft.width.phases;
      const to = result + <usize>th * conv.resultHeight + <usize>tw * conv.resultPixel;
      f32.store(to, directSum(conv, weights, source, tile.td, tile.th + th, tile.tw + tw) + bias);
    }
  }
}

/** Applies the activation to some channels of a tile's results, from the `first` of all channels on. */
function activateTile(conv: Conv, tile: FftTile, first: i32, count: i32): void {
  const fft = fftOf(conv);
  const slopes = conv.slopes + <usize>first * conv.slopeStep;
  const pixel = <usize>fft.width.phases * conv.resultPixel;
  let line = tile.result + <usize>first * F32;
  for (let i = 0; i < tile.height; i++, line += <usize>fft.height.phases * conv.resultHeight) {
    activateRows(line, pixel, tile.width, count, conv.activation, slopes, conv.slopeStep);
  }
}

/** Writes the results of a pair, all channels of a group. `scales` and `weights` are of its packed filter. */
export function finishPair(
  conv: Conv,
  scratch: DenseScratch,
  group: i32,
  slot: i32,
  scales: usize,
  weights: usize,
): void {
  const fft = fftOf(conv);
  const a = scratch.first,
    b = scratch.second;
  const rows = max(a.height, b.height),
    columns = max(a.width, b.width);
  const perChannel = <usize>(conv.groupInChannels * conv.depth.taps * conv.height.taps * conv.width.taps) * F32;
  for (let channel = 0; channel < conv.groupOutChannels; channel += 4) {
    takeProducts(conv, scratch, slot, channel >> 2);
    const scale = v128.load(scales + <usize>channel * F32),
      bias = v128.load(scratch.bias + <usize>channel * F32);
    let most = f32x4.splat(0);
    for (let k = 0, line = scratch.tile; k < rows; k++, line += tileRow(fft)) {
      if (fft.width.size > 1) inverse(line, line, E, fft.width.size);
      most = finishRow(line, columns, scale, bias, most);
    }
    const count = min(4, conv.groupOutChannels - channel);
    const first = group * conv.groupOutChannels + channel;
    scatter(conv, a, scratch.tile, <usize>first * F32, count);
    scatter(conv, b, scratch.tile + 16, <usize>first * F32, count);
    v128.store(scratch.line, most);
    for (let lane = 0; lane < count; lane++) {
      if (!isUnsafe(f32.load(scratch.line + <usize>lane * F32))) continue;
      const ofChannel = weights + <usize>(channel + lane) * perChannel;
      const added = f32.load(scratch.bias + <usize>(channel + lane) * F32);
      computeDirectly(conv, a, ofChannel, group, channel + lane, added);
      computeDirectly(conv, b, ofChannel, group, channel + lane, added);
    }
    if (conv.activation == Activation.LINEAR) continue;
    activateTile(conv, a, first, count);
    activateTile(conv, b, first, count);
  }
}
