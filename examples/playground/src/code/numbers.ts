import {inputOf, inputShape} from '../model/inputs.js';
import {RULES} from '../model/rules.js';
import {isLarge} from '../model/state.js';
import type {State} from '../model/state.js';

/** Numbers as a program has them: their shape, and themselves unless there are too many to be read. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array | undefined;
}

/** More numbers than these are random ones in the code. */
const MOST = 81;

export const numbers = (shape: readonly number[], values: Float32Array): Numbers => ({
  shape,
  values: values.length <= MOST ? values : undefined,
});

/** The input of a state, without a batch; neither pictures nor sounds are short enough. */
export function inputNumbers(s: State): Numbers {
  const {depth, height, width, channels} = inputShape(s);
  const shape = [...[depth, height, width].slice(3 - RULES[s.kind].rank), channels];
  return isLarge(s) ? {shape, values: undefined} : numbers(shape, inputOf(s, undefined).values);
}

/** Numbers line by line, separated by commas. */
export function lines({shape, values}: {shape: readonly number[]; values: Float32Array}, indent: string): string {
  const rounded = Array.from(values, value => String(Number(value.toPrecision(7))));
  const channels = shape.slice(-2).reduce((a, b) => a * b);
  // A line of the code is a line of the image, or of the filter, unless that is very short or very long.
  const length = channels > 24 ? shape[shape.length - 1] : channels * (channels < 3 ? (shape.at(-3) ?? 1) : 1);
  const all = Array.from({length: Math.ceil(rounded.length / length)}, (_, i) =>
    rounded.slice(i * length, (i + 1) * length).join(', '),
  );
  const flat = rounded.join(', ');
  return (all.length === 1 || length === 1) && flat.length < 80
    ? flat
    : `\n${all.map(line => `${indent}${line},\n`).join('')}`;
}
