import {F32, NR} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';
import {padded, roundUp} from './vector';

/*
 * What follows from a plan: its counts, its offsets, and the parts of its output channels.
 */

/** The first output channel of a part; the end of the channels for the part after the last. */
export function partStart(conv: Conv, part: i32): i32 {
  return min(conv.groupOutChannels, partStep(conv.groupOutChannels, conv.parts) * part);
}

/** How many output channels a part has. */
export function partLength(conv: Conv, part: i32): i32 {
  return partStart(conv, part + 1) - partStart(conv, part);
}

/** Output channels of each of `parts` parts, but for the last. */
export function partStep(outChannels: i32, parts: i32): i32 {
  return roundUp((outChannels + parts - 1) / parts, NR);
}

/** Bytes from the first result of the plan to the one with this index, of the same batch element. */
export function resultOffset(conv: Conv, index: i32): usize {
  const line = index / conv.width.count;
  return (
    <usize>(line / conv.height.count) * conv.resultDepth +
    <usize>(line % conv.height.count) * conv.resultHeight +
    <usize>(index % conv.width.count) * conv.resultPixel
  );
}

/** Results of the plan in one batch element. */
@inline
export function resultCount(conv: Conv): i32 {
  return conv.depth.count * conv.height.count * conv.width.count;
}

/** Lines of results of all batch elements. */
export function resultLines(conv: Conv): i32 {
  return conv.batch * conv.depth.count * conv.height.count;
}

/** Taps of the plan. */
@inline
export function tapCount(conv: Conv): i32 {
  return conv.depth.taps * conv.height.taps * conv.width.taps;
}

/** The position that result 0 of an axis reads at a tap. */
@inline
export function tapSource(axis: Axis, tap: i32): i32 {
  return load<i32>(axis.source + ((<usize>tap) << 2));
}

/** Output channels of a group, with their padding. */
@inline
export function paddedOutChannels(conv: Conv): i32 {
  return padded(conv.groupOutChannels);
}

/** Writes a group's bias, or zeros, padded with zeros to full vectors. */
export function writeBias(conv: Conv, group: i32, to: usize): void {
  const count = conv.groupOutChannels;
  for (let n = 0; n < paddedOutChannels(conv); n++) {
    const value = conv.bias != 0 && n < count ? f32.load(conv.bias + <usize>(group * count + n) * F32) : 0;
    f32.store(to + <usize>n * F32, value);
  }
}
