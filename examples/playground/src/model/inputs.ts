import {RULES} from './rules.js';
import {PICTURE_SIZE, SOUND_RATE, sizeOf} from './state.js';
import type {InputName, State} from './state.js';
import type {Position, Volume} from './window.js';

/** The 5x5 image of the article's figure. */
const ARTICLE = [
  [3, 3, 2, 1, 0],
  [0, 0, 1, 3, 1],
  [3, 1, 2, 2, 3],
  [2, 0, 0, 2, 2],
  [2, 0, 0, 0, 1],
];

/** Integers from -5 to 5 that tell an element from its neighbours. */
export const integerAt = (index: number): number => ((index * 7) % 11) - 5;

/** The same numbers at every visit: a linear congruential generator, within [-1, 1]. */
export function randomNumbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({length: count}, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.round(((state / 2 ** 32) * 2 - 1) * 100) / 100;
  });
}

/** A ball that is hollow, within a block that is not quite empty: what a stack of sections shows. */
function stackAt([d, h, w]: Position, size: number): number {
  const middle = (size - 1) / 2;
  const radius = Math.hypot(d - middle, h - middle, w - middle) / (size / 2);
  return radius > 0.45 && radius < 0.95 ? Math.round(9 * (1 - Math.abs(radius - 0.7) * 3)) : 0;
}

/** Two plucked strings, one after the other. */
function soundAt(i: number): number {
  const pluck = (start: number, hertz: number): number => {
    const t = (i - start) / SOUND_RATE;
    if (t < 0) return 0;
    const tone = [1, 2, 3, 4].reduce((sum, n) => sum + Math.sin(2 * Math.PI * hertz * n * t) / n ** 1.5, 0);
    return tone * Math.exp(-5 * t) * Math.min(1, t * 200);
  };
  return 0.3 * (pluck(400, 330) + pluck(3600, 440));
}

type Value = (at: Position, channel: number, index: number, size: number) => number;

const VALUES: {
  readonly [name in Exclude<InputName, 'random' | 'pixel' | 'photo' | 'file' | 'camera' | 'drawn'>]: Value;
} = {
  article: ([, h, w], channel) => ARTICLE[(h + 2 * channel) % 5][w % 5],
  integers: (_, __, index) => integerAt(index),
  count: (_, __, index) => index + 1,
  ones: () => 1,
  outer: ([, h, w]) => (h + 1) * (w + 1),
  sound: ([, , w]) => soundAt(w),
  stack: (at, _, __, size) => stackAt(at, size),
};

/** The sizes of the input: an image has no depth, a line no height. */
export function inputShape(s: State): Omit<Volume, 'values'> {
  const [size, rank] = [sizeOf(s), RULES[s.kind].rank];
  return {depth: rank > 2 ? size : 1, height: rank > 1 ? size : 1, width: size, channels: s.channels};
}

function generated(s: State, shape: Omit<Volume, 'values'>, value: Value): Float32Array {
  const {depth, height, width, channels} = shape;
  const values = new Float32Array(depth * height * width * channels);
  let index = 0;
  for (let d = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        for (let c = 0; c < channels; c++) values[index] = value([d, h, w], c, index++, sizeOf(s));
      }
    }
  }
  return values;
}

/** A lone 1 in the middle. */
function pixel(shape: Omit<Volume, 'values'>): Float32Array {
  const {depth, height, width, channels} = shape;
  const values = new Float32Array(depth * height * width * channels);
  const [d, h, w] = [depth, height, width].map(size => Math.floor((size - 1) / 2));
  values.fill(1, ((d * height + h) * width + w) * channels, ((d * height + h) * width + w + 1) * channels);
  return values;
}

/** The pixels of a picture, from 0 to 1: red, green and blue, or their luminance (ITU-R BT.601). */
export function pictureValues(rgba: Uint8ClampedArray, channels: number): Float32Array {
  const pixels = rgba.length / 4;
  const values = new Float32Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    const at = 4 * i;
    if (channels === 3) {
      for (let c = 0; c < 3; c++) values[3 * i + c] = rgba[at + c] / 255;
    } else {
      values[i] = (0.299 * rgba[at] + 0.587 * rgba[at + 1] + 0.114 * rgba[at + 2]) / 255;
    }
  }
  return values;
}

let newest: {readonly facts: readonly unknown[]; readonly volume: Volume} | undefined;

/**
 * The input of a state, the same object as long as nothing of it changes; `picture` holds the pixels of one, PICTURE_SIZE
 * wide and high, where the state asks for one.
 */
export function inputOf(s: State, picture?: Uint8ClampedArray): Volume {
  const facts = [RULES[s.kind].rank, s.input, s.size, s.channels, s.cells, picture];
  if (newest?.facts.every((fact, i) => fact === facts[i])) return newest.volume;
  newest = {facts, volume: madeInput(s, picture)};
  return newest.volume;
}

function madeInput(s: State, picture: Uint8ClampedArray | undefined): Volume {
  const shape = inputShape(s);
  const count = shape.depth * shape.height * shape.width * shape.channels;
  switch (s.input) {
    case 'photo':
    case 'file':
    case 'camera':
      return {...shape, values: pictureValues(picture ?? new Uint8ClampedArray(4 * PICTURE_SIZE ** 2), shape.channels)};
    case 'random':
      return {...shape, values: randomNumbers(count, 7)};
    case 'pixel':
      return {...shape, values: pixel(shape)};
    case 'drawn':
      return {...shape, values: Float32Array.from({length: count}, (_, i) => s.cells[i] ?? 0)};
    default:
      return {...shape, values: generated(s, shape, VALUES[s.input])};
  }
}

/** The numbers of a drawn input where its size, channels or dimensions change: those that stay keep their places. */
export function movedCells(cells: readonly number[], from: State, to: State): readonly number[] {
  const [a, b] = [inputShape(from), inputShape(to)];
  const count = b.depth * b.height * b.width * b.channels;
  return Array.from({length: count}, (_, i) => {
    const c = i % b.channels;
    const w = Math.floor(i / b.channels) % b.width;
    const h = Math.floor(i / (b.channels * b.width)) % b.height;
    const d = Math.floor(i / (b.channels * b.width * b.height));
    const isThere = d < a.depth && h < a.height && w < a.width && c < a.channels;
    return isThere ? (cells[((d * a.height + h) * a.width + w) * a.channels + c] ?? 0) : 0;
  });
}
