/** Cross-correlation and convolution; channels added; many filters; the built-in op on these kernels. */
import * as tf from '@tensorflow/tfjs-core';
import {conv2d} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {asBank, gabor, LAPLACIAN, RELIEF, SOBEL_X, SOBEL_Y} from '../filters.js';
import {imagePanel, tilesPanel} from '../panels.js';
import {channel, range, shapes, type Photo} from '../photo.js';
import {signed} from '../picture.js';
import {builtIn, densePass, type Step} from '../step.js';

export function oneFilterManyFilters(photo: Photo): Step[] {
  return [
    crossCorrelation(photo),
    convolution(photo),
    addedChannels(photo),
    filterBank(photo),
    acceleratedBuiltIn(photo),
  ];
}

function crossCorrelation({gray: x}: Photo): Step {
  const filter = asBank([RELIEF]);
  return {
    op: 'conv2d',
    options: 'cross-correlation, same',
    x,
    run: () => conv2d(x, filter, {pad: 'same'}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'same')),
    panels: y => [imagePanel('Cross-correlation', shapes(x, y, 'relief filter 3×3 as it is'), signed(y))],
  };
}

/** The same filter, flipped first: what was raised is sunken, because the filter is not symmetric. */
function convolution({gray: x}: Photo): Step {
  const filter = asBank([RELIEF]);
  return {
    op: 'conv2d',
    options: 'flipFilter, same',
    x,
    run: () => conv2d(x, filter, {pad: 'same', flipFilter: true}),
    passes: densePass(filter),
    compare: builtIn('tf.reverse + tf.conv2d', () => tf.conv2d(x, tf.reverse(filter, [0, 1]), 1, 'same')),
    panels: y => [imagePanel('Mathematical convolution', shapes(x, y, 'the filter flipped'), signed(y))],
  };
}

function addedChannels({color: x}: Photo): Step {
  const kernels = [SOBEL_X, SOBEL_Y, LAPLACIAN];
  const filter = tf.tidy(() => tf.transpose(asBank(kernels), [0, 1, 3, 2]));
  const own = (c: number): tf.Tensor3D => conv2d(channel(x, c), asBank([kernels[c]]));
  return {
    op: 'conv2d',
    options: '3 channels in, 1 out, valid',
    x,
    run: () => conv2d(x, filter),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'valid')),
    panels: y => [
      tilesPanel('Three kernels, added to one', shapes(x, y, '3×3×3'), 2, [
        ...range(3).map(c => ({image: signed(own(c)), label: ['red', 'green', 'blue'][c]})),
        {image: signed(y), label: 'their sum'},
      ]),
    ],
  };
}

function bank(): tf.Tensor4D {
  const angles = range(8).map(i => (i * Math.PI) / 8);
  return asBank([5, 8].flatMap(wavelength => angles.map(angle => gabor(9, angle, wavelength))));
}

function filterBank({gray: x}: Photo): Step {
  const filter = bank();
  return {
    op: 'conv2d',
    options: '16 Gabor filters, same',
    x,
    run: () => conv2d(x, filter, {pad: 'same'}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'same')),
    panels: y => [
      tilesPanel(
        'Sixteen filters, depth sixteen',
        shapes(x, y, '9×9 Gabor'),
        4,
        range(16).map(c => ({image: signed(channel(y, c))})),
      ),
    ],
  };
}

function acceleratedBuiltIn({gray: x}: Photo): Step {
  const filter = bank();
  const plain = (): tf.Tensor3D => tf.conv2d(x, filter, 1, 'same');
  return {
    op: 'tf.conv2d, accelerated',
    options: '16 Gabor filters, same',
    x,
    run: () => {
      const restore = accelerate('cpu');
      try {
        return plain();
      } finally {
        restore();
      }
    },
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', plain),
  };
}
