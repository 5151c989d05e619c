import {spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';

/**
 * Where the elements of an image tensor are stored: element (b, d, h, w, c) is
 * values[offset + b * batch + d * spatial[0] + h * spatial[1] + w * spatial[2] + c * channel].
 */
export interface Image {
  readonly values: Float32Array;
  readonly offset: number;
  readonly batch: number;
  readonly spatial: readonly [number, number, number];
  readonly channel: number;
}

function image(values: Float32Array, sizes: readonly number[], channels: number, channelsLast: boolean): Image {
  const [depth, height, width] = sizes;
  const pixel = channelsLast ? channels : 1;
  return {
    values,
    offset: 0,
    batch: depth * height * width * channels,
    spatial: [height * width * pixel, width * pixel, pixel],
    channel: channelsLast ? 1 : depth * height * width,
  };
}

/** x, or its gradient. */
export const xImage = (values: Float32Array, g: ConvGeometry): Image =>
  image(values, spatialSizes(g, 'input'), g.inChannels, g.channelsLast);

/** y, or its gradient. */
export const yImage = (values: Float32Array, g: ConvGeometry): Image =>
  image(values, spatialSizes(g, 'output'), g.outChannels, g.channelsLast);
