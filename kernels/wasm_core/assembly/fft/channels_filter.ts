import {tapCount} from '../common/plan';
import {CACHE_LINE, F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {exponentOf, powerOfTwo} from './exponent';
import {firstGroup, groupBlocks, scaleOf, spectrumOf, weightsOf} from './lanes';
import {isByGroups, rowBytes, sourceCount} from './channels_scratch';
import {firstTap, fftOf, isPlane, termTaps} from './tiles';
import {E, forward, setTables} from './transform';

/*
 * Packs a filter for tiles of groups with few channels: its spectra, as lanes.ts describes them. Spectra are those of the
 * weights times a power of two that brings the largest weight of a result channel to 1 ... 2, so that products neither
 * overflow nor lose digits below the normal range; results are divided by it.
 */

const LANES: i32 = 4;

/** Scratch memory to pack with: the power of two of every result channel, and a tile. */
export function fftChannelsPackBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  return factorsBytes(conv) + <usize>fft.height.size * rowBytes(fft.width.size, E) + <usize>fft.height.size * E;
}


@inline
function factorsBytes(conv: Conv): usize {
  return (<usize>(conv.groups * conv.groupOutChannels) * F32 + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
}

/** Copies the weights of a result channel, and returns the largest of their absolute values, or NaN. */
function copyWeights(conv: Conv, to: usize, from: usize, tapBytes: usize, channelBytes: usize): f32 {
  let largest: f32 = 0;
  for (let i = 0; i < conv.groupInChannels; i++, from += channelBytes) {
    for (let tap = 0; tap < tapCount(conv); tap++, to += F32) {
      const value = f32.load(from + <usize>load<i32>(conv.list + ((<usize>tap) << 2)) * tapBytes);
      f32.store(to, value);
      largest = max(largest, abs(value));
    }
  }
  return largest;
}

/** Writes the weights of one result channel for a source channel and a term to a lane of a tile of zeros. */
function placeWeights(conv: Conv, channel: i32, i: i32, term: i32, factor: f32, tile: usize): void {
  const fft = fftOf(conv);
  const height = conv.height,
    width = conv.width;
  const nd = firstTap(fft, term, 0),
    nh = firstTap(fft, term, 1),
    nw = firstTap(fft, term, 2);
  const rows = termTaps(height, fft.height, nh),
    columns = termTaps(width, fft.width, nw);
  const weights = weightsOf(conv, channel) + <usize>(i * tapCount(conv)) * F32;
  for (let k = 0; k < rows; k++) {
    const row = weights + <usize>((nd * height.taps + nh + k * fft.height.tapStep) * width.taps + nw) * F32;
    let to = tile + (isPlane(fft) ? <usize>k * rowBytes(fft.width.size, E) : <usize>k * E);
    for (let l = 0; l < columns; l++, to += E) {
      f32.store(to, f32.load(row + <usize>(l * fft.width.tapStep) * F32) * factor);
    }
  }
}

/** Transforms a tile of weights: a plane becomes [frequencies of the width][frequencies of the height], at `to`. */
function transformTile(conv: Conv, tile: usize): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  if (!isPlane(fft)) {
    forward(tile, E, tile, ny * nx);
    return;
  }
  const row = rowBytes(nx, E);
  for (let k: usize = 0; k < <usize>ny; k++) forward(tile + k * row, E, tile + k * row, nx);
}

/** Four lanes of an element as the conjugate of a spectrum. */
@inline
function storeConjugates(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, f32x4.neg(v128.load(from, 16)), 16);
}

/** Writes one lane of an element as the conjugate of a spectrum, with `apart` bytes between real and imaginary part. */
@inline
function storeConjugate(to: usize, apart: usize, from: usize): void {
  f32.store(to, f32.load(from));
  f32.store(to + apart, -f32.load(from, 16));
}

/** Writes a transformed line: of four groups to one spectrum, otherwise a lane to its own. */
function writeLine(conv: Conv, tile: usize, to: usize, lane: usize): void {
  const n = fftOf(conv).height.size * fftOf(conv).width.size;
  for (const end = tile + <usize>n * E; tile < end; tile += E) {
    if (isByGroups(conv)) {
      storeConjugates(to, tile);
      to += E;
    } else {
      storeConjugate(to, F32, tile + lane * F32);
      to += 2 * F32;
    }
  }
}

/** The same of column `k` of a plane, which is transformed in `line`. */
function writeColumn(conv: Conv, line: usize, to: usize, lane: usize, k: usize): void {
  const ny = <usize>fftOf(conv).height.size,
    nx = <usize>fftOf(conv).width.size;
  for (let y: usize = 0; y < ny; y++, line += E) {
    if (isByGroups(conv)) storeConjugates(to + (k * ny + y) * E, line);
    else storeConjugate(to + ((y >> 2) * nx + k) * E + (y & 3) * F32, 16, line + lane * F32);
  }
}

/** Result channels are packed by fours: those of four groups, or four neighbours. */
@inline
function quadCount(conv: Conv): i32 {
  return isByGroups(conv)
    ? groupBlocks(conv) * conv.groupOutChannels
    : (conv.groups * conv.groupOutChannels + LANES - 1) / LANES;
}

/** The result channel of a lane of a quad; the last one where there are no more. */
@inline
function quadChannel(conv: Conv, quad: i32, lane: i32): i32 {
  if (!isByGroups(conv)) return min(quad * LANES + lane, conv.groups * conv.groupOutChannels - 1);
  const group = firstGroup(conv, quad / conv.groupOutChannels) + lane;
  return group * conv.groupOutChannels + (quad % conv.groupOutChannels);
}

/** Packs a source (channel and term) of four result channels. */
function packSource(conv: Conv, factors: usize, quad: i32, source: i32, tile: usize): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const row = rowBytes(nx, E);
  const line = tile + <usize>ny * row;
  memory.fill(tile, 0, <usize>ny * row);
  for (let lane = 0; lane < LANES; lane++) {
    const channel = quadChannel(conv, quad, lane);
    const factor = f32.load(factors + <usize>channel * F32);
    placeWeights(conv, channel, source / fft.terms, source % fft.terms, factor, tile + <usize>lane * F32);
  }
  transformTile(conv, tile);
  const lanes = isByGroups(conv) ? 1 : LANES;
  for (let k: usize = 0; k < (isPlane(fft) ? <usize>nx : 1); k++) {
    if (isPlane(fft)) forward(tile + k * E, row, line, ny);
    for (let lane = 0; lane < lanes; lane++) {
      const channel = quadChannel(conv, quad, lane);
      const group = channel / conv.groupOutChannels,
        out = channel % conv.groupOutChannels;
      const to = spectrumOf(conv, group, out, source);
      if (isPlane(fft)) writeColumn(conv, line, to, lane, k);
      else writeLine(conv, tile, to, lane);
    }
  }
}

/**
 * Packs the filter of all groups, to `to`, where the twiddle factors are already, with fftChannelsPackBytes() of scratch
 * memory. Strides of the filter at `from` are in bytes: from one group, tap, or channel of the source or result to the next.
 */
export function packFftChannels(
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
  setTables(to);
  const outs = conv.groupOutChannels;
  const scale: f32 = 1 / <f32>(fft.height.size * fft.width.size);
  const factors = conv.scratch;
  for (let channel = 0; channel < conv.groups * outs; channel++) {
    const at = from + <usize>(channel / outs) * groupStep + <usize>(channel % outs) * outChannelStep;
    const exponent = exponentOf(copyWeights(conv, weightsOf(conv, channel), at, tapStep, inChannelStep));
    f32.store(factors + <usize>channel * F32, powerOfTwo(-exponent));
    f32.store(scaleOf(conv, channel), powerOfTwo(exponent) * scale);
  }
  const tile = factors + factorsBytes(conv);
  for (let quad = 0; quad < quadCount(conv); quad++) {
    for (let source = 0; source < sourceCount(conv); source++) packSource(conv, factors, quad, source, tile);
  }
}
