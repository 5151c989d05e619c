/** Kernel size, stride, padding, dilation. */
import * as tf from '@tensorflow/tfjs-core';
import {conv1d, conv1dTranspose, conv2d, dilatedConv2d} from 'tfjs-conv';
import {coveragePanel} from '../diagrams.js';
import {asBank, box, LAPLACIAN, perChannel, RELIEF, SHARPEN} from '../filters.js';
import {imagePanel, type Panel} from '../panels.js';
import {range, shapes, type Photo} from '../photo.js';
import {natural, signed} from '../picture.js';
import {referenceConv} from '../reference.js';
import {builtIn, densePass, reference, type Step} from '../step.js';

export function windows(photo: Photo): Step[] {
  return [samePadding(photo), touchingWindows(photo), explicitPadding(photo), dilated(photo), dilatedWithStride(photo)];
}

function samePadding({color: x}: Photo): Step {
  const filter = perChannel(SHARPEN, 3);
  return {
    op: 'conv2d',
    options: 'same',
    x,
    run: () => conv2d(x, filter, {pad: 'same'}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'same')),
    panels: y => [
      windowsPanel(),
      imagePanel('Padding “same”: the size stays', shapes(x, y, 'sharpen 3×3'), natural(y)),
    ],
  };
}

/** How often each of 8 pixels is read, which is what the transposed convolution of ones writes. */
export function coverage(kernel: number, stride: number): {windows: number; counts: number[]} {
  return tf.tidy(() => {
    const ones = tf.ones([kernel, 1, 1]) as tf.Tensor3D;
    const y = conv1d(tf.ones([8, 1]) as tf.Tensor2D, ones, {strides: stride});
    const counts = conv1dTranspose(tf.onesLike(y), ones, {strides: stride, outputShape: [8]});
    return {windows: y.shape[0], counts: [...counts.dataSync()]};
  });
}

function windowsPanel(): Panel {
  const words = ['overlap', 'touch', 'skip a pixel'];
  return coveragePanel(
    'Windows of 2 pixels',
    '8 pixels; each cell: how many windows read it',
    range(3).map(i => {
      const {windows, counts} = coverage(2, i + 1);
      return {label: `stride ${i + 1}: ${windows} windows ${words[i]}`, counts};
    }),
  );
}

function touchingWindows({color: x}: Photo): Step {
  const filter = perChannel(box(8), 3);
  return {
    op: 'conv2d',
    options: 'strides 8, valid',
    x,
    run: () => conv2d(x, filter, {strides: 8}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 8, 'valid')),
    panels: y => [imagePanel('Stride 8: touching windows', shapes(x, y, 'mean 8×8, valid'), natural(y))],
  };
}

/** Cut smaller first, so that the padded result has the size of the picture and the black margins show. */
function explicitPadding({color}: Photo): Step {
  const [height, width] = color.shape;
  const pad: [[number, number], [number, number]] = [
    [12, 30],
    [54, 0],
  ];
  const x = tf.slice(color, [12, 52, 0], [height - 40, width - 52, 3]);
  const filter = perChannel(box(3), 3);
  return {
    op: 'conv2d',
    options: `pad [[${pad.join('], [')}]]`,
    x,
    run: () => conv2d(x, filter, {pad}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, [[0, 0], ...pad, [0, 0]])),
    panels: y => [imagePanel('Explicit padding per side', shapes(x, y, 'top 12, bottom 30, left 54'), natural(y))],
  };
}

function dilated({gray: x}: Photo): Step {
  const filter = asBank([LAPLACIAN]);
  return {
    op: 'dilatedConv2d',
    options: 'dilations 5, same',
    x,
    run: () => dilatedConv2d(x, filter, 5, {pad: 'same'}),
    passes: densePass(filter),
    compare: builtIn('tf.conv2d', () => tf.conv2d(x, filter, 1, 'same', 'NHWC', 5)),
    panels: y => [imagePanel('Dilated: 3×3 taps over 11×11', shapes(x, y, 'rate 5'), signed(y))],
  };
}

/** tfjs rejects strides together with dilations. */
function dilatedWithStride({color: x}: Photo): Step {
  const filter = perChannel(RELIEF, 3);
  const windows = {strides: 2, dilations: 2};
  return {
    op: 'conv2d',
    options: 'strides 2, pad 1, dilations 2',
    x,
    run: () => conv2d(x, filter, {...windows, pad: 1}),
    passes: densePass(filter),
    compare: reference(() => referenceConv(x, filter, halved(x), {...windows, padBefore: 1})),
    panels: y => [imagePanel('Dilated with stride', shapes(x, y, 'stride 2, pad 1, rate 2'), signed(y))],
  };
}

/** Stride 2, padding 1, 3 taps at rate 2, that is 5 wide. */
function halved({shape: [height, width, channels]}: tf.Tensor3D): number[] {
  return [...[height, width].map(size => Math.floor((size + 2 - 5) / 2) + 1), channels];
}
