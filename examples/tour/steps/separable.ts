/** Spatially separable filters: exact ones, a pair at once, and the best approximation of one that is not. */
import * as tf from '@tensorflow/tfjs-core';
import {separateFilter, spatiallySeparableConv2d, type SeparatedFilter} from 'tfjs-conv';
import {asBank, asMatrix, disc, gaussian, SOBEL_X, SOBEL_Y, asDepthwise} from '../filters.js';
import {imagePanel, tilesPanel, type Panel} from '../panels.js';
import {channel, shapes, type Photo} from '../photo.js';
import {gradient, magnitude, natural, signed} from '../picture.js';
import {builtIn, positionsOf, type Pass, type Step} from '../step.js';

type Vectors = Pick<SeparatedFilter, 'columnFilter' | 'rowFilter'>;

const DISC = disc(17);

export function separable(photo: Photo): Step[] {
  return [blur(photo), edges(photo), bothEdges(photo), bokeh(photo)];
}

/** The column sees the output's height and the input's width, which 'same' keeps. */
function twoPasses({columnFilter, rowFilter}: Vectors): (y: tf.Tensor) => Pass[] {
  return y => [columnFilter, rowFilter].map(filter => ({filter, layout: 'dense', positions: positionsOf(y)}));
}

/** The vectors of one channel for `channels` groups, each filtered by itself. */
function perGroup({columnFilter, rowFilter}: SeparatedFilter, channels: number): Vectors {
  return {columnFilter: tf.tile(columnFilter, [1, 1, 1, channels]), rowFilter: tf.tile(rowFilter, [1, 1, 1, channels])};
}

function blur({color: x}: Photo): Step {
  const kernel = gaussian(13, 2.5);
  const {columnFilter, rowFilter} = perGroup(separateFilter(asMatrix(kernel)), 3);
  const full = asDepthwise([kernel], 3);
  return {
    op: 'spatiallySeparableConv2d',
    options: 'Gaussian 13×13, rank 1, groups 3',
    x,
    run: () => spatiallySeparableConv2d(x, columnFilter, rowFilter, {groups: 3, pad: 'same'}),
    passes: twoPasses({columnFilter, rowFilter}),
    compare: builtIn('tf.depthwiseConv2d', () => tf.depthwiseConv2d(x, full, 1, 'same')),
    panels: y => [imagePanel('Gaussian blur in two passes', shapes(x, y, '13×1, then 1×13'), natural(y))],
  };
}

function edges({gray: x}: Photo): Step {
  const {columnFilter, rowFilter, rank} = separateFilter(asMatrix(SOBEL_X));
  const full = asBank([SOBEL_X]);
  return {
    op: 'spatiallySeparableConv2d',
    options: `Sobel, rank ${rank}`,
    x,
    run: () => spatiallySeparableConv2d(x, columnFilter, rowFilter, {pad: 'same'}),
    passes: twoPasses({columnFilter, rowFilter}),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, full, 1, 'same')),
    panels: y => [imagePanel('Sobel: 9 weights become 6', shapes(x, y, '3×1, then 1×3'), signed(y))],
  };
}

function bothEdges({gray: x}: Photo): Step {
  const full = asBank([SOBEL_X, SOBEL_Y]);
  const {columnFilter, rowFilter, rank} = separateFilter(full);
  return {
    op: 'spatiallySeparableConv2d',
    options: `both Sobel filters, rank ${rank}`,
    x,
    run: () => spatiallySeparableConv2d(x, columnFilter, rowFilter, {pad: 'same'}),
    passes: twoPasses({columnFilter, rowFilter}),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, full, 1, 'same')),
    panels: y => [
      imagePanel('Both Sobel filters at once', shapes(x, y, 'hue: direction'), gradient(channel(y, 0), channel(y, 1))),
    ],
  };
}

function bokeh({color: x}: Photo): Step {
  const found = separateFilter(asMatrix(DISC), {tolerance: 0.06});
  const {columnFilter, rowFilter} = perGroup(found, 3);
  const approximation = tf.tidy(() => tf.tile(tf.reshape(product(found), [17, 17, 1, 1]), [1, 1, 3, 1])) as tf.Tensor4D;
  const error = percent(found.relativeError);
  return {
    op: 'spatiallySeparableConv2d',
    options: `disc 17×17, rank ${found.rank}, ${error} off`,
    x,
    run: () => spatiallySeparableConv2d(x, columnFilter, rowFilter, {groups: 3, pad: 'same'}),
    passes: twoPasses({columnFilter, rowFilter}),
    compare: builtIn('tf.depthwiseConv2d', () => tf.depthwiseConv2d(x, approximation, 1, 'same')),
    panels: y => [
      imagePanel(`Out of focus, at rank ${found.rank}`, shapes(x, y, `17×17 disc, ${error} off`), natural(y)),
      discPanel(found.rank),
    ],
  };
}

/** sum over m of column x row, [kh, kw]. */
function product({columnFilter, rowFilter, rank}: SeparatedFilter): tf.Tensor2D {
  return tf.tidy(() =>
    tf.matMul(
      tf.reshape(columnFilter, [-1, rank]) as tf.Tensor2D,
      tf.transpose(tf.reshape(rowFilter, [-1, rank]) as tf.Tensor2D),
    ),
  );
}

function discPanel(rank: number): Panel {
  const filter = asMatrix(DISC);
  const shown = [1, 2, rank].map(r => separateFilter(filter, {rank: r}));
  return tilesPanel('A disc as columns × rows', 'what each rank makes of it, and its relative error', 2, [
    {image: magnitude(tf.expandDims(filter, 2)), label: 'disc 17×17'},
    ...shown.map(found => ({
      image: magnitude(tf.expandDims(product(found), 2)),
      label: `rank ${found.rank}: ${percent(found.relativeError)}`,
    })),
  ]);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
