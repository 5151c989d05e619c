import {activateRows} from '../common/activation';
import {storeTransposed} from '../common/transpose';
import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {copyLine} from './copy';
import {directSum, isUnsafe} from './direct';
import {finish, loadLanes, multiplySources, resultChannel, storeLanes, weightsOf, writeLaneParameters} from './lanes';
import {ChannelsScratch, isByGroups, isKept, LINES, rowBytes, tileAt} from './channels_scratch';
import {fftOf, FftTile, findPatch, findTile, groupChannels, hasElements, Patch} from './tiles';
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

/** The bytes from an element of a line to the next, and the elements that there are. */
@inline
function stepOf(conv: Conv, patch: Patch): usize {
  return isDown(conv) ? patch.line : patch.pixel;
}


@inline
function beginOf(conv: Conv, patch: Patch): i32 {
  return isDown(conv) ? patch.top : patch.left;
}


@inline
function endOf(conv: Conv, patch: Patch): i32 {
  return isDown(conv) ? patch.bottom : patch.right;
}

/** The address of the n floats of a line for a term: in the image where they are neighbours, otherwise copied. */
function lineAddress(conv: Conv, scratch: ChannelsScratch, lane: i32, term: i32, channel: usize, n: i32): usize {
  const patch = scratch.patch;
  const copy = scratch.buffer + <usize>lane * rowBytes(n, F32);
  findPatch(patch, tileAt(scratch, lane), conv, term);
  if (!hasElements(patch)) {
    memory.fill(copy, 0, <usize>n * F32);
    return copy;
  }
  const from = patch.address + channel;
  const step = stepOf(conv, patch),
    begin = beginOf(conv, patch),
    end = endOf(conv, patch);
  if (step == F32 && begin == 0 && end == n) return from;
  copyLine(copy, from, step, begin, end, n);
  return copy;
}

/** Four lines, which are n floats each, to the real or the imaginary parts of elements. */
@inline
function interleave(to: usize, a: usize, b: usize, c: usize, d: usize, n: i32): void {
  for (let k: usize = 0; k < <usize>n * F32; k += 16) {
    storeTransposed(to + k * 8, E, v128.load(a + k), v128.load(b + k), v128.load(c + k), v128.load(d + k));
  }
}

/** Gathers a channel of eight lines for a term. */
export function gatherLines(conv: Conv, scratch: ChannelsScratch, term: i32, channel: usize, to: usize, n: i32): void {
  for (let half = 0; half < 2; half++) {
    const first = 4 * half;
    const a = lineAddress(conv, scratch, first, term, channel, n),
      b = lineAddress(conv, scratch, first + 1, term, channel, n);
    const c = lineAddress(conv, scratch, first + 2, term, channel, n),
      d = lineAddress(conv, scratch, first + 3, term, channel, n);
    interleave(to + <usize>half * 16, a, b, c, d, n);
  }
}

/** Gathers a channel of four groups, of two lines; `channel` is the offset of the first group's. */
export function gatherGroups(conv: Conv, scratch: ChannelsScratch, term: i32, channel: usize, to: usize, n: i32): void {
  const zero = f32x4.splat(0);
  const apart = <usize>groupChannels(conv, term) * F32;
  const patch = scratch.patch;
  for (let part = 0; part < 2; part++) {
    findPatch(patch, tileAt(scratch, part), conv, term);
    let at = to + <usize>part * 16;
    const last = at + <usize>n * E;
    if (hasElements(patch)) {
      const step = stepOf(conv, patch),
        begin = beginOf(conv, patch);
      let from = patch.address + channel + <usize>begin * step;
      for (const first = at + <usize>begin * E; at < first; at += E) v128.store(at, zero);
      const end = at + <usize>(endOf(conv, patch) - begin) * E;
      for (; at < end; at += E, from += step) v128.store(at, loadLanes(from, apart));
    }
    for (; at < last; at += E) v128.store(at, zero);
  }
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
          if (byGroups) gatherGroups(conv, scratch, term, channel, x, n);
          else gatherLines(conv, scratch, term, channel, x, n);
          forward(x, E, x, n);
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
