import {activateRows} from '../common/activation';
import {storeTransposed} from '../common/transpose';
import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {copyLine} from './copy';
import {directSum, isUnsafe} from './direct';
import {resultChannel, spectrumOf, weightsOf, writeLaneParameters} from './lanes';
import {multiply} from './product';
import {ChannelsScratch, isKept, rowBytes, sourceCount, tileAt} from './channels_scratch';
import {fftOf, findPatch, findTile} from './tiles';
import {E, forward, inverse} from './transform';

/*
 * Planes of one group at a time: two tiles are one complex tile. Vectors hold four columns while lines run down, and four
 * frequencies of the height while they run across; between the two, blocks of 4 x 4 are transposed. A transformed tile is
 * [frequencies of the height / 4][frequencies of the width], elements of four frequencies.
 */

/** Copies a channel of both tiles to the buffer, one after the other. */
export function gatherPlanes(conv: Conv, scratch: ChannelsScratch, term: i32, channel: usize): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const row = rowBytes(nx, F32);
  const patch = scratch.patch;
  let to = scratch.buffer;
  for (let part = 0; part < 2; part++) {
    findPatch(patch, tileAt(scratch, part), conv, term);
    let from = patch.address + channel;
    for (let k = 0; k < ny; k++, to += row, from += patch.line) {
      if (k >= patch.top && k < patch.bottom) copyLine(to, from, patch.pixel, patch.left, patch.right, nx);
      else memory.fill(to, 0, <usize>nx * F32);
    }
  }
}

/** Four columns of both tiles, down: from the buffer to four columns of a transformed tile. */
@inline
function columnsIn(from: usize, row: usize, line: usize, x: usize, xRow: usize, ny: i32): void {
  const end = line + <usize>ny * E;
  const second = <usize>ny * row;
  for (let p = line; p < end; p += E, from += row) {
    v128.store(p, v128.load(from));
    v128.store(p, v128.load(from + second), 16);
  }
  forward(line, E, line, ny);
  for (let p = line; p < end; p += 4 * E, x += xRow) {
    storeTransposed(x, E, v128.load(p), v128.load(p, 32), v128.load(p, 64), v128.load(p, 96));
    storeTransposed(x + 16, E, v128.load(p, 16), v128.load(p, 48), v128.load(p, 80), v128.load(p, 112));
  }
}

/** The way back, of `rows` results: scaled, with the bias. Returns the largest absolute values, or NaN. */
@inline
export function columnsOut(
  x: usize,
  xRow: usize,
  line: usize,
  to: usize,
  row: usize,
  ny: i32,
  rows: i32,
  scale: v128,
  bias: v128,
): v128 {
  for (let p = line, end = line + <usize>ny * E; p < end; p += 4 * E, x += xRow) {
    storeTransposed(p, E, v128.load(x), v128.load(x, 32), v128.load(x, 64), v128.load(x, 96));
    storeTransposed(p + 16, E, v128.load(x, 16), v128.load(x, 48), v128.load(x, 80), v128.load(x, 112));
  }
  inverse(line, line, E, ny);
  const second = <usize>ny * row;
  let most = f32x4.splat(0);
  for (let p = line, end = line + <usize>rows * E; p < end; p += E, to += row) {
    const a = v128.load(p),
      b = v128.load(p, 16);
    most = f32x4.max(most, f32x4.max(f32x4.abs(a), f32x4.abs(b)));
    v128.store(to, f32x4.add(f32x4.mul(a, scale), bias));
    v128.store(to + second, f32x4.add(f32x4.mul(b, scale), bias));
  }
  return most;
}

/** Computes the results of both tiles in the buffer by the definition. */
function finishDirectly(conv: Conv, scratch: ChannelsScratch, group: i32, out: i32, bias: f32): void {
  const fft = fftOf(conv);
  const row = rowBytes(fft.width.size, F32);
  const weights = weightsOf(conv, resultChannel(conv, group, out));
  for (let part = 0; part < 2; part++) {
    const tile = tileAt(scratch, part);
    const source = tile.source + <usize>(group * conv.groupInChannels) * F32;
    const to = scratch.buffer + <usize>(part * fft.height.size) * row;
    for (let i = 0; i < tile.height; i++) {
      for (let j = 0; j < tile.width; j++) {
        const th = tile.th + i * fft.height.phases,
          tw = tile.tw + j * fft.width.phases;
        const at = to + <usize>i * row + <usize>j * F32;
        f32.store(at, directSum(conv, weights, source, tile.td, th, tw) + bias);
      }
    }
  }
}

/** Writes the results of both tiles from the buffer. */
function scatter(conv: Conv, scratch: ChannelsScratch, channel: usize): void {
  const fft = fftOf(conv);
  const row = rowBytes(fft.width.size, F32);
  const pixel = <usize>fft.width.phases * conv.resultPixel;
  for (let part = 0; part < 2; part++) {
    const tile = tileAt(scratch, part);
    let line = scratch.buffer + <usize>(part * fft.height.size) * row;
    let to = tile.result + channel;
    for (let i = 0; i < tile.height; i++, line += row, to += <usize>fft.height.phases * conv.resultHeight) {
      if (pixel == F32) {
        memory.copy(to, line, <usize>tile.width * F32);
        continue;
      }
      let at = to;
      for (let p = line, end = line + <usize>tile.width * F32; p < end; p += F32, at += pixel) {
        f32.store(at, f32.load(p));
      }
    }
  }
}

/** Transforms both tiles in the buffer down the columns. */
export function transformColumns(conv: Conv, scratch: ChannelsScratch, x: usize): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const row = rowBytes(nx, F32),
    xRow = rowBytes(nx, E);
  for (let k: usize = 0; k < <usize>nx; k += 4) {
    columnsIn(scratch.buffer + k * F32, row, scratch.line, x + k * E, xRow, ny);
  }
}

/** Computes two tiles of a group. */
function computeGroup(conv: Conv, scratch: ChannelsScratch, group: i32, rows: i32, columns: i32): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const channels = conv.groupInChannels;
  const sources = sourceCount(conv);
  const kept = isKept(conv);
  const xRow = rowBytes(nx, E),
    row = rowBytes(nx, F32);
  for (let out = 0; out < conv.groupOutChannels; out++) {
    for (let source = 0; source < sources; source++) {
      const x = kept ? scratch.x + <usize>source * scratch.xStep : scratch.x;
      const isNew = !kept || out == 0;
      if (isNew) {
        const channel = <usize>(group * channels + source / fft.terms) * F32;
        gatherPlanes(conv, scratch, source % fft.terms, channel);
        transformColumns(conv, scratch, x);
      }
      let spectrum = spectrumOf(conv, group, out, source);
      for (let v: usize = 0; v < <usize>(ny >> 2); v++, spectrum += <usize>nx * E) {
        const from = x + v * xRow,
          acc = scratch.acc + v * xRow;
        if (isNew) forward(from, E, from, nx);
        multiply(acc, from, spectrum, nx, false, source > 0);
        if (source == sources - 1) inverse(acc, acc, E, nx);
      }
    }
    writeLaneParameters(conv, scratch, group, out);
    const bias = v128.load(scratch.bias),
      scale = v128.load(scratch.scale);
    let most = f32x4.splat(0);
    for (let k: usize = 0; k < <usize>columns; k += 4) {
      const to = scratch.buffer + k * F32;
      most = f32x4.max(most, columnsOut(scratch.acc + k * E, xRow, scratch.line, to, row, ny, rows, scale, bias));
    }
    // Columns beyond the results are of no tile, but not finite only where these are not.
    const largest = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    if (isUnsafe(largest)) finishDirectly(conv, scratch, group, out, f32x4.extract_lane(bias, 0));
    if (conv.activation != Activation.LINEAR) {
      const slope = scratch.slopes;
      activateRows(scratch.buffer, row, rows, columns, conv.activation, slope, 0);
      activateRows(scratch.buffer + <usize>ny * row, row, rows, columns, conv.activation, slope, 0);
    }
    scatter(conv, scratch, <usize>resultChannel(conv, group, out) * F32);
  }
}

/** Computes two tiles of planes, of all groups. */
export function computePlanes(conv: Conv, scratch: ChannelsScratch, first: i32): void {
  const a = tileAt(scratch, 0),
    b = tileAt(scratch, 1);
  findTile(a, conv, first);
  findTile(b, conv, first + 1);
  const rows = max(a.height, b.height),
    columns = max(a.width, b.width);
  for (let group = 0; group < conv.groups; group++) computeGroup(conv, scratch, group, rows, columns);
}
