import {activateRows} from '../common/activation';
import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {directSum, isUnsafe} from './direct';
import {finish, loadLanes, resultChannel, spectrumOf, storeLanes, weightsOf, writeLaneParameters} from './lanes';
import {multiply} from './product';
import {ChannelsScratch, isKept, rowBytes, sourceCount, tileAt} from './channels_scratch';
import {fftOf, findPatch, findTile, groupChannels} from './tiles';
import {E, forward, inverse} from './transform';

/*
 * Planes of four groups at a time, which are the lanes of vectors, so that nothing is transposed: two tiles are one complex
 * tile of elements [row][column], a transformed one is [frequencies of the width][frequencies of the height].
 */

/** Gathers one source channel of a row of a tile; `apart` is the distance of the groups' channels. */
@inline
function gatherRow(to: usize, from: usize, pixel: usize, apart: usize, begin: i32, end: i32, n: i32): void {
  const zero = f32x4.splat(0);
  const first = to + <usize>begin * E,
    last = to + <usize>end * E,
    stop = to + <usize>n * E;
  from += <usize>begin * pixel;
  for (; to < first; to += E) v128.store(to, zero);
  for (; to < last; to += E, from += pixel) v128.store(to, loadLanes(from, apart));
  for (; to < stop; to += E) v128.store(to, zero);
}

/** Gathers a channel of both tiles for a term, from the offset of the first group's on. */
export function gatherGroupPlanes(conv: Conv, scratch: ChannelsScratch, term: i32, channel: usize, to: usize): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const row = rowBytes(nx, E);
  const patch = scratch.patch;
  const apart = <usize>groupChannels(conv, term) * F32;
  for (let part = 0; part < 2; part++) {
    findPatch(patch, tileAt(scratch, part), conv, term);
    let at = to + <usize>part * 16;
    let from = patch.address + channel;
    for (let k = 0; k < ny; k++, at += row, from += patch.line) {
      const isRow = k >= patch.top && k < patch.bottom;
      gatherRow(at, from, patch.pixel, apart, isRow ? patch.left : 0, isRow ? patch.right : 0, nx);
    }
  }
}

/** Transforms the rows of both tiles. */
export function transformRows(conv: Conv, to: usize): void {
  const fft = fftOf(conv);
  const row = rowBytes(fft.width.size, E);
  for (let k: usize = 0; k < <usize>fft.height.size; k++) forward(to + k * row, E, to + k * row, fft.width.size);
}

/** The results of a group whose tiles are computed by the definition. */
function finishDirectly(
  conv: Conv,
  scratch: ChannelsScratch,
  tileOut: usize,
  group: i32,
  out: i32,
  lane: i32,
  bias: f32,
): void {
  const fft = fftOf(conv);
  const row = rowBytes(fft.width.size, E);
  const weights = weightsOf(conv, resultChannel(conv, group + lane, out));
  for (let part = 0; part < 2; part++) {
    const tile = tileAt(scratch, part);
    const source = tile.source + <usize>((group + lane) * conv.groupInChannels) * F32;
    const to = tileOut + <usize>(part * 4 + lane) * F32;
    for (let i = 0; i < tile.height; i++) {
      for (let j = 0; j < tile.width; j++) {
        const th = tile.th + i * fft.height.phases,
          tw = tile.tw + j * fft.width.phases;
        const at = to + <usize>i * row + <usize>j * E;
        f32.store(at, directSum(conv, weights, source, tile.td, th, tw) + bias);
      }
    }
  }
}

/** Writes the results of both tiles. */
function scatter(conv: Conv, scratch: ChannelsScratch, from: usize, channel: usize): void {
  const fft = fftOf(conv);
  const row = rowBytes(fft.width.size, E);
  const apart = <usize>conv.groupOutChannels * F32;
  const pixel = <usize>fft.width.phases * conv.resultPixel;
  for (let part = 0; part < 2; part++) {
    const tile = tileAt(scratch, part);
    let line = from + <usize>part * 16;
    let to = tile.result + channel;
    for (let i = 0; i < tile.height; i++, line += row, to += <usize>fft.height.phases * conv.resultHeight) {
      let at = to;
      for (let p = line, end = line + <usize>tile.width * E; p < end; p += E, at += pixel) {
        storeLanes(at, v128.load(p), apart);
      }
    }
  }
}

/** Sums up the products of all sources at the frequencies of the height, for each of the width, and goes back. */
function multiplyColumns(conv: Conv, scratch: ChannelsScratch, to: usize, group: i32, out: i32): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const sources = sourceCount(conv);
  const kept = isKept(conv);
  const row = rowBytes(nx, E);
  const column = <usize>ny * E;
  const spectra = spectrumOf(conv, group, out, 0),
    spectrum = spectrumOf(conv, group, out, 1) - spectra;
  const sum = sources == 1 ? scratch.line : scratch.acc;
  for (let k: usize = 0; k < <usize>nx; k++) {
    for (let source: usize = 0; source < <usize>sources; source++) {
      const x = scratch.x + source * scratch.xStep;
      let from = x + k * column;
      if (!kept) {
        from = scratch.line;
        forward(x + k * E, row, from, ny);
      }
      multiply(sum, from, spectra + source * spectrum + k * column, ny, false, source > 0);
    }
    inverse(sum, to + k * E, row, ny);
  }
}

/** Computes two tiles of planes, of four groups from `group` on. */
export function computeGroupPlanes(conv: Conv, scratch: ChannelsScratch, first: i32, group: i32): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const a = tileAt(scratch, 0),
    b = tileAt(scratch, 1);
  findTile(a, conv, first);
  findTile(b, conv, first + 1);
  const rows = max(a.height, b.height),
    columns = max(a.width, b.width);
  const row = rowBytes(nx, E);
  const kept = isKept(conv);
  const to = kept ? scratch.buffer : scratch.x;
  for (let source = 0; source < sourceCount(conv) * i32(kept); source++) {
    transformSource(conv, scratch, group, source, scratch.buffer);
    const x = scratch.x + <usize>source * scratch.xStep;
    for (let k: usize = 0; k < <usize>nx; k++) forward(scratch.buffer + k * E, row, x + k * <usize>ny * E, ny);
  }
  for (let out = 0; out < conv.groupOutChannels; out++) {
    for (let source = 0; source < sourceCount(conv) * i32(!kept); source++) {
      transformSource(conv, scratch, group, source, scratch.x + <usize>source * scratch.xStep);
    }
    multiplyColumns(conv, scratch, to, group, out);
    finishPlanes(conv, scratch, to, group, out, rows, columns);
    scatter(conv, scratch, to, <usize>resultChannel(conv, group, out) * F32);
  }
}


@inline
function transformSource(conv: Conv, scratch: ChannelsScratch, group: i32, source: i32, to: usize): void {
  const terms = fftOf(conv).terms;
  const channel = <usize>(group * conv.groupInChannels + source / terms) * F32;
  gatherGroupPlanes(conv, scratch, source % terms, channel, to);
  transformRows(conv, to);
}

/** Transforms the rows of results back, scales them, and applies the epilogue. */
function finishPlanes(
  conv: Conv,
  scratch: ChannelsScratch,
  to: usize,
  group: i32,
  out: i32,
  rows: i32,
  columns: i32,
): void {
  const nx = fftOf(conv).width.size;
  const row = rowBytes(nx, E);
  writeLaneParameters(conv, scratch, group, out);
  const bias = v128.load(scratch.bias),
    scale = v128.load(scratch.scale);
  let most = f32x4.splat(0);
  for (let k: usize = 0; k < <usize>rows; k++) {
    inverse(to + k * row, to + k * row, E, nx);
    most = f32x4.max(most, finish(to + k * row, columns, scale, bias));
  }
  for (let lane = 0; lane < 4; lane++) {
    v128.store(scratch.line, most);
    if (isUnsafe(f32.load(scratch.line + <usize>lane * F32))) {
      finishDirectly(conv, scratch, to, group, out, lane, f32.load(scratch.bias + <usize>lane * F32));
    }
  }
  if (conv.activation == Activation.LINEAR) return;
  for (let k: usize = 0; k < <usize>rows; k++) {
    activateRows(to + k * row, E, columns, 4, conv.activation, scratch.slopes, F32);
    activateRows(to + k * row + 16, E, columns, 4, conv.activation, scratch.slopes, F32);
  }
}
