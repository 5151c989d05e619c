import {floatsAt} from '../call.js';
import type {Call} from '../types.js';
import type {FftAlgorithm} from './fft_cost.js';

/*
 * Tables of the Fourier transforms of assembly/fft/transform.ts, whose frequencies are in digit-reversed order: radix 4,
 * and 8 in the last pass where the length is not a power of 4.
 */

/** The frequency at each position of a transform of length n. */
function frequenciesInOrder(n: number): number[] {
  if (n === 1) return [0];
  const radix = n === 8 ? 2 : 4;
  const part = frequenciesInOrder(n / radix);
  return Array.from({length: radix}, (_, r) => part.map(f => f * radix + r)).flat();
}

/** w^j, w^2j, w^3j for each j < n / 4, w = e^(-2 pi i / n). */
function factors(n: number): Float32Array {
  const table = new Float32Array((n / 4) * 6);
  for (let j = 0; j < n / 4; j++) {
    for (let power = 1; power <= 3; power++) {
      const angle = (2 * Math.PI * j * power) / n;
      table[6 * j + 2 * power - 2] = Math.cos(angle);
      table[6 * j + 2 * power - 1] = -Math.sin(angle);
    }
  }
  return table;
}

/** Those of every length that there has been: filters that change are packed at every call. */
const known = new Map<number, Float32Array>();

function knownFactors(n: number): Float32Array {
  const found = known.get(n) ?? factors(n);
  known.set(n, found);
  return found;
}

/**
 * Writes the twiddle factors of a tile for all lengths that transforms of its sides consist of; returns the address behind
 * them.
 */
function writeTwiddles(call: Call, to: number, height: number, width: number): number {
  const most = Math.max(height, width);
  const table = floatsAt(call, to, 3 * most);
  for (const side of [height, width]) {
    for (let n = side; n >= 16; n /= 4) table.set(knownFactors(n), (n / 4) * 6);
  }
  return to + 12 * most;
}

/**
 * The place of each element [frequency of the width][frequency of the height] of a spectrum: the number of the frequency
 * whose matrix it is multiplied by, and 1 where that is the one of its negative. Those that are their own negative come
 * first.
 */
function placesOf(height: number, width: number): Int32Array {
  const [rows, columns] = [frequenciesInOrder(height), frequenciesInOrder(width)];
  const [rowOf, columnOf] = [rows, columns].map(order => {
    const places = new Int32Array(order.length);
    order.forEach((f, place) => (places[f] = place));
    return places;
  });
  const places = new Int32Array(2 * height * width);
  const negatives = Array.from(
    {length: height * width},
    (_, p) =>
      columnOf[(width - columns[Math.floor(p / height)]) % width] * height +
      rowOf[(height - rows[p % height]) % height],
  );
  let count = 0;
  negatives.forEach((negative, p) => {
    if (negative === p) places[2 * p] = count++;
  });
  negatives.forEach((negative, p) => {
    if (negative > p) places[2 * p] = count++;
    if (negative < p) places.set([places[2 * negative], 1], 2 * p);
  });
  return places;
}

const knownPlaces = new Map<string, Int32Array>();

/** Writes the places of a tile's frequencies (assembly/fft/dense_scratch.ts). */
function writePlaces({core}: Call, to: number, height: number, width: number): void {
  const key = `${height} ${width}`;
  const places = knownPlaces.get(key) ?? placesOf(height, width);
  knownPlaces.set(key, places);
  core.words(to + 8 * height * width).set(places, to / 4);
}

/** Tables of a tile that an algorithm reads: with which packed filters begin, too. */
interface Tables {
  readonly bytes: (height: number, width: number) => number;
  readonly write: (call: Call, to: number, height: number, width: number) => void;
}

export const TABLES: {readonly [A in FftAlgorithm]: Tables} = {
  dense: {
    bytes: (height, width) => 12 * Math.max(height, width) + 8 * height * width,
    write: (call, to, height, width) => writePlaces(call, writeTwiddles(call, to, height, width), height, width),
  },
  channels: {bytes: (height, width) => 12 * Math.max(height, width), write: writeTwiddles},
};
