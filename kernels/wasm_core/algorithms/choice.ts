import {env} from '@tensorflow/tfjs-core';
import {WINOGRAD_FLAG} from '../../../src/registry/flags.js';
import {isDepthwise, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {gemmBackpropInput, gemmForward, groupedBackpropInput, groupedForward} from './gemm.js';
import {depthwiseBackpropFilter, depthwiseBackpropInput, depthwiseForward} from './depthwise.js';
import {
  filterGradientPays,
  gemmBackpropFilter,
  groupedBackpropFilter,
  winogradBackpropFilter,
} from './filter_gradient.js';
import {backwardPays, forwardPays, tilingOf, winogradBackpropInput, winogradForward} from './winograd.js';
import type {TileSize} from './winograd_cost.js';
import type {FilterGradientKernel, ImageKernel} from '../types.js';

/** A way to compute a convolution, or its input gradient, on the core. */
export interface CoreAlgorithm<Kernel = ImageKernel> {
  readonly name: string;
  /** Whether it computes this geometry, and should. */
  readonly when: (g: ConvGeometry) => boolean;
  /** For channels last. */
  readonly run: Kernel;
}

/**
 * Whether a group has so few channels or results that gathering a matrix would cost as much as multiplying it. A kernel
 * of one tap needs none. Measured.
 */
function isSmall(g: ConvGeometry, inChannels: number, outChannels: number): boolean {
  const [channels, columns] = [inChannels / g.groups, outChannels / g.groups];
  if (product(spatialSizes(g, 'kernel')) === 1) return false;
  if (g.groups === 1 && channels < 4 && columns > 8) return false;
  return columns <= 4 || (columns <= 16 && channels <= 16) || (columns <= 32 && channels <= 8 && g.groups > 1);
}

/** Whether channels are to be added up each by itself. A single channel with many filters is a matrix product. */
const isDirect = (g: ConvGeometry): boolean => isDepthwise(g) && (g.groups > 1 || g.outChannels === 1);

const always = (): boolean => true;

/** The two sizes of Winograd's tiles, as far as the flag allows and they pay. */
const winograd = <Kernel>(
  pays: (size: TileSize) => (g: ConvGeometry) => boolean,
  run: (size: TileSize) => Kernel,
): Array<CoreAlgorithm<Kernel>> =>
  ([4, 2] as const).map(size => ({
    name: `winograd_${size}x${size}`,
    when: g => pays(size)(g) && env().getBool(WINOGRAD_FLAG),
    run: run(size),
  }));

/** In order of preference; the last one takes everything. */
export const CORE_FORWARD: readonly CoreAlgorithm[] = [
  {name: 'direct_depthwise', when: isDirect, run: depthwiseForward},
  ...winograd(forwardPays, size => winogradForward(tilingOf(size))),
  {
    name: 'grouped',
    run: groupedForward,
    when: perGeometry(g => isSmall(g, g.inChannels, g.outChannels)),
  },
  {name: 'gemm', when: always, run: gemmForward},
];

export const CORE_BACKPROP_INPUT: readonly CoreAlgorithm[] = [
  {name: 'direct_depthwise', when: isDirect, run: depthwiseBackpropInput},
  ...winograd(backwardPays, size => winogradBackpropInput(tilingOf(size))),
  {
    name: 'grouped',
    run: groupedBackpropInput,
    when: perGeometry(g => isSmall(g, g.outChannels, g.inChannels)),
  },
  {name: 'gemm', when: always, run: gemmBackpropInput},
];

export const CORE_BACKPROP_FILTER: ReadonlyArray<CoreAlgorithm<FilterGradientKernel>> = [
  {name: 'direct_depthwise', when: isDepthwise, run: depthwiseBackpropFilter},
  ...winograd(filterGradientPays, winogradBackpropFilter),
  {
    name: 'grouped',
    run: groupedBackpropFilter,
    when: g => isSmall(g, g.inChannels, g.outChannels),
  },
  {name: 'gemm', when: always, run: gemmBackpropFilter},
];
