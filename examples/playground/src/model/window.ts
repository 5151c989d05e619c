import {sources} from './axis.js';
import type {Geometry} from './geometry.js';

/** Values of an image, channels last: [depth, height, width, channels]. */
export interface Volume {
  readonly values: Float32Array;
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A position: depth, height, width. */
export type Position = readonly [number, number, number];

/** One product of the sum that makes an output. */
export interface Term {
  readonly tap: Position;
  readonly channel: number;
  /** The input that the tap meets; undefined in the padding, or where strides leave none. */
  readonly at: Position | undefined;
  readonly x: number;
  readonly weight: number;
}

export const indexOf = ({height, width, channels}: Volume, [d, h, w]: Position, channel: number): number =>
  ((d * height + h) * width + w) * channels + channel;

/**
 * Where in the filter the weight of a tap is: filters are [...kernel, in / groups, out], those of transposed convolutions
 * [...kernel, out / groups, in], each of the group that both channels are in.
 */
export function weightIndex(g: Geometry, [d, h, w]: Position, input: number, output: number): number {
  const [, {kernel: kh}, {kernel: kw}] = g.axes;
  const [ins, outs] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const tap = (d * kh + h) * kw + w;
  return g.transposed
    ? (tap * outs + (output % outs)) * g.inChannels + input
    : (tap * ins + (input % ins)) * g.outChannels + output;
}

/** The terms of the sum that makes an output, channel by channel of its group, and tap by tap. */
export function termsOf(g: Geometry, x: Volume, filter: Float32Array, o: Position, output: number): Term[] {
  const [depth, height, width] = g.axes.map((axis, i) => sources(axis, g.transposed, o[i]));
  const ins = g.inChannels / g.groups;
  const first = Math.floor(output / (g.outChannels / g.groups)) * ins;
  const flipped = (tap: number, i: number): number => (g.flip ? g.axes[i].kernel - 1 - tap : tap);
  const terms: Term[] = [];
  for (let channel = first; channel < first + ins; channel++) {
    for (const d of depth) {
      for (const h of height) {
        for (const w of width) {
          const tap: Position = [d.tap, h.tap, w.tap];
          const at: Position | undefined =
            d.at === undefined || h.at === undefined || w.at === undefined ? undefined : [d.at, h.at, w.at];
          const weight =
            filter[weightIndex(g, [flipped(d.tap, 0), flipped(h.tap, 1), flipped(w.tap, 2)], channel, output)];
          terms.push({tap, channel, at, x: at === undefined ? 0 : x.values[indexOf(x, at, channel)], weight});
        }
      }
    }
  }
  return terms;
}

export const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, {x, weight}) => sum + x * weight, 0);
