import {activateRows} from '../common/activation';
import {storeTransposed} from '../common/transpose';
import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {copyLine} from './copy';
import {directSum, isUnsafe} from './direct';
import {finish, loadLanes, multiplySources, resultChannel, storeLanes, weightsOf, writeLaneParameters} from './lanes';
import {ChannelsScratch, isByGroups, isKept, LINES, rowBytes, tileAt} from './channels_scratch';
import {elementAddress, findRanges, fftOf, FftTile, findTile, Range} from './tiles';
import {E, forward, inverse} from './transform';

/*
 * Lines along one axis. Where there are four groups and more, a vector holds those of a pixel, and two lines are one
 * complex line; otherwise it holds four lines of the same channel, and eight lines are transformed together.
 */

/** Whether lines are along the height; otherwise along the width. */
@inline
function isDown(conv: Conv): bool {
  return fftOf(conv).height.size > 1;
}

/** The range along the lines, and the bytes from one of its elements to the next in the source. */
@inline
function alongOf(conv: Conv, scratch: ChannelsScratch): Range {
  return isDown(conv) ? scratch.rows : scratch.columns;
}


@inline
function sourceStep(conv: Conv, range: Range): usize {
  return <usize>range.spacing * (isDown(conv) ? conv.sourceHeight : conv.sourcePixel);
}

/** The address of the n floats of a line for a term: in the source where they are neighbours, otherwise copied. */
function lineAddress(conv: Conv, scratch: ChannelsScratch, lane: i32, term: i32, channel: usize, n: i32): usize {
  const tile = tileAt(scratch, lane);
  const copy = scratch.buffer + <usize>lane * rowBytes(n, F32);
  if (!findRanges(tile, conv, term, scratch.rows, scratch.columns)) {
    memory.fill(copy, 0, <usize>n * F32);
    return copy;
  }
  const from = elementAddress(tile, conv, term, scratch.rows, scratch.columns) + channel;
  const range = alongOf(conv, scratch);
  const step = sourceStep(conv, range);
  if (step == F32 && range.begin == 0 && range.end == n) return from;
  copyLine(copy, from, step, range.begin, range.end, n);
  return copy;
}

/** Four lines, which are n floats each, to the real or the imaginary parts of elements. */
@inline
function interleave(to: usize, a: usize, b: usize, c: usize, d: usize, n: i32): void {
  for (let k: usize = 0; k < <usize>n * F32; k += 16) {
    storeTransposed(to + k * 8, E, v128.load(a + k), v128.load(b + k), v128.load(c + k), v128.load(d + k));
  }
}

/** Transforms a source channel of eight lines. */
function transformLines(conv: Conv, scratch: ChannelsScratch, term: i32, channel: usize, to: usize, n: i32): void {
  for (let half = 0; half < 2; half++) {
    const first = 4 * half;
    const a = lineAddress(conv, scratch, first, term, channel, n),
      b = lineAddress(conv, scratch, first + 1, term, channel, n);
    const c = lineAddress(conv, scratch, first + 2, term, channel, n),
      d = lineAddress(conv, scratch, first + 3, term, channel, n);
    interleave(to + <usize>half * 16, a, b, c, d, n);
  }
  forward(to, E, to, n);
}

/** Transforms a source channel of four groups, of two lines; `channel` is the offset of the first group's. */
function transformGroups(conv: Conv, scratch: ChannelsScratch, term: i32, channel: usize, to: usize, n: i32): void {
  const zero = f32x4.splat(0);
  const apart = <usize>conv.groupInChannels * F32;
  for (let part = 0; part < 2; part++) {
    const tile = tileAt(scratch, part);
    let at = to + <usize>part * 16;
    const last = at + <usize>n * E;
    if (findRanges(tile, conv, term, scratch.rows, scratch.columns)) {
      const range = alongOf(conv, scratch);
      const step = sourceStep(conv, range);
      let from = elementAddress(tile, conv, term, scratch.rows, scratch.columns) + channel + <usize>range.begin * step;
      for (const begin = at + <usize>range.begin * E; at < begin; at += E) v128.store(at, zero);
      const end = at + <usize>(range.end - range.begin) * E;
      for (; at < end; at += E, from += step) v128.store(at, loadLanes(from, apart));
    }
    for (; at < last; at += E) v128.store(at, zero);
  }
  forward(to, E, to, n);
}

/** Computes the results of one lane by the definition, which have a bias too. */
function finishDirectly(conv: Conv, scratch: ChannelsScratch, group: i32, out: i32, lane: i32, bias: f32): void {
  const byGroups = isByGroups(conv);
  const fft = fftOf(conv);
  if (byGroups) group += lane;
  const weights = weightsOf(conv, resultChannel(conv, group, out));
  for (let part = 0; part < 2; part++) {
    const tile = tileAt(scratch, byGroups ? part : lane + 4 * part);
    const source = tile.source + <usize>(group * conv.groupInChannels) * F32;
    let to = scratch.acc + <usize>(part * 4 + lane) * F32;
    const count = isDown(conv) ? tile.height : tile.width;
    for (let k = 0; k < count; k++, to += E) {
      const th = isDown(conv) ? tile.th + k * fft.height.phases : tile.th,
        tw = isDown(conv) ? tile.tw : tile.tw + k * fft.width.phases;
      f32.store(to, directSum(conv, weights, source, tile.td, th, tw) + bias);
    }
  }
}

/** Writes the results of a tile, as far as there are: four groups from a line's elements. */
@inline
function scatterGroups(line: usize, to: usize, step: usize, apart: usize, count: i32): void {
  for (const end = line + <usize>count * E; line < end; line += E, to += step) storeLanes(to, v128.load(line), apart);
}

/** Writes four lines from the elements of one line. */
function scatterLines(conv: Conv, scratch: ChannelsScratch, half: i32, channel: usize, step: usize, n: i32): void {
  const row = rowBytes(n, F32);
  let most = 0;
  for (let lane = 4 * half; lane < 4 * half + 4; lane++) most = max(most, resultsOf(conv, tileAt(scratch, lane)));
  for (let k: usize = 0; k < <usize>most; k += 4) {
    const from = scratch.acc + k * E + <usize>half * 16;
    const a = v128.load(from),
      b = v128.load(from, 32),
      c = v128.load(from, 64),
      d = v128.load(from, 96);
    storeTransposed(scratch.buffer + k * F32, row, a, b, c, d);
  }
  for (let lane: usize = 0; lane < 4; lane++) {
    const tile = tileAt(scratch, 4 * half + <i32>lane);
    const count = resultsOf(conv, tile);
    let from = scratch.buffer + lane * row;
    let to = tile.result + channel;
    if (step == F32) {
      memory.copy(to, from, <usize>count * F32);
      continue;
    }
    for (const end = from + <usize>count * F32; from < end; from += F32, to += step) f32.store(to, f32.load(from));
  }
}


@inline
function resultsOf(conv: Conv, tile: FftTile): i32 {
  return isDown(conv) ? tile.height : tile.width;
}

/** Computes a block of lines, of four groups from `group` on or of that group. */
export function computeLines(conv: Conv, scratch: ChannelsScratch, first: i32, group: i32): void {
  const fft = fftOf(conv);
  const byGroups = isByGroups(conv);
  const axis = isDown(conv) ? fft.height : fft.width;
  const n = axis.size;
  const lanes = byGroups ? 2 : LINES;
  let most = 0;
  for (let lane = 0; lane < lanes; lane++) {
    findTile(tileAt(scratch, lane), conv, first + lane);
    most = max(most, resultsOf(conv, tileAt(scratch, lane)));
  }
  const step = <usize>axis.phases * (isDown(conv) ? conv.resultHeight : conv.resultPixel);
  const channels = conv.groupInChannels;
  const kept = isKept(conv);
  for (let out = 0; out < conv.groupOutChannels; out++) {
    let source = 0;
    for (let i = 0; i < channels; i++) {
      const channel = <usize>(group * channels + i) * F32;
      for (let term = 0; term < fft.terms; term++, source++) {
        const x = kept ? scratch.x + <usize>source * scratch.xStep : scratch.x;
        if (!kept || out == 0) {
          if (byGroups) transformGroups(conv, scratch, term, channel, x, n);
          else transformLines(conv, scratch, term, channel, x, n);
        }
        multiplySources(conv, scratch.acc, x, group, out, source, n);
      }
    }
    inverse(scratch.acc, scratch.acc, E, n);
    writeLaneParameters(conv, scratch, group, out);
    const bias = v128.load(scratch.bias);
    const largest = finish(scratch.acc, most, v128.load(scratch.scale), bias);
    checkLane(conv, scratch, group, out, 0, f32x4.extract_lane(largest, 0), f32x4.extract_lane(bias, 0));
    checkLane(conv, scratch, group, out, 1, f32x4.extract_lane(largest, 1), f32x4.extract_lane(bias, 1));
    checkLane(conv, scratch, group, out, 2, f32x4.extract_lane(largest, 2), f32x4.extract_lane(bias, 2));
    checkLane(conv, scratch, group, out, 3, f32x4.extract_lane(largest, 3), f32x4.extract_lane(bias, 3));
    if (conv.activation != Activation.LINEAR) {
      activateRows(scratch.acc, E, most, 4, conv.activation, scratch.slopes, F32);
      activateRows(scratch.acc + 16, E, most, 4, conv.activation, scratch.slopes, F32);
    }
    const at = <usize>resultChannel(conv, group, out) * F32;
    if (byGroups) {
      const apart = <usize>conv.groupOutChannels * F32;
      const a = tileAt(scratch, 0),
        b = tileAt(scratch, 1);
      scatterGroups(scratch.acc, a.result + at, step, apart, resultsOf(conv, a));
      scatterGroups(scratch.acc + 16, b.result + at, step, apart, resultsOf(conv, b));
    } else {
      scatterLines(conv, scratch, 0, at, step, n);
      scatterLines(conv, scratch, 1, at, step, n);
    }
  }
}


@inline
function checkLane(
  conv: Conv,
  scratch: ChannelsScratch,
  group: i32,
  out: i32,
  lane: i32,
  largest: f32,
  bias: f32,
): void {
  if (isUnsafe(largest)) finishDirectly(conv, scratch, group, out, lane, bias);
}
