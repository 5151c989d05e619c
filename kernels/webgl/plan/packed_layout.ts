import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {textureLayout} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/*
 * Images, channels last, in the packed texels of TensorFlow.js: two columns by two channels each, in runs of those of one
 * pair of columns.
 */

/** Runs and texels that a program may count in floats, without a remainder: see Run() in glsl/prelude.ts. */
export const MOST_RUNS = 2 ** 20;

export const pairs = (size: number): number => Math.ceil(size / 2);

/** Pairs of columns of a line. */
export const columnPairs = ({spatial: [, , width]}: ImageLayout): number => pairs(width);

export const lineCount = ({batch, spatial: [depth, height]}: ImageLayout): number => batch * depth * height;

/** An image in rows of whole lines, or, where these are too long, of one pair of columns each. */
export function linesLayout(image: ImageLayout, maxSize: number): TextureLayout {
  const [lines, columns, length] = [lineCount(image), columnPairs(image), pairs(image.channels)];
  return columns * length <= maxSize
    ? textureLayout(lines, columns * length, maxSize)
    : {length, perRow: 1, rows: lines * columns};
}
