import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {textureLayout} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/*
 * Images, channels last, in the packed texels of TensorFlow.js: two columns by two channels each, in runs of those of one
 * pair of columns.
 */

export const pairs = (size: number): number => Math.ceil(size / 2);

/** Pairs of columns of a line. */
export const columnPairs = ({spatial: [, , width]}: ImageLayout): number => pairs(width);

export const lineCount = ({batch, spatial: [depth, height]}: ImageLayout): number => batch * depth * height;

/** An image in rows of whole lines. */
export const linesLayout = (image: ImageLayout, maxSize: number): TextureLayout =>
  textureLayout(lineCount(image), columnPairs(image) * pairs(image.channels), maxSize);
