import {roundUp} from '../../common/vector';
import {F32, VECTOR} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {fftOf, firstTap} from '../tiles';

/*
 * The filter's gradient is computed by slices of the channels of a group, whose sums over tiles are in memory at a time.
 */

/** Channels `channel` ... of the source, and `out` ... of the result, of a group or of four. */
@unmanaged
export class Slice {
  group: i32;
  channel: i32;
  channels: i32;
  out: i32;
  outs: i32;
}
export const SLICE_BYTES: usize = 32;

/** Result channels of a slice: fewer where threads share them. */
function sliceOuts(conv: Conv): i32 {
  return min(fftOf(conv).outs, roundUp((conv.groupOutChannels + conv.parts - 1) / conv.parts, VECTOR));
}


@inline
function divide(count: i32, step: i32): i32 {
  return (count + step - 1) / step;
}

/** Slices of a group. */
export function sliceCount(conv: Conv): i32 {
  return divide(conv.groupInChannels, fftOf(conv).ins) * divide(conv.groupOutChannels, sliceOuts(conv));
}

/** Finds slice `index` of a group. */
export function findSlice(slice: Slice, conv: Conv, group: i32, index: i32): void {
  const ins = fftOf(conv).ins,
    outs = sliceOuts(conv);
  const columns = divide(conv.groupOutChannels, outs);
  slice.group = group;
  slice.channel = (index / columns) * ins;
  slice.channels = min(ins, conv.groupInChannels - slice.channel);
  slice.out = (index % columns) * outs;
  slice.outs = min(outs, conv.groupOutChannels - slice.out);
}

/** The address of the gradient at tap (k, l) of a term, of a channel of the source and of the result of a group. */
export function gradientAddress(conv: Conv, term: i32, k: i32, l: i32, group: i32, channel: i32, out: i32): usize {
  const fft = fftOf(conv);
  const row = firstTap(fft, term, 0) * conv.height.taps + firstTap(fft, term, 1) + k * fft.height.tapStep;
  const tap = row * conv.width.taps + firstTap(fft, term, 2) + l * fft.width.tapStep;
  const line = load<i32>(conv.list + ((<usize>tap) << 2)) * conv.groupInChannels + channel;
  return conv.filter + (<usize>(line * conv.groups + group) * <usize>conv.groupOutChannels + <usize>out) * F32;
}
