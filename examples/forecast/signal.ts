/** A signal to learn: three tones, of which one drifts and one comes and goes, and noise. */
import {random} from '../random.js';

const NOISE = 0.02;

/** Samples of the signal, within about -1 and 1. */
export function signal(length: number, seed: number): Float32Array {
  const next = random(seed);
  const drift = (i: number): number => 40 * Math.sin(i / 500);
  return Float32Array.from(
    {length},
    (_, i) =>
      0.5 * Math.sin(i / 3) +
      0.3 * Math.sin((i + drift(i)) / 7) +
      0.2 * Math.sin(i / 300) * Math.sin(i / 1.7) +
      NOISE * (next() - 0.5),
  );
}
