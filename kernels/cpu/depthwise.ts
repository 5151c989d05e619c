import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardTapPlans, filterTaps, forwardTapPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import type {Image} from './image.js';

/*
 * Depthwise convolution: too little reuse for a matrix product, so each result adds up its taps directly. The offsets of
 * the taps that are in bounds are found once a pixel, for all channels.
 */

/** Offsets of the taps of one pixel that are in bounds, in the source (without channel) and in the filter. */
interface PixelTaps {
  count: number;
  readonly source: Int32Array;
  readonly filter: Int32Array;
}

/** Calls `visit` for every result of every batch element with its taps and its offset (without channel). */
function walk(
  plan: TapPlan,
  g: ConvGeometry,
  source: Image,
  result: Image,
  visit: (taps: PixelTaps, resultOffset: number) => void,
): void {
  const indices = filterTaps(plan, g);
  const taps: PixelTaps = {count: 0, source: new Int32Array(indices.length), filter: new Int32Array(indices.length)};
  const [depth, height, width] = plan;
  for (let b = 0; b < g.batch; b++) {
    for (let d = 0; d < depth.count; d++) {
      for (let h = 0; h < height.count; h++) {
        const line =
          result.offset +
          b * result.batch +
          (depth.start + d * depth.step) * result.spatial[0] +
          (height.start + h * height.step) * result.spatial[1];
        for (let w = 0; w < width.count; w++) {
          collect(plan, d, h, w, indices, g.outChannels, source, source.offset + b * source.batch, taps);
          visit(taps, line + (width.start + w * width.step) * result.spatial[2]);
        }
      }
    }
  }
}

function collect(
  [depth, height, width]: TapPlan,
  td: number,
  th: number,
  tw: number,
  indices: readonly number[],
  filterTapStride: number,
  source: Image,
  base: number,
  taps: PixelTaps,
): void {
  let count = 0;
  let index = 0;
  for (const sourceDepth of depth.source) {
    const d = sourceDepth + td * depth.sourceStep;
    for (const sourceHeight of height.source) {
      const h = sourceHeight + th * height.sourceStep;
      const inside = d >= 0 && d < depth.sourceSize && h >= 0 && h < height.sourceSize;
      const line = base + d * source.spatial[0] + h * source.spatial[1];
      for (const sourceWidth of width.source) {
        const w = sourceWidth + tw * width.sourceStep;
        if (inside && w >= 0 && w < width.sourceSize) {
          taps.source[count] = line + w * source.spatial[2];
          taps.filter[count] = indices[index] * filterTapStride;
          count++;
        }
        index++;
      }
    }
  }
  taps.count = count;
}

/**
 * One filter per channel, four channels at a time: four sums that do not wait for one another. Offsets are kept as
 * 32-bit integers, without which the JIT checks every multiplication for overflow.
 */
function sumChannels(
  {count, source, filter}: PixelTaps,
  channels: number,
  {values: x, channel: xs}: Image,
  f: Float32Array,
  {values: y, channel: ys}: Image,
  to: number,
): void {
  const [x2, x3, y2, y3] = [(2 * xs) | 0, (3 * xs) | 0, (2 * ys) | 0, (3 * ys) | 0];
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const xc = Math.imul(c, xs);
    let s0 = 0,
      s1 = 0,
      s2 = 0,
      s3 = 0;
    for (let t = 0; t < count; t++) {
      const xo = (source[t] + xc) | 0;
      const fo = (filter[t] + c) | 0;
      s0 += x[xo] * f[fo];
      s1 += x[(xo + xs) | 0] * f[(fo + 1) | 0];
      s2 += x[(xo + x2) | 0] * f[(fo + 2) | 0];
      s3 += x[(xo + x3) | 0] * f[(fo + 3) | 0];
    }
    const yo = (to + Math.imul(c, ys)) | 0;
    y[yo] = s0;
    y[yo + ys] = s1;
    y[yo + y2] = s2;
    y[yo + y3] = s3;
  }
  for (; c < channels; c++) {
    let sum = 0;
    for (let t = 0; t < count; t++) sum += x[source[t] + c * xs] * f[filter[t] + c];
    y[to + c * ys] = sum;
  }
}

/** y = conv(x, filter) with as many groups as channels and filters. */
export function depthwiseForward(g: ConvGeometry, x: Image, filter: Float32Array, y: Image): void {
  walk(forwardTapPlan(g), g, x, y, (taps, to) => sumChannels(taps, g.inChannels, x, filter, y, to));
}

/** dx of such a convolution at dy. */
export function depthwiseBackpropInput(g: ConvGeometry, dy: Image, filter: Float32Array, dx: Image): void {
  for (const plan of backwardTapPlans(g)) {
    walk(plan, g, dy, dx, (taps, to) => sumChannels(taps, g.inChannels, dy, filter, dx, to));
  }
}

/** dfilter at dy of a convolution with as many groups as channels, and one filter or more per channel. */
export function depthwiseBackpropFilter(g: ConvGeometry, x: Image, dy: Image, dfilter: Float32Array): void {
  const multiplier = g.outChannels / g.inChannels;
  const sums = new Float64Array(dfilter.length);
  walk(forwardTapPlan(g), g, x, dy, ({count, source, filter}, from) => {
    for (let t = 0; t < count; t++) {
      let o = 0;
      for (let c = 0; c < g.inChannels; c++) {
        const value = x.values[source[t] + c * x.channel];
        for (let m = 0; m < multiplier; m++, o++) sums[filter[t] + o] += value * dy.values[from + o * dy.channel];
      }
    }
  });
  dfilter.set(sums);
}
