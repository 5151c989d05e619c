import {env} from '@tensorflow/tfjs-core';
import {DIRECT_SUMS_FLAG, WINOGRAD_FLAG} from '../../../src/registry/flags.js';
import {isForced} from '../../../src/registry/select.js';
import {isChannelwise, isOneToOne} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {isMostlyPadding} from '../../../src/geometry/cost.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import type {AxisTaps, TapPlan} from '../../../src/geometry/taps.js';
import {backwardDirections, forwardDirection} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {depthwiseBackpropFilter, depthwiseBackpropInput, depthwiseForward, depthwisePlan} from './depthwise.js';
import {canCol2im, col2imBackpropInput, col2imPays} from './col2im.js';
import {fftBackpropInput, fftForward, fftPlan} from './fft.js';
import {canTile, canTileGradient, fftCosts, fftGradientPays, fftGradientTiles, fftPays, fftShare} from './fft_cost.js';
import {fftBackpropFilter} from './fft_filter_gradient.js';
import {gemmBackpropFilter, groupedBackpropFilter, winogradBackpropFilter} from './filter_gradient.js';
import {gemmBackpropInput, gemmForward, gemmPlan, groupedBackpropInput, groupedForward, groupedPlan} from './gemm.js';
import {paysInPlace} from './grouped_cost.js';
import type {OnePlan} from './one_plan.js';
import {winogradBackpropInput, winogradForward, winogradPlan} from './winograd.js';
import type {ChooseTiling} from './winograd.js';
import {isStreamed, WINOGRAD_SHARE, winogradGradientTile, winogradTile} from './winograd_cost.js';
import type {TileSize} from './winograd_cost.js';
import {winogradLineBackpropInput, winogradLineForward, winogradLinePlan} from './winograd_line.js';
import {LINE_SHARE, lineCost, lineOf, linePays} from './winograd_line_cost.js';
import type {FilterGradientKernel, ImageKernel} from '../types.js';

/*
 * Which variant computes a convolution on the core: the first of a list whose `when` holds; the last one takes
 * everything. In short:
 *
 *   col2im            input gradients whose phases would mostly multiply padding: col2im.ts
 *   winograd_4x4      3x3 at stride 1, where the costs of winograd_cost.ts say so
 *   winograd_2x2      likewise
 *   fft               more than one tap, where the costs of fft_cost.ts say so
 *   direct_depthwise  one input channel in each group
 *   winograd_line     2 to 5 taps at stride 1 along an axis, where the costs of winograd_line_cost.ts say so
 *   grouped           more than one tap, and few channels: isSmall(), grouped_cost.ts
 *   gemm              everything else
 */

/** A variant of a kernel on the core. */
export interface CoreVariant<Kernel = ImageKernel> {
  readonly name: string;
  /** Whether it computes this geometry, and should. */
  readonly when: (g: ConvGeometry) => boolean;
  /** What it costs, in multiplications, over those of the definition. Default 1. */
  readonly share?: (g: ConvGeometry) => number;
  /** For channels last. */
  readonly run: Kernel;
  /** The one plan that `run` computes, where it does no more; null where it does. */
  readonly plan?: (g: ConvGeometry) => OnePlan | null;
}

/** The names of tiles that can be asked for where they do not pay. */
const LINE = 'winograd_line';
const FFT = 'fft';
const DEPTHWISE = 'direct_depthwise';
const COL2IM = 'col2im';

const always = (): boolean => true;

/** Whether each channel is convolved by itself. A single channel with many filters is a matrix product. */
const isDirect = (g: ConvGeometry): boolean => isChannelwise(g) || isOneToOne(g);

/**
 * Filters of a channel, and pixels of x for each of y, from which it takes longer to copy every channel of x for each of its
 * filters than to read x in place by `grouped`. `npm run bench:sweep -- --ops 'fused depthwise,depthwise'`
 */
const [MANY_FILTERS, MANY_PIXELS] = [3, 4];

/** Whether each channel is convolved by itself, and x has too much to copy for its filters. */
const copiesMuch = ({inChannels, outChannels, axes: [depth, height, width]}: ConvGeometry): boolean =>
  outChannels >= MANY_FILTERS * inChannels && depth.stride * height.stride * width.stride >= MANY_PIXELS;

/**
 * Whether a group has so few channels, in the source or in the result, that gathering a matrix would take as long as
 * multiplying it; a kernel of one tap needs no gathering. Measured by `npm run bench -- --parts layers,others --only
 * groups`, by 'grouped' and by 'gemm' (TFJS_CONV_VARIANT).
 */
function isSmall(g: ConvGeometry, sourceChannels: number, resultChannels: number): boolean {
  const [source, result] = [sourceChannels / g.groups, resultChannels / g.groups];
  if (g.groups === 1 && source < 4 && result > 8) return false;
  return result <= 4 || (result <= 16 && source <= 16) || (result <= 32 && source <= 8 && g.groups > 1);
}

/** Whether a kernel has more than one tap. Told by arithmetic, as a tiny layer takes less time than it takes to look up. */
const hasTaps = ({axes: [depth, height, width]}: ConvGeometry): boolean =>
  depth.kernel > 1 || height.kernel > 1 || width.kernel > 1;

/** A choice that is made once for a geometry with more than one tap, and is false for others. */
function forTaps(choose: (g: ConvGeometry) => boolean): (g: ConvGeometry) => boolean {
  const chosen = perGeometry(choose);
  return g => hasTaps(g) && chosen(g);
}

/** Where images are read in place: groups of few channels, and a single group where that costs less than to gather it. */
const isGrouped = (
  source: (g: ConvGeometry) => number,
  result: (g: ConvGeometry) => number,
  directions: (g: ConvGeometry) => readonly Direction[],
): ((g: ConvGeometry) => boolean) =>
  forTaps(g => isSmall(g, source(g), result(g)) && (g.groups > 1 || directions(g).every(paysInPlace)));

/** Three evenly spaced taps, and no stride. */
const isTiled = ({sourceStep, source}: AxisTaps): boolean =>
  sourceStep === 1 && source.length === 3 && source[1] - source[0] === source[2] - source[1];

/** Whether Winograd tiles compute a plan, whose taps ascend. The depth may have any taps. */
export const isWinogradPlan = ([depth, height, width]: TapPlan): boolean =>
  depth.source.length > 0 && isTiled(height) && isTiled(width);

/** Whether a geometry may have such plans: false without making any. */
const is3x3 = ({axes: [, height, width]}: ConvGeometry): boolean =>
  height.kernel === 3 && width.kernel === 3 && height.stride === 1 && width.stride === 1;

/** The tiles that compute a direction fastest; null where another variant does. */
const tileOf = (direction: Direction): TileSize | null =>
  isWinogradPlan(direction.plan) ? winogradTile(direction) : null;

const forwardTile = perGeometry(g => (isDirect(g) ? null : tileOf(forwardDirection(g))));

/** The tiles of every phase of the input gradient; null where phases differ. */
const backwardTile = perGeometry((g): TileSize | null => {
  if (isDirect(g)) return null;
  const tiles = new Set(backwardDirections(g).map(tileOf));
  return tiles.size === 1 ? [...tiles][0] : null;
});

const gradientTile = perGeometry((g): TileSize | null => {
  if (isDirect(g)) return null;
  const direction = forwardDirection(g);
  return isWinogradPlan(direction.plan) ? winogradGradientTile(direction, g.groups) : null;
});

/** Tiles of a size, which transform the filter while they use it where that is faster. */
export const tilingOf =
  (size: TileSize): ChooseTiling =>
  direction => ({size, streamed: size === 4 && isStreamed(direction)});

/** Whether algorithms may run that round otherwise than the direct sum. */
const mayReorder = (): boolean => !env().getBool(DIRECT_SUMS_FLAG);

/** The two sizes of Winograd's tiles, unless the flag forbids them. */
const winograd = <Kernel>(
  tile: (g: ConvGeometry) => TileSize | null,
  run: (size: TileSize) => Kernel,
  plan?: (size: TileSize) => CoreVariant['plan'],
): Array<CoreVariant<Kernel>> =>
  ([4, 2] as const).map(size => ({
    name: `winograd_${size}x${size}`,
    when: g => is3x3(g) && tile(g) === size && mayReorder() && env().getBool(WINOGRAD_FLAG),
    share: () => WINOGRAD_SHARE[size],
    run: run(size),
    plan: plan?.(size),
  }));

/** Whether tiles along an axis compute all directions, and whether they are faster than a matrix product. */
const hasLines = (directions: readonly Direction[]): boolean =>
  directions.length > 0 && directions.every(direction => lineOf(direction) !== null);
const linesPay = (directions: readonly Direction[]): boolean => directions.length > 0 && directions.every(linePays);
const hasForwardLine = perGeometry(g => !isDirect(g) && hasLines([forwardDirection(g)]));
const forwardLinePays = perGeometry(g => !isDirect(g) && linesPay([forwardDirection(g)]));
const hasBackwardLines = perGeometry(g => !isDirect(g) && hasLines(backwardDirections(g)));
const backwardLinesPay = perGeometry(g => linesPay(backwardDirections(g)));

/** Winograd's tiles along an axis, as those of Fourier transforms below. */
const line = (
  can: (g: ConvGeometry) => boolean,
  pays: (g: ConvGeometry) => boolean,
  run: ImageKernel,
  plan?: CoreVariant['plan'],
): CoreVariant => ({
  name: LINE,
  when: g => hasTaps(g) && (pays(g) || (isForced(LINE) && can(g))) && mayReorder() && env().getBool(WINOGRAD_FLAG),
  share: () => LINE_SHARE,
  run,
  plan,
});

/**
 * Taps from which a transform of single channels may pay: half of what `npm run bench:kernels` finds. Its tiles are not
 * looked at below, which takes as long as tens of calls of a small layer.
 */
const DEPTHWISE_TAPS = 32;

/** Whether single channels are convolved with so few taps that no transform pays. */
const hasFewTaps = (g: ConvGeometry): boolean => {
  const [depth, height, width] = g.axes;
  return isDirect(g) && depth.kernel * height.kernel * width.kernel < DEPTHWISE_TAPS;
};

/** Whether all directions cost less by Winograd's tiles along an axis than by FFT tiles. */
const isCheaperLine = (directions: readonly Direction[]): boolean =>
  directions.every(direction => direction.groups * lineCost(direction) <= fftCosts(direction).tiles);

/** Whether FFT tiles compute all directions, and whether they are fastest. */
const canTransform = (directions: readonly Direction[]): boolean => directions.length > 0 && directions.every(canTile);
const canForward = perGeometry(g => canTransform([forwardDirection(g)]));
// What pays is told first, as most layers need no tile to be looked at for it.
const forwardPays = perGeometry(g => !hasFewTaps(g) && fftPays(forwardDirection(g)));
const forwardIsLine = perGeometry(g => isCheaperLine([forwardDirection(g)]));
const forwardShare = perGeometry(g => fftShare([forwardDirection(g)]));
const canBackward = perGeometry(g => canTransform(backwardDirections(g)));
const backwardPays = perGeometry(
  g => !hasFewTaps(g) && backwardDirections(g).length > 0 && backwardDirections(g).every(fftPays),
);
const backwardIsLine = perGeometry(g => isCheaperLine(backwardDirections(g)));

const backwardShare = perGeometry(g => fftShare(backwardDirections(g)));
const canGradient = perGeometry(g => canTileGradient(forwardDirection(g)));
const gradientPays = perGeometry(g => fftGradientPays(forwardDirection(g)));
const gradientShare = perGeometry(g => fftGradientTiles(forwardDirection(g)).share);

/** Where FFT tiles pay, unless Winograd's along an axis cost less, and may be used. */
const unlessLine =
  (pays: (g: ConvGeometry) => boolean, isLine: (g: ConvGeometry) => boolean) =>
  (g: ConvGeometry): boolean =>
    pays(g) && !(isLine(g) && env().getBool(WINOGRAD_FLAG));

/** FFT tiles, where they pay; where they are asked for by name, wherever they compute a geometry. */
const fft = <Kernel>(
  can: (g: ConvGeometry) => boolean,
  pays: (g: ConvGeometry) => boolean,
  share: (g: ConvGeometry) => number,
  run: Kernel,
  plan?: CoreVariant['plan'],
): CoreVariant<Kernel> => ({
  name: FFT,
  when: g => hasTaps(g) && (isForced(FFT) ? can(g) : pays(g)) && mayReorder(),
  share,
  run,
  plan,
});

export const CORE_FORWARD: readonly CoreVariant[] = [
  ...winograd(
    forwardTile,
    size => winogradForward(tilingOf(size)),
    size => winogradPlan(tilingOf(size)),
  ),
  fft(canForward, unlessLine(forwardPays, forwardIsLine), forwardShare, fftForward, fftPlan),
  {
    name: DEPTHWISE,
    when: g => isDirect(g) && (!copiesMuch(g) || isForced(DEPTHWISE)),
    run: depthwiseForward,
    plan: depthwisePlan,
  },
  line(hasForwardLine, forwardLinePays, winogradLineForward, winogradLinePlan),
  {
    name: 'grouped',
    when: isGrouped(
      g => g.inChannels,
      g => g.outChannels,
      g => [forwardDirection(g)],
    ),
    run: groupedForward,
    plan: groupedPlan,
  },
  {name: 'gemm', when: always, run: gemmForward, plan: gemmPlan},
];

export const CORE_BACKPROP_INPUT: readonly CoreVariant[] = [
  {
    name: COL2IM,
    when: g => hasTaps(g) && (isForced(COL2IM) ? canCol2im(g) : !isDirect(g) && col2imPays(g)),
    run: col2imBackpropInput,
  },
  ...winograd(backwardTile, size => winogradBackpropInput(tilingOf(size))),
  fft(canBackward, unlessLine(backwardPays, backwardIsLine), backwardShare, fftBackpropInput),
  {name: DEPTHWISE, when: isDirect, run: depthwiseBackpropInput},
  line(hasBackwardLines, backwardLinesPay, winogradLineBackpropInput),
  {
    name: 'grouped',
    when: isGrouped(
      g => g.outChannels,
      g => g.inChannels,
      backwardDirections,
    ),
    run: groupedBackpropInput,
  },
  {name: 'gemm', when: always, run: gemmBackpropInput},
];

/** The filter's gradient by direct sums. */
const DIRECT_GRADIENTS: ReadonlyArray<CoreVariant<FilterGradientKernel>> = [
  {name: DEPTHWISE, when: isDirect, run: depthwiseBackpropFilter},
  // It packs lines of x with their padding.
  {
    name: 'grouped',
    when: forTaps(g => isSmall(g, g.inChannels, g.outChannels) && !isMostlyPadding(g)),
    run: groupedBackpropFilter,
  },
  {name: 'gemm', when: always, run: gemmBackpropFilter},
];

const directBackpropFilter: FilterGradientKernel = (call, g, operands) =>
  DIRECT_GRADIENTS.find(({when}) => when(g))?.run(call, g, operands);

export const CORE_BACKPROP_FILTER: ReadonlyArray<CoreVariant<FilterGradientKernel>> = [
  ...winograd(gradientTile, winogradBackpropFilter),
  fft(canGradient, gradientPays, gradientShare, fftBackpropFilter(directBackpropFilter)),
  ...DIRECT_GRADIENTS,
];
