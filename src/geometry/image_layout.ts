import {product, spatialSizes} from './conv.js';
import type {ConvGeometry} from './conv.js';

/** What a tensor of images or of results holds. */
export interface ImageLayout {
  readonly batch: number;
  readonly spatial: readonly [number, number, number];
  readonly channels: number;
  readonly channelsLast: boolean;
}

/** x, or its gradient. */
export const xLayout = (g: ConvGeometry): ImageLayout => ({
  batch: g.batch,
  spatial: spatialSizes(g, 'input'),
  channels: g.inChannels,
  channelsLast: g.channelsLast,
});

/** y, or its gradient. */
export const yLayout = (g: ConvGeometry): ImageLayout => ({
  batch: g.batch,
  spatial: spatialSizes(g, 'output'),
  channels: g.outChannels,
  channelsLast: g.channelsLast,
});

/** Pixels of all batch elements. */
export const pixelsOf = ({batch, spatial}: ImageLayout): number => batch * product(spatial);
