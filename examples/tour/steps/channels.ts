/** Groups, depthwise, depthwise separable, 1x1. */
import type {Canvas} from '@napi-rs/canvas';
import * as tf from '@tensorflow/tfjs-core';
import {depthwiseConv2d, depthwiseSeparableConv2d, groupedConv2d, pointwiseConv2d} from 'tfjs-conv';
import {
  asDepthwise,
  asProjection,
  gaussian,
  kernelOf,
  LAPLACIAN,
  LUMA,
  OPPONENT,
  perChannel,
  RELIEF,
  scaled,
  SEPIA,
  SHARPEN,
  SOBEL_X,
  SOBEL_Y,
} from '../filters.js';
import {halvesPanel, imagePanel, tilesPanel} from '../panels.js';
import {channel, range, shapes, type Photo} from '../photo.js';
import {natural, signed} from '../picture.js';
import {builtIn, densePass, depthwisePass, positionsOf, type Step} from '../step.js';

export function channels(photo: Photo): Step[] {
  return [grouped(photo), depthwise(photo), depthwiseSeparable(photo), sepia(photo), opponentColors(photo)];
}

/** Six channels: the photograph, which one group sharpens, and a blurred copy, which the other makes a relief of. */
function grouped({color}: Photo): Step {
  const blurred = tf.depthwiseConv2d(color, asDepthwise([gaussian(9, 2)], 3), 1, 'same');
  const x = tf.concat([color, blurred], 2);
  const filter = tf.tidy(() => tf.concat([perChannel(SHARPEN, 3), perChannel(RELIEF, 3)], 3));
  const halves = (): tf.Tensor3D => {
    const filters = tf.split(filter, 2, 3) as tf.Tensor4D[];
    return tf.concat(
      (tf.split(x, 2, 2) as tf.Tensor3D[]).map((half, g) => tf.conv2d(half, filters[g], 1, 'same')),
      2,
    );
  };
  return {
    op: 'groupedConv2d',
    options: '2 groups, same',
    x,
    run: () => groupedConv2d(x, filter, 2, {pad: 'same'}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d per group', halves),
    panels: y => {
      const [first, second] = tf.split(y, 2, 2) as [tf.Tensor, tf.Tensor];
      return [
        halvesPanel(
          'Two groups, stacked',
          shapes(x, y, 'half of the weights'),
          {image: natural(first), label: 'group 1: photo, sharpened'},
          {image: signed(second), label: 'group 2: blurred copy, relief'},
        ),
      ];
    },
  };
}

function depthwise({color: x}: Photo): Step {
  const filter = asDepthwise([SOBEL_X, SOBEL_Y, LAPLACIAN], 3);
  const labels = ['R', 'G', 'B'].flatMap(c => ['Sobel x', 'Sobel y', 'Laplace'].map(kernel => `${c} · ${kernel}`));
  return {
    op: 'depthwiseConv2d',
    options: 'multiplier 3, same',
    x,
    run: () => depthwiseConv2d(x, filter, {pad: 'same'}),
    passes: depthwisePass(filter),
    compare: builtIn('tf.depthwiseConv2d', () => tf.depthwiseConv2d(x, filter, 1, 'same')),
    panels: y => [
      tilesPanel(
        'Depthwise: channels stay apart',
        shapes(x, y, '3×3, multiplier 3'),
        3,
        range(9).map(c => ({image: signed(channel(y, c)), label: labels[c]})),
      ),
    ],
  };
}

/** Slopes first, then three coloured lamps, a third of a turn apart, each a mix of slopes. */
function depthwiseSeparable({color: x}: Photo): Step {
  const depthwiseFilter = asDepthwise([SOBEL_X, SOBEL_Y], 3);
  const lamp = (c: number): number => (2 * Math.PI * c) / 3;
  const pointwiseFilter = asProjection(
    kernelOf(6, 3, (slope, c) => LUMA[slope >> 1][0] * (slope % 2 === 0 ? Math.cos(lamp(c)) : Math.sin(lamp(c)))),
  );
  return {
    op: 'depthwiseSeparableConv2d',
    options: 'multiplier 2, same',
    x,
    run: () => depthwiseSeparableConv2d(x, depthwiseFilter, pointwiseFilter, {pad: 'same'}),
    passes: y => [
      {filter: depthwiseFilter, layout: 'depthwise', positions: positionsOf(y)},
      {filter: pointwiseFilter, layout: 'dense', positions: positionsOf(y)},
    ],
    compare: builtIn('tf.separableConv2d', () => tf.separableConv2d(x, depthwiseFilter, pointwiseFilter, 1, 'same')),
    panels: y => [imagePanel('Depthwise separable', shapes(x, y, '6 slopes, 3 lamps'), signed(y))],
  };
}

function sepia({color: x}: Photo): Step {
  const filter = asProjection(scaled(SEPIA, 0.85));
  return {
    op: 'pointwiseConv2d',
    options: 'sepia',
    x,
    run: () => pointwiseConv2d(x, filter),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'valid')),
    panels: y => [imagePanel('1×1: sepia', shapes(x, y, '1×1×3×3'), natural(y))],
  };
}

function opponentColors({color: x}: Photo): Step {
  const filter = asProjection(OPPONENT);
  return {
    op: 'pointwiseConv2d',
    options: 'opponent colours',
    x,
    run: () => pointwiseConv2d(x, filter),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'valid')),
    panels: y => [
      tilesPanel('1×1: opponent colours', shapes(x, y, '1×1×3×3'), 2, [
        {image: natural(x), label: 'photograph'},
        {image: natural(channel(y, 0)), label: 'lightness'},
        {image: aroundMean(channel(y, 1), [0.6, -0.45, -0.1]), label: 'red against green'},
        {image: aroundMean(channel(y, 2), [-0.35, -0.3, 0.6]), label: 'blue against yellow'},
      ]),
    ],
  };
}

/** A photograph leans to one hue, which would leave nothing but that hue. */
function aroundMean(t: tf.Tensor, tint: [number, number, number]): Canvas {
  return signed(
    tf.tidy(() => tf.sub(t, tf.mean(t))),
    tint,
  );
}
