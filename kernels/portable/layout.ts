import {reshape, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';

/** What a tensor of images or of results holds. */
export interface ImageLayout {
  readonly batch: number;
  readonly spatial: readonly [number, number, number];
  readonly channels: number;
  readonly groups: number;
  readonly channelsLast: boolean;
}

export const xLayout = (g: ConvGeometry): ImageLayout =>
    ({...g, spatial: spatialSizes(g, 'input'), channels: g.inChannels});
export const yLayout = (g: ConvGeometry): ImageLayout =>
    ({...g, spatial: spatialSizes(g, 'output'), channels: g.outChannels});

/** An image tensor of any layout as [groups * batch, depth, height, width, channels / groups]. */
export function toGroups(x: Tensor, {batch, spatial, channels, groups, channelsLast}: ImageLayout): Tensor {
  const [positions, perGroup] = [product(spatial), channels / groups];
  const grouped = [groups * batch, ...spatial, perGroup];
  if (groups === 1 && channelsLast) return reshape(x, grouped);
  return reshape(channelsLast ?
      transpose(reshape(x, [batch, positions, groups, perGroup]), [2, 0, 1, 3]) :
      transpose(reshape(x, [batch, groups, perGroup, positions]), [1, 0, 3, 2]), grouped);
}

/** The inverse of toGroups, as [batch, ...spatial, channels] or [batch, channels, ...spatial]. */
export function fromGroups(y: Tensor, {batch, spatial, channels, groups, channelsLast}: ImageLayout): Tensor {
  const shape = channelsLast ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
  if (groups === 1 && channelsLast) return reshape(y, shape);
  const grouped = reshape(y, [groups, batch, product(spatial), channels / groups]);
  return reshape(transpose(grouped, channelsLast ? [1, 2, 0, 3] : [1, 0, 3, 2]), shape);
}
