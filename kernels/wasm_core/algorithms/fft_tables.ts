import {floatsAt} from '../call.js';
import {F32} from '../plan/conv_plan.js';
import type {Call} from '../types.js';
import type {FftAlgorithm} from './fft_cost.js';

/*
 * Tables of the Fourier transforms of assembly/fft/transform.ts, whose frequencies are in digit-reversed order: radix 4,
 * and 8 in the last pass where the length is not a power of 4; radix 5 in the first one where 5 divides the length.
 */

/** The frequency at each position of a transform of length n. */
function frequenciesInOrder(n: number): number[] {
  if (n === 1) return [0];
  const radix = n === 8 ? 2 : 4;
  const part = frequenciesInOrder(n / radix);
  return Array.from({length: radix}, (_, r) => part.map(f => f * radix + r)).flat();
}

const radixOf = (n: number): number => (n % 5 === 0 ? 5 : 4);

/** w^j, w^2j, w^3j, and for radix 5 w^4j, for each j < n / radix, w = e^(-2 pi i / n). */
function factors(n: number): Float32Array {
  const powers = radixOf(n) - 1;
  const count = n / radixOf(n);
  const table = new Float32Array(count * 2 * powers);
  for (let j = 0; j < count; j++) {
    for (let power = 1; power <= powers; power++) {
      const angle = (2 * Math.PI * j * power) / n;
      const at = 2 * (powers * j + power - 1);
      table[at] = Math.cos(angle);
      table[at + 1] = -Math.sin(angle);
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

/** Where the factors of a length begin in the table, in floats: those of radix 5 behind all powers of two below 2n. */
const placeOf = (n: number): number => (radixOf(n) === 5 ? (n / 5) * 24 : (n / 4) * 6);

/** Floats of the table for a side. */
const floatsOf = (n: number): number => (radixOf(n) === 5 ? (n / 5) * 32 : 3 * n);

const tableFloats = (height: number, width: number): number => Math.max(floatsOf(height), floatsOf(width));

/**
 * Writes the twiddle factors of a tile for all lengths that transforms of its sides consist of; returns the address behind
 * them.
 */
function writeTwiddles(call: Call, to: number, height: number, width: number): number {
  const floats = tableFloats(height, width);
  const table = floatsAt(call, to, floats);
  for (const side of [height, width]) {
    for (let n = side; n >= 16; n /= radixOf(n)) table.set(knownFactors(n), placeOf(n));
  }
  return to + F32 * floats;
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
    bytes: (height, width) => F32 * tableFloats(height, width) + 8 * height * width,
    write: (call, to, height, width) => writePlaces(call, writeTwiddles(call, to, height, width), height, width),
  },
  channels: {bytes: (height, width) => F32 * tableFloats(height, width), write: writeTwiddles},
};
