import {product} from '../../src/geometry/conv.js';

/** What a tensor of images or of results holds. */
export interface ImageLayout {
  readonly batch: number;
  readonly spatial: readonly [number, number, number];
  readonly channels: number;
  readonly channelsLast: boolean;
}

export const pixelsOf = ({batch, spatial}: ImageLayout): number => batch * product(spatial);
