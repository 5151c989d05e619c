import {tapCount} from '../common/plan';
import {F32} from '../shared/blocking';
import {FftTiling} from '../shared/fft_tiling';
import {Conv} from '../shared/plan';
import {multiply} from './product';
import {E} from './transform';
import {ChannelsScratch, GROUP_LANES, isByGroups, sourceCount} from './channels_scratch';
import {fftOf, isPlane, twiddlesBytes} from './tiles';

/*
 * What the lanes of vectors are: four groups, or lines of one. And the packed filter (channels_filter.ts):
 *
 *     the twiddle factors of transform.ts, which the host writes
 *     spectra [result channel][source channel of its group][term], of four groups where vectors hold them
 *     f32[result channels]   what results are multiplied by
 *     weights [result channel][source channel of its group][tap]
 */

/** Bytes of the spectrum of one source and one result channel. */
@inline
function spectrumBytes(fft: FftTiling): usize {
  return <usize>fft.height.size * <usize>fft.width.size * 2 * F32;
}

/** Blocks of groups; the last one may begin before the end of the one before. */
@inline
export function groupBlocks(conv: Conv): i32 {
  return isByGroups(conv) ? (conv.groups + GROUP_LANES - 1) / GROUP_LANES : 1;
}

/** The first group of a block of groups. */
@inline
export function firstGroup(conv: Conv, block: i32): i32 {
  return isByGroups(conv) ? min(block * GROUP_LANES, conv.groups - GROUP_LANES) : 0;
}


@inline
export function resultChannel(conv: Conv, group: i32, out: i32): i32 {
  return group * conv.groupOutChannels + out;
}

/** Four floats that are `apart` bytes from each other. */
@inline
export function loadLanes(from: usize, apart: usize): v128 {
  if (apart == F32) return v128.load(from);
  let v = v128.load32_zero(from);
  v = v128.load_lane<f32>(from + apart, v, 1);
  v = v128.load_lane<f32>(from + 2 * apart, v, 2);
  return v128.load_lane<f32>(from + 3 * apart, v, 3);
}


@inline
export function storeLanes(to: usize, v: v128, apart: usize): void {
  if (apart == F32) {
    v128.store(to, v);
    return;
  }
  v128.store_lane<f32>(to, v, 0);
  v128.store_lane<f32>(to + apart, v, 1);
  v128.store_lane<f32>(to + 2 * apart, v, 2);
  v128.store_lane<f32>(to + 3 * apart, v, 3);
}

/** The spectra, behind the twiddle factors. */
@inline
function spectraOf(conv: Conv): usize {
  return conv.filter + twiddlesBytes(fftOf(conv));
}

/** Bytes of all spectra. */
function spectraBytes(conv: Conv): usize {
  const groups = isByGroups(conv) ? groupBlocks(conv) * GROUP_LANES : conv.groups;
  return <usize>(groups * conv.groupOutChannels * sourceCount(conv)) * spectrumBytes(fftOf(conv));
}

/** The spectrum of a source (channel and term) for a result channel of a group, or of four from `group` on. */
export function spectrumOf(conv: Conv, group: i32, out: i32, source: i32): usize {
  const lanes = isByGroups(conv) ? GROUP_LANES : 1;
  const block = (group + lanes - 1) / lanes;
  const index = (block * conv.groupOutChannels + out) * sourceCount(conv) + source;
  return spectraOf(conv) + <usize>(index * lanes) * spectrumBytes(fftOf(conv));
}


@inline
export function scaleOf(conv: Conv, channel: i32): usize {
  return spectraOf(conv) + spectraBytes(conv) + <usize>channel * F32;
}

/** The weights of a result channel: [channel of the group][tap]. */
export function weightsOf(conv: Conv, channel: i32): usize {
  const count = conv.groups * conv.groupOutChannels;
  const each = conv.groupInChannels * tapCount(conv);
  return spectraOf(conv) + spectraBytes(conv) + <usize>(count + channel * each) * F32;
}

/** Bytes of a packed filter. */
export function fftChannelsFilterBytes(conv: Conv): usize {
  return weightsOf(conv, conv.groups * conv.groupOutChannels) - conv.filter;
}

/** acc (+)= a transformed source times its spectrum, where `source` is the first one or not. */
export function multiplySources(conv: Conv, acc: usize, x: usize, group: i32, out: i32, source: i32, n: i32): void {
  const splat = !isByGroups(conv) && !isPlane(fftOf(conv));
  multiply(acc, x, spectrumOf(conv, group, out, source), n, splat, source > 0);
}

/** Writes bias, slopes and scales of the lanes for a result channel of a group, or of four from `group` on. */
export function writeLaneParameters(conv: Conv, scratch: ChannelsScratch, group: i32, out: i32): void {
  const apart = isByGroups(conv) ? conv.groupOutChannels : 0;
  let channel = resultChannel(conv, group, out);
  for (let lane: usize = 0; lane < 4; lane++, channel += apart) {
    f32.store(scratch.bias + lane * F32, conv.bias == 0 ? 0 : f32.load(conv.bias + <usize>channel * F32));
    f32.store(scratch.scale + lane * F32, f32.load(scaleOf(conv, channel)));
    const slope: f32 = conv.slopes == 0 ? 0 : f32.load(conv.slopes + <usize>channel * conv.slopeStep);
    f32.store(scratch.slopes + lane * F32, slope);
  }
}

/** The largest absolute values of each lane's results, or NaN; results are scaled, and the bias is added. */
@inline
export function finish(line: usize, count: i32, scale: v128, bias: v128): v128 {
  let most = f32x4.splat(0);
  for (const end = line + <usize>count * E; line < end; line += E) {
    const re = v128.load(line),
      im = v128.load(line, 16);
    most = f32x4.max(most, f32x4.max(f32x4.abs(re), f32x4.abs(im)));
    v128.store(line, f32x4.add(f32x4.mul(re, scale), bias));
    v128.store(line, f32x4.add(f32x4.mul(im, scale), bias), 16);
  }
  return most;
}
