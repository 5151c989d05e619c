/** 1-D: rows as signals. 3-D: frames of a moving camera. */
import * as tf from '@tensorflow/tfjs-core';
import {conv1d, conv1dTranspose, conv3d, conv3dTranspose} from 'tfjs-conv';
import {curvesPanel} from '../diagrams.js';
import {asMatrix, normalized, outerProduct} from '../filters.js';
import {imagePanel, tilesPanel, ACCENT, COOL} from '../panels.js';
import {frame, panning, range, shapes, type Photo} from '../photo.js';
import {natural, signed} from '../picture.js';
import {referenceConvTranspose} from '../reference.js';
import {builtIn, densePass, reference, transposedPass, type Step} from '../step.js';

export function signalsAndFrames(photo: Photo): Step[] {
  return [causal(photo), ...sampledProfile(photo), change(photo), betweenFrames(photo)];
}

/** Every row of the photograph is a signal; the present is the last tap, so light trails to the right only. */
function causal({color: x}: Photo): Step {
  const taps = 48;
  const decay = range(taps).map(i => Math.exp((i - taps + 1) / 14));
  const sum = decay.reduce((a, b) => a + b, 0);
  const filter = tf.tidy(() =>
    tf.mul(
      tf.reshape(
        decay.map(d => d / sum),
        [taps, 1, 1],
      ),
      tf.eye(3),
    ),
  ) as tf.Tensor3D;
  return {
    op: 'conv1d',
    options: `${x.shape[0]} rows as a batch, causal`,
    x,
    run: () => conv1d(x, filter, {pad: 'causal'}),
    passes: densePass(filter),
    compare: builtIn('tf.pad + tf.conv1d', () =>
      tf.conv1d(
        tf.pad(x, [
          [0, 0],
          [taps - 1, 0],
          [0, 0],
        ]),
        filter,
        1,
        'valid',
      ),
    ),
    panels: y => [imagePanel('1-D, causal: each row a signal', shapes(x, y, `${taps} taps`), natural(y))],
  };
}

/** A row, sampled every 8th pixel and made whole again; triangles of 16 at stride 8 add up to 1. */
function sampledProfile({gray}: Photo): Step[] {
  const [height, width] = gray.shape;
  const row = tf.slice(gray, [Math.round(0.4 * height), 0, 0], [1, -1, -1]);
  const line = tf.reshape(row, [width, 1]) as tf.Tensor2D;
  const triangle = range(16).map(i => 1 - Math.abs(i - 7.5) / 8);
  const up = tf.tensor3d(triangle, [16, 1, 1]);
  const down = tf.div<tf.Tensor3D>(up, 8);
  const samples = conv1d(line, down, {strides: 8});
  const length = (samples.shape[0] - 1) * 8 + 16;
  return [
    {
      op: 'conv1d',
      options: 'strides 8, valid',
      x: line,
      run: () => conv1d(line, down, {strides: 8}),
      passes: densePass(down),
      compare: builtIn('tf.conv1d', () => tf.conv1d(line, down, 8, 'valid')),
    },
    {
      op: 'conv1dTranspose',
      options: 'strides 8',
      x: samples,
      run: () => conv1dTranspose(samples, up, {strides: 8}),
      passes: transposedPass(samples, up),
      compare: reference(() => referenceConvTranspose(samples, up, [length, 1], {strides: 8})),
      panels: y => [
        curvesPanel('1-D: sampled, and whole again', shapes(samples, y, 'one row of the picture'), [
          {values: line.dataSync(), offset: 0, step: 1, color: '#c3c8ce', label: 'the row'},
          // The first and last 8 pixels lie under one triangle only.
          {values: y.dataSync().slice(8, -8), offset: 8, step: 1, color: COOL, label: 'conv1dTranspose'},
          {values: samples.dataSync(), offset: 7.5, step: 8, color: ACCENT, label: 'conv1d, stride 8', dots: true},
        ]),
      ],
    },
  ];
}

/** The camera moves; what is left is what changed: a difference in time, smoothed in space. */
function change({gray}: Photo): Step {
  const x = panning(gray, 6, 1, 3);
  const smooth = tf.reshape(asMatrix(normalized(outerProduct([1, 2, 1], [1, 2, 1]))), [1, 3, 3, 1, 1]);
  const filter = tf.tidy(() => tf.mul(tf.reshape([-1, 0, 1], [3, 1, 1, 1, 1]), smooth)) as tf.Tensor5D;
  return {
    op: 'conv3d',
    options: 'change in time, valid',
    x,
    run: () => conv3d(x, filter),
    passes: densePass(filter),
    compare: builtIn('tf.conv3d', () => tf.conv3d(x, filter, 1, 'valid')),
    panels: y => [
      tilesPanel(
        '3-D: change between frames',
        shapes(x, y, '3×3×3'),
        2,
        range(y.shape[0]).map(i => ({image: signed(frame(y, i)), label: `frames ${i + 1} to ${i + 3}`})),
      ),
    ],
  };
}

/** Four frames become nine: each lands on every second one and, by half, on its neighbours. */
function betweenFrames({color}: Photo): Step {
  const [height, width] = color.shape;
  const x = panning(color, 4, Math.floor(height / 12), Math.floor(width / 10));
  const filter = tf.tidy(() => tf.mul(tf.reshape([0.5, 1, 0.5], [3, 1, 1, 1, 1]), tf.eye(3))) as tf.Tensor5D;
  const [frames, h, w] = x.shape;
  return {
    op: 'conv3dTranspose',
    options: 'strides [2, 1, 1]',
    x,
    run: () => conv3dTranspose(x, filter, {strides: [2, 1, 1]}),
    passes: transposedPass(x, filter),
    compare: builtIn('tf.conv3dTranspose', () =>
      tf.conv3dTranspose(x, filter, [2 * frames + 1, h, w, 3], [2, 1, 1], 'valid'),
    ),
    panels: y => [
      tilesPanel(
        '3-D transposed: frames between',
        shapes(x, y, '3×1×1'),
        3,
        range(y.shape[0]).map(i => ({image: natural(frame(y, i)), label: frameLabel(i, y.shape[0])})),
      ),
    ],
  };
}

function frameLabel(i: number, count: number): string {
  if (i % 2 === 1) return `frame ${(i + 1) / 2}`;
  return i === 0 || i === count - 1 ? 'one neighbour' : 'between';
}
