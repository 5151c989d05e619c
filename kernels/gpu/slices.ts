import type {ImageLayout} from '../../src/geometry/image_layout.js';

/** How results are sliced, so that slices of a sum over them are added up side by side: lines, and columns where there are few lines. */
export interface Slices {
  readonly lines: number;
  readonly columns: number;
}

/** How many threads keep a GPU busy, and columns and results below which a slice costs more than it gains. */
export interface SliceLimits {
  readonly busy: number;
  readonly narrowest: number;
  readonly shortest: number;
}

/** The slices of a sum of which each slice takes so many threads. */
export function slicesOf(
  {batch, spatial: [depth, height, width]}: ImageLayout,
  threads: number,
  {busy, narrowest, shortest}: SliceLimits,
): Slices {
  const lines = batch * depth * height;
  const wanted = Math.min(Math.ceil(busy / threads), Math.ceil((lines * width) / shortest));
  const ofLines = Math.min(wanted, lines);
  return {lines: ofLines, columns: Math.min(Math.ceil(wanted / ofLines), Math.ceil(width / narrowest))};
}
