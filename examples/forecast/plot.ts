/** The losses of a training, and a stretch of the signal with what was predicted of it. */
import {path, svg, text} from '../svg.js';
import type {Points} from '../svg.js';

const [WIDTH, HEIGHT, LEFT, TOP, GAP] = [760, 160, 56, 64, 56];
const [INK, PALE] = ['#2f6f9f', '#bbb'];

/** Values from `low` to `high` along a panel whose upper edge is at `top`. */
const curve = (values: ArrayLike<number>, [low, high]: readonly [number, number], top: number): Points =>
  Array.from(values, (value, i) => [
    LEFT + (WIDTH * i) / (values.length - 1),
    top + HEIGHT * (1 - Math.min(1, Math.max(0, (value - low) / (high - low)))),
  ]);

const logarithms = (values: readonly number[]): number[] => values.map(value => Math.log10(value));

export interface Forecast {
  readonly title: string;
  /** Of each step. */
  readonly losses: readonly number[];
  readonly signal: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
}

export function plot({title, losses, signal, predicted}: Forecast): string {
  const second = TOP + HEIGHT + GAP;
  return svg(LEFT + WIDTH + 24, second + HEIGHT + 44, [
    text(LEFT, 22, title, 'start', 'font-size="15"'),
    text(LEFT, TOP - 12, 'loss of each step, from 1 down to 0.0001 (logarithmic)'),
    path(curve(logarithms(losses), [-4, 0], TOP), INK, 1.5),
    text(LEFT, second - 12, 'the signal (grey) and what was predicted of each sample from those before it (blue)'),
    path(curve(signal, [-1.1, 1.1], second), PALE, 5),
    path(curve(predicted, [-1.1, 1.1], second), INK, 1.5),
  ]);
}
