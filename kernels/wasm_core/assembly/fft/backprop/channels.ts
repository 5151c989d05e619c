import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {blockTiles, ChannelsScratch, isByGroups, rowBytes, tileAt} from '../channels_scratch';
import {gatherGroupPlanes, transformRows} from '../group_planes';
import {firstGroup, groupBlocks} from '../lanes';
import {gatherGroups, gatherLines} from '../lines';
import {gatherPlanes, transformColumns} from '../planes';
import {multiplyConjugate} from '../product';
import {fftOf, fftTiles, findTile, groupChannels, isPlane, RESULTS} from '../tiles';
import {E, forward, setTables} from '../transform';
import {layOutGradient, sliceOf} from './channels_scratch';
import {scale} from './exponent';
import {findSlice, Slice, sliceCount} from './slices';
import {writeSums} from './sums';

/*
 * The filter's gradient by FFT, for groups with few channels. In the plan, source is x, result is dy (which is read), and
 * filter is the gradient.
 *
 * A tap's gradient is the sum of dy[t] * x[t + tap] over the results t: a correlation of what the forward pass reads for a
 * tile with the tile's results, followed by zeros so that nothing wraps around to the taps. So the spectrum of x is
 * multiplied by the conjugate of dy's. Two tiles are one complex tile of both: with X = A + i B and Y = C + i D,
 * X conj(Y) = A conj(C) + B conj(D) + i (B conj(C) - A conj(D)), and all four are spectra of real numbers, so that the real
 * part of the inverse is the sum over both tiles. It is taken once, of the sum over all tiles.
 */

/** Spectra are lines of elements: planes of one group have several. */
@inline
function spectrumLines(conv: Conv): i32 {
  const fft = fftOf(conv);
  return isPlane(fft) && !isByGroups(conv) ? fft.height.size >> 2 : 1;
}

/** Elements of a line. */
@inline
function lineElements(conv: Conv): i32 {
  const fft = fftOf(conv);
  return isPlane(fft) && !isByGroups(conv) ? fft.width.size : fft.height.size * fft.width.size;
}

/** Transforms the rows of a channel of planes of four groups, in the buffer. */
function transformGroupRows(conv: Conv, scratch: ChannelsScratch, term: i32, offset: usize): void {
  const fft = fftOf(conv);
  const values = scratch.buffer;
  gatherGroupPlanes(conv, scratch, term, offset, values);
  if (term == RESULTS) scale(values, <usize>fft.height.size * rowBytes(fft.width.size, E), -conv.exponent);
  transformRows(conv, values);
}

/** Transforms a channel of a block of tiles for a term, or their RESULTS, which are divided by a power of two. */
function transform(conv: Conv, scratch: ChannelsScratch, term: i32, group: i32, channel: i32, to: usize): void {
  const fft = fftOf(conv);
  const ny = fft.height.size,
    nx = fft.width.size;
  const offset = <usize>(group * groupChannels(conv, term) + channel) * F32;
  const exponent = -conv.exponent;
  if (!isPlane(fft)) {
    const n = ny * nx;
    if (isByGroups(conv)) gatherGroups(conv, scratch, term, offset, to, n);
    else gatherLines(conv, scratch, term, offset, to, n);
    if (term == RESULTS) scale(to, <usize>n * E, exponent);
    forward(to, E, to, n);
  } else if (isByGroups(conv)) {
    transformGroupRows(conv, scratch, term, offset);
    const row = rowBytes(nx, E);
    for (let k: usize = 0; k < <usize>nx; k++) forward(scratch.buffer + k * E, row, to + k * <usize>ny * E, ny);
  } else {
    gatherPlanes(conv, scratch, term, offset);
    if (term == RESULTS) scale(scratch.buffer, 2 * <usize>ny * rowBytes(nx, F32), exponent);
    transformColumns(conv, scratch, to);
    const row = rowBytes(nx, E);
    for (let v: usize = 0; v < <usize>(ny >> 2); v++) forward(to + v * row, E, to + v * row, nx);
  }
}

/** Transforms a result channel of planes of four groups, and adds its products with the sources from scratch.x ... end. */
function addGroupPlanes(conv: Conv, scratch: ChannelsScratch, offset: usize, end: usize, sum: usize, add: bool): void {
  const ny = fftOf(conv).height.size,
    nx = fftOf(conv).width.size;
  const row = rowBytes(nx, E),
    column = <usize>ny * E;
  transformGroupRows(conv, scratch, RESULTS, offset);
  for (let k: usize = 0; k < <usize>nx; k++) {
    forward(scratch.buffer + k * E, row, scratch.line, ny);
    let to = sum + k * column;
    for (let x = scratch.x; x < end; x += scratch.xStep, to += scratch.xStep) {
      multiplyConjugate(to, x + k * column, scratch.line, ny, add);
    }
  }
}

/** Adds the products of a block of tiles to the sums, or writes them where it is the first one. */
function addTiles(conv: Conv, scratch: ChannelsScratch, slice: Slice, first: i32): void {
  const terms = fftOf(conv).terms;
  const tiles = blockTiles(conv);
  for (let lane = 0; lane < tiles; lane++) findTile(tileAt(scratch, lane), conv, first + lane);
  let x = scratch.x;
  for (let i = 0; i < slice.channels; i++) {
    for (let term = 0; term < terms; term++, x += scratch.xStep) {
      transform(conv, scratch, term, slice.group, slice.channel + i, x);
    }
  }
  const end = x;
  const lines = spectrumLines(conv),
    elements = lineElements(conv);
  const row = rowBytes(elements, E);
  let sum = scratch.acc;
  for (let out = 0; out < slice.outs; out++) {
    if (isPlane(fftOf(conv)) && isByGroups(conv)) {
      const offset = <usize>(slice.group * conv.groupOutChannels + slice.out + out) * F32;
      addGroupPlanes(conv, scratch, offset, end, sum, first > 0);
      sum += end - scratch.x;
      continue;
    }
    transform(conv, scratch, RESULTS, slice.group, slice.out + out, scratch.dy);
    for (x = scratch.x; x < end; x += scratch.xStep, sum += scratch.xStep) {
      for (let v: usize = 0; v < <usize>lines; v++) {
        multiplyConjugate(sum + v * row, x + v * row, scratch.dy + v * row, elements, first > 0);
      }
    }
  }
}

/** Groups, or blocks of four. */
@inline
function groupCount(conv: Conv): i32 {
  return isByGroups(conv) ? groupBlocks(conv) : conv.groups;
}

/** Slices of all groups. */
export function fftChannelsGradientBlocks(conv: Conv): i32 {
  return groupCount(conv) * sliceCount(conv);
}

/**
 * Computes the gradient at the taps of the plan, and leaves other taps as they are: the blocks from ... end - 1 of
 * fftChannelsGradientBlocks(). Returns whether it does: not where a result is not finite, or too small (../direct.ts).
 */
export function fftChannelsBackpropFilter(conv: Conv, from: i32, end: i32): bool {
  setTables(conv.tables);
  const scratch = layOutGradient(conv);
  const slice = sliceOf(conv, scratch);
  const slices = sliceCount(conv);
  end = min(end, fftChannelsGradientBlocks(conv));
  for (let block = from; block < end; block++) {
    const group = block / slices;
    findSlice(slice, conv, isByGroups(conv) ? firstGroup(conv, group) : group, block % slices);
    for (let tile = 0; tile < fftTiles(conv); tile += blockTiles(conv)) addTiles(conv, scratch, slice, tile);
    if (!writeSums(conv, scratch, slice)) return false;
  }
  return true;
}
