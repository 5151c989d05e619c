/** Reads a picture of any common format, writes PNG, and turns tensors into pixels. */
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {createCanvas, loadImage, type Canvas} from '@napi-rs/canvas';
import * as tf from '@tensorflow/tfjs-core';

/** The largest size worked on, in pixels; one panel of the contact sheet, so that it shows pixel for pixel. */
export const LARGEST = {width: 456, height: 304};
const SMALLEST = 120;
/** The share of values shown apart; the rest, mostly the edges that zero padding makes, is plain black or white. */
const SATURATION = 0.975;

/** RGB in 0..1, [height, width, 3], scaled down (or a tiny one up) to the size worked on. */
export async function loadPicture(path: string): Promise<tf.Tensor3D> {
  const image = await readFile(path)
    .then(loadImage)
    .catch((error: unknown) => {
      throw new Error(`The picture ${path} cannot be read: ${reason(error)}.`);
    });
  const fit = Math.min(LARGEST.width / image.width, LARGEST.height / image.height);
  const scale = fit < 1 || fit > 2 ? fit : 1;
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  if (!(Math.min(width, height) >= SMALLEST))
    throw new Error(
      `The picture ${path} is too narrow: at ${width}x${height} it lacks the ${SMALLEST} pixels each way.`,
    );
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  return rgb(context.getImageData(0, 0, width, height).data, height, width);
}

function reason(error: unknown): string {
  const {code, message} = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return message;
}

export async function savePng(canvas: Canvas, path: string): Promise<void> {
  await mkdir(dirname(path), {recursive: true});
  await writeFile(path, await canvas.encode('png'));
}

function rgb(rgba: ArrayLike<number>, height: number, width: number): tf.Tensor3D {
  const values = new Float32Array(height * width * 3);
  for (let i = 0; i < height * width; i++) for (let c = 0; c < 3; c++) values[i * 3 + c] = rgba[i * 4 + c] / 255;
  return tf.tensor3d(values, [height, width, 3]);
}

/** Values 0..1 as they are. */
export function natural(t: tf.Tensor): Canvas {
  return toCanvas(t, value => value);
}

/** Signed values around a mid grey, or from one tint to its opposite. */
export function signed(t: tf.Tensor, tint: readonly [number, number, number] = [1, 1, 1]): Canvas {
  const limit = quantile(t.dataSync().map(Math.abs), SATURATION) || 1;
  return toCanvas(t, (value, c) => 0.5 + (tint[c] * value) / (2 * limit));
}

/** Values from 0 up; the brightest per cent saturates. */
export function magnitude(t: tf.Tensor): Canvas {
  const limit = quantile(t.dataSync(), 0.99) || 1;
  return toCanvas(t, value => value / limit);
}

/** The direction of the gradient as hue, its length as brightness. */
export function gradient(dx: tf.Tensor, dy: tf.Tensor): Canvas {
  return magnitude(
    tf.tidy(() => {
      const length = tf.sqrt(tf.add(tf.square(dx), tf.square(dy)));
      const hue = tf.atan2(dy, dx);
      const channel = (shift: number): tf.Tensor =>
        tf.mul(length, tf.add(0.55, tf.mul(0.45, tf.cos(tf.sub(hue, shift)))));
      return tf.concat(
        [0, 1, 2].map(c => channel((c * 2 * Math.PI) / 3)),
        -1,
      );
    }),
  );
}

function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** [h, w, 1] becomes grey, [h, w, 3] colour; `shade` maps a value to 0..1, what is outside saturates. */
function toCanvas(t: tf.Tensor, shade: (value: number, channel: number) => number): Canvas {
  const [height, width, channels] = t.shape as [number, number, number];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(width, height);
  const values = t.dataSync();
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++)
      pixels.data[i * 4 + c] = shade(values[i * channels + (channels === 3 ? c : 0)], c) * 255;
    pixels.data[i * 4 + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}
