import {passesOf} from './geometry.js';
import type {Geometry} from './geometry.js';
import {RULES} from './rules.js';
import {integerAt, randomNumbers} from './inputs.js';
import type {FilterName, State} from './state.js';

/** A filter as the ops take it. */
export interface Filter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Where in the kernel a weight is, which channels it connects, and which number of all it is. */
interface Place {
  readonly at: readonly [number, number, number];
  readonly kernel: readonly [number, number, number];
  readonly index: number;
}

const plane =
  (rows: readonly (readonly number[])[]) =>
  ({at: [, h, w], kernel: [, kh, kw]}: Place): number => {
    // A plane of 3x3 is in the middle of a larger kernel.
    const [top, left] = [(kh - rows.length) >> 1, (kw - rows.length) >> 1];
    return rows[h - top]?.[w - left] ?? 0;
  };

const middle = ({at, kernel}: Place): boolean => at.every((position, i) => position === (kernel[i] - 1) >> 1);

/** A bell of binomial coefficients, which add up to 1. */
function binomial(count: number, k: number): number {
  let value = 1;
  for (let i = 0; i < k; i++) value = (value * (count - 1 - i)) / (i + 1);
  return value / 2 ** (count - 1);
}

const VALUES: {readonly [name in Exclude<FilterName, 'random' | 'typed'>]: (place: Place) => number} = {
  article: plane([
    [0, 1, 2],
    [2, 2, 0],
    [0, 1, 2],
  ]),
  count: ({index}) => index + 1,
  integers: ({index}) => integerAt(index),
  ones: () => 1,
  identity: place => (middle(place) ? 1 : 0),
  blur: ({at, kernel}) => at.reduce((value, position, i) => value * binomial(kernel[i], position), 1),
  sharpen: plane([
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ]),
  sobelX: plane([
    [1, 0, -1],
    [2, 0, -2],
    [1, 0, -1],
  ]),
  sobelY: plane([
    [1, 2, 1],
    [0, 0, 0],
    [-1, -2, -1],
  ]),
  laplace: plane([
    [0, 1, 0],
    [1, -4, 1],
    [0, 1, 0],
  ]),
  places: ({at}) => 10 ** at.reduce((sum, position) => sum + position, 0),
  placesBack: ({at, kernel}) => 10 ** at.reduce((sum, position, i) => sum + kernel[i] - 1 - position, 0),
  corner: ({at: [d, h, w]}) => (d + h + w === 1 ? 100 * d + 10 * h + w : 0),
  echo: place => (place.at[2] === place.kernel[2] - 1 ? 0.7 : 0.5 ** (place.kernel[2] - 1 - place.at[2]) * 0.7),
};

/** Named filters that are the same for each channel. */
const PER_CHANNEL: readonly FilterName[] = ['count', 'integers'];

/** The shape that the op wants. */
export function filterShape(s: State, {axes, inChannels, outChannels, groups, transposed}: Geometry): number[] {
  const kernel = axes.map(axis => axis.kernel).slice(3 - RULES[s.kind].rank);
  if (groups > 1 && groups === inChannels && (s.kind === 'depthwise' || s.kind === 'depthwiseSeparable')) {
    return [...kernel, inChannels, 1];
  }
  return transposed ? [...kernel, outChannels / groups, inChannels] : [...kernel, inChannels / groups, outChannels];
}

/** The weights of a name. Channels follow one another within a tap; numbers that count do so tap by tap, as one writes them. */
function named(name: FilterName, g: Geometry, seed: number): Float32Array {
  const kernel = [g.axes[0].kernel, g.axes[1].kernel, g.axes[2].kernel] as const;
  const taps = kernel[0] * kernel[1] * kernel[2];
  const pairs = (g.inChannels * g.outChannels) / g.groups;
  if (name === 'random' || name === 'typed') return randomNumbers(taps * pairs, seed);
  return Float32Array.from({length: taps * pairs}, (_, i) => {
    const [tap, pair] = [Math.floor(i / pairs), i % pairs];
    const at = [
      Math.floor(tap / (kernel[1] * kernel[2])),
      Math.floor(tap / kernel[2]) % kernel[1],
      tap % kernel[2],
    ] as const;
    const index = PER_CHANNEL.includes(name) ? pair * taps + tap : tap;
    return VALUES[name]({at, kernel, index});
  });
}

/** The filter of a state as one chooses it: of separable kinds, the one that is to be separated or the first of two. */
export function chosenFilter(s: State): Filter {
  const [first] = passesOf(s);
  const g = s.kind === 'spatial' ? passesOf({...s, kind: 'conv2d', channels: 1, filters: 1, groups: 1})[0] : first;
  const values = named(s.filter, g, 11);
  if (s.filter === 'typed') values.set(s.values.slice(0, values.length));
  return {shape: filterShape(s.kind === 'spatial' ? {...s, kind: 'conv2d'} : s, g), values};
}

/** The 1x1 filters of a depthwise separable convolution. */
export function pointwiseFilter(s: State): Filter {
  const g = passesOf(s)[1];
  return {shape: [1, 1, g.inChannels, g.outChannels], values: named('integers', g, 11)};
}
