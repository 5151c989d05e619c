import {abs, max, sub, tensor, tidy} from '@tensorflow/tfjs-core';
import type {serialization, Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import {separateFilter} from '../../separate/separate_filter.js';
import {KERNEL_RULES} from '../stock.js';
import type {Conv} from '../stock.js';
import {decomposeChannels} from './channel_svd.js';
import type {Call} from './containers.js';
import {
  denseMultiplications,
  depthwiseMultiplications,
  multiplicationsOf,
  sizesOf,
  spatialMultiplications,
} from './cost.js';
import type {ConvSizes, Multiplications} from './cost.js';
import {spatialError} from './spatial_error.js';

/** How good an approximation is to be, or how large. */
export interface Target {
  readonly rank?: number;
  readonly tolerance?: number;
}

/** A layer that stands for a convolution, more or less exactly. */
export interface Candidate {
  readonly kind: SeparationKind;
  readonly rank: number;
  readonly relativeError: number;
  /** Of an example, in all calls. */
  readonly multiplications: number;
  readonly kernelParameters: number;
  readonly className: string;
  /** The configuration of the layer out of that of the convolution. */
  readonly config: (config: serialization.ConfigDict) => serialization.ConfigDict;
  /** The kernels, which belong to the scope of the caller. */
  readonly kernels: () => Tensor[];
}

/** What a kind of separation finds of a filter. */
interface Separation {
  readonly rank: number;
  readonly relativeError: number;
  readonly kernelParameters: number;
  readonly kernels: () => Tensor[];
}

interface Kind {
  readonly multiplications: Multiplications;
  /** The class for a kernel of so many axes; undefined where there is none. */
  readonly className: (rank: Conv['rank']) => string | undefined;
  /** What the configuration calls the rank, and the two kernels. */
  readonly names: readonly [rank: string, first: string, second: string];
  readonly separate: (filter: Tensor, sizes: ConvSizes, target: Target) => Separation;
  /** The error that a rank leaves at least, roughly, where that takes much less time than to separate. */
  readonly leastError?: (filter: ArrayLike<number>, sizes: ConvSizes, rank: number) => number;
}

/** Precision of `leastError`. */
const ROUGHLY = 1e-5;

/** The smallest rank within the tolerance, or the given one as far as there are so many. */
function rankOf(relativeErrors: readonly number[], {rank, tolerance = 1e-6}: Target): number {
  const most = relativeErrors.length - 1;
  if (rank !== undefined) return Math.min(rank, most);
  const found = relativeErrors.findIndex(error => error <= tolerance);
  return Math.max(1, found < 0 ? most : found);
}

function separateSpatially(filter: Tensor, {kernel, inChannels, outChannels}: ConvSizes, target: Target): Separation {
  const [height, width] = kernel;
  const most = Math.min(height * inChannels, width * outChannels);
  const {rank: given, tolerance} = target;
  const {columnFilter, rowFilter, rank, relativeError} = separateFilter(
    filter as Tensor4D,
    given === undefined ? {tolerance} : {rank: Math.min(given, most)},
  );
  return {
    rank,
    relativeError,
    kernelParameters: columnFilter.size + rowFilter.size,
    kernels: () => [columnFilter, rowFilter],
  };
}

function separateChannels(filter: Tensor, sizes: ConvSizes, target: Target): Separation {
  const {taps, inChannels, outChannels} = sizes;
  const {relativeErrors, depthwise, pointwise} = decomposeChannels(filter.dataSync(), sizes);
  const rank = rankOf(relativeErrors, target);
  const kernelShape = filter.shape.slice(0, -2);
  return {
    rank,
    relativeError: relativeErrors[rank],
    kernelParameters: inChannels * rank * (taps + outChannels),
    kernels: () => [
      tensor(depthwise(rank), [...kernelShape, inChannels, rank]),
      tensor(pointwise(rank), [...kernelShape.map(() => 1), inChannels * rank, outChannels]),
    ],
  };
}

const KIND_TABLE = {
  spatial: {
    multiplications: spatialMultiplications,
    className: rank => (rank === 2 ? 'SpatiallySeparableConv2D' : undefined),
    names: ['midFilters', 'column', 'row'],
    separate: separateSpatially,
    leastError: spatialError,
  },
  depthwise: {
    multiplications: depthwiseMultiplications,
    className: rank => (rank === 3 ? undefined : `SeparableConv${rank}D`),
    names: ['depthMultiplier', 'depthwise', 'pointwise'],
    separate: separateChannels,
  },
} as const satisfies Record<string, Kind>;

/**
 * How a convolution is separated: 'spatial' into a column and a row, which for 1x1 are two pointwise ones, or 'depthwise'
 * into a filter for each channel and a pointwise one.
 */
export type SeparationKind = keyof typeof KIND_TABLE;

export const KINDS = Object.keys(KIND_TABLE) as SeparationKind[];

/** The rules of the kernel become those of both kernels. */
function configOf({names: [rankName, ...kernels]}: Kind, rank: number) {
  return (config: serialization.ConfigDict): serialization.ConfigDict => {
    const made: serialization.ConfigDict = {...config, [rankName]: rank};
    for (const rule of KERNEL_RULES) {
      for (const kernel of kernels) made[rule.replace('kernel', kernel)] = config[rule];
      delete made[rule];
    }
    delete made.groups;
    return made;
  };
}

/** The largest absolute value of a tensor. */
export const largest = (t: Tensor): number => tidy(() => max(abs(t)).dataSync()[0]);

/** Whether a constraint of the kernel leaves the kernels in its place as they are. */
function isAllowed({kernelConstraint: constraint}: Conv, kernels: () => Tensor[]): boolean {
  if (constraint == null) return true;
  return tidy(() =>
    kernels().every(kernel => {
      const difference = largest(sub(constraint.apply(kernel), kernel));
      return difference <= 1e-6 * largest(kernel);
    }),
  );
}

function candidateOf(kind: SeparationKind, layer: Conv, calls: readonly Call[], target: Target): Candidate[] {
  const one: Kind = KIND_TABLE[kind];
  const className = one.className(layer.rank);
  if (className === undefined || layer.kernel == null) return [];
  const filter = layer.kernel.read();
  const values = filter.dataSync();
  if (!values.every(Number.isFinite)) return [];
  const sizes = sizesOf(layer, filter.shape);
  const count = (of: Multiplications, rank: number) => multiplicationsOf(of, layer, calls, sizes, rank);
  const dense = count(denseMultiplications, 0);
  // Ranks from here on are not cheaper.
  const most = Math.ceil(dense / count(one.multiplications, 1)) - 1;
  if (most < 1) return [];
  const {rank, tolerance = 1e-6} = target;
  if (rank === undefined && one.leastError !== undefined) {
    if (one.leastError(values, sizes, most) > tolerance + ROUGHLY) return [];
  }
  const found = one.separate(filter, sizes, target);
  const multiplications = count(one.multiplications, found.rank);
  const isClose = target.tolerance === undefined || found.relativeError <= target.tolerance;
  if (multiplications >= dense || !isClose || !isAllowed(layer, found.kernels)) return [];
  return [{...found, kind, multiplications, className, config: configOf(one, found.rank)}];
}

/**
 * The layer of the fewest multiplications that may stand for a convolution, of the given kinds; undefined where none has
 * fewer than the convolution. To be called in a tidy: what the kernels are made of belongs to it.
 */
export function cheapest(
  layer: Conv,
  calls: readonly Call[],
  kinds: readonly SeparationKind[],
  target: Target,
): Candidate | undefined {
  return kinds
    .flatMap(kind => candidateOf(kind, layer, calls, target))
    .reduce<Candidate | undefined>(
      (best, one) => (best === undefined || one.multiplications < best.multiplications ? one : best),
      undefined,
    );
}

/** Multiplications of the convolution itself. */
export const multiplicationsBefore = (layer: Conv, calls: readonly Call[], filter: Tensor): number =>
  multiplicationsOf(denseMultiplications, layer, calls, sizesOf(layer, filter.shape), 0);
