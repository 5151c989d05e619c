import {reshape, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';

/** An image tensor of any layout as [batch, depth, height, width, channels]. */
export function toChannelsLast(x: Tensor, {batch, spatial, channels, channelsLast}: ImageLayout): Tensor {
  const shape = [batch, ...spatial, channels];
  if (channelsLast) return reshape(x, shape);
  return reshape(transpose(reshape(x, [batch, channels, product(spatial)]), [0, 2, 1]), shape);
}

/** The inverse: [batch, ...spatial, channels] or [batch, channels, ...spatial]. */
export function fromChannelsLast(y: Tensor, {batch, spatial, channels, channelsLast}: ImageLayout): Tensor {
  if (channelsLast) return reshape(y, [batch, ...spatial, channels]);
  return reshape(transpose(reshape(y, [batch, product(spatial), channels]), [0, 2, 1]), [batch, channels, ...spatial]);
}
