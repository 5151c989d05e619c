import {pseudoRandom} from './measure.js';

/** Taps of a column, and of a row. */
interface Factors {
  readonly column: readonly number[];
  readonly row: readonly number[];
}

/** A separable convolution that is measured, batch 1, channels last, padding 'same'. */
export type SeparableRow = {
  readonly name: string;
  readonly x: readonly [batch: 1, height: number, width: number, channels: number];
} & (
  | {
      readonly op: 'spatiallySeparableConv2d';
      /** The filter of every channel is their sum of columns times rows. */
      readonly factors: readonly Factors[];
    }
  | {
      readonly op: 'depthwiseSeparableConv2d';
      /** Height and width of the depthwise filter. */
      readonly kernel: number;
      readonly outChannels: number;
    }
);

/** A filter with its shape. */
export interface Filter {
  readonly shape: readonly [number, number, number, number];
  readonly values: Float32Array;
}

/** The same row by two filters, and by the one that they are together; they have `groups` groups. */
export interface SeparableFilters {
  readonly first: Filter;
  readonly second: Filter;
  readonly full: Filter;
  /** Of the first, of the second and of the whole filter. */
  readonly groups: readonly [first: number, second: number, full: number];
}

/** Taps that sum to `sum`, of a normal distribution whose 3 standard deviations they reach. */
function gaussian(length: number, deviation = length / 6, sum = 1): number[] {
  const taps = Array.from({length}, (_, i) => Math.exp(-(((i - (length - 1) / 2) / deviation) ** 2) / 2));
  const total = taps.reduce((a, b) => a + b, 0);
  return taps.map(tap => (tap * sum) / total);
}

const SIZE = 512;

const imageFilter = (name: string, channels: number, ...factors: Factors[]): SeparableRow => ({
  name: `${name} ${SIZE}x${SIZE}x${channels}`,
  op: 'spatiallySeparableConv2d',
  x: [1, SIZE, SIZE, channels],
  factors,
});

const blur = (length: number, channels: number): SeparableRow =>
  imageFilter(`Gaussian ${length}`, channels, {column: gaussian(length), row: gaussian(length)});

const layer = (size: number, channels: number, outChannels: number): SeparableRow => ({
  name: `depthwise 3x3, 1x1 ${size}x${size} ${channels}-${outChannels}`,
  op: 'depthwiseSeparableConv2d',
  x: [1, size, size, channels],
  kernel: 3,
  outChannels,
});

/** Image filters, then layers of MobileNet (Howard et al., arXiv:1704.04861). */
export const SEPARABLE: readonly SeparableRow[] = [
  ...[5, 9, 15, 31].flatMap(length => [blur(length, 1), blur(length, 3)]),
  imageFilter('Sobel 3', 1, {column: [1, 2, 1], row: [1, 0, -1]}),
  // The difference of two Gaussians.
  imageFilter(
    'rank 2, 15 taps',
    1,
    {column: gaussian(15), row: gaussian(15)},
    {column: gaussian(15, 4, -1), row: gaussian(15, 4)},
  ),
  layer(112, 32, 64),
  layer(56, 128, 128),
  layer(14, 512, 512),
];

function spatialFilters(channels: number, factors: readonly Factors[]): SeparableFilters {
  const [height, width] = [factors[0].column.length, factors[0].row.length];
  const ofTaps = (count: number, value: (tap: number) => number[]): Float32Array =>
    Float32Array.from(Array.from({length: count}, (_, tap) => value(tap)).flat());
  // One group for each channel, whose filters are all the same.
  const inEachGroup = (values: number[]): number[] => Array.from({length: channels}, () => values).flat();
  const full = ofTaps(height * width, tap =>
    inEachGroup([factors.reduce((sum, {column, row}) => sum + column[Math.floor(tap / width)] * row[tap % width], 0)]),
  );
  const rank = factors.length;
  return {
    first: {
      shape: [height, 1, 1, channels * rank],
      values: ofTaps(height, tap => inEachGroup(factors.map(({column}) => column[tap]))),
    },
    second: {
      shape: [1, width, rank, channels],
      values: ofTaps(width, tap => factors.flatMap(({row}) => inEachGroup([row[tap]]))),
    },
    full: {shape: [height, width, 1, channels], values: full},
    groups: [channels, channels, channels],
  };
}

function depthwiseFilters(channels: number, kernel: number, outChannels: number): SeparableFilters {
  const depthwise = pseudoRandom(kernel * kernel * channels, 2);
  const pointwise = pseudoRandom(channels * outChannels, 3);
  const full = Float32Array.from(
    {length: depthwise.length * outChannels},
    (_, i) => depthwise[Math.floor(i / outChannels)] * pointwise[i % (channels * outChannels)],
  );
  return {
    first: {shape: [kernel, kernel, channels, 1], values: depthwise},
    second: {shape: [1, 1, channels, outChannels], values: pointwise},
    full: {shape: [kernel, kernel, channels, outChannels], values: full},
    groups: [channels, 1, 1],
  };
}

export const filtersOf = (row: SeparableRow): SeparableFilters =>
  row.op === 'spatiallySeparableConv2d'
    ? spatialFilters(row.x[3], row.factors)
    : depthwiseFilters(row.x[3], row.kernel, row.outChannels);
