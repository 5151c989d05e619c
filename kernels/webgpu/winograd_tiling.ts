import {env} from '@tensorflow/tfjs-core';
import {passThrough, UNIT_AXIS} from '../../src/geometry/axis.js';
import {cachedGeometry} from '../../src/geometry/geometry_cache.js';
import {DIRECT_SUMS_FLAG, WINOGRAD_FLAG} from '../../src/registry/flags.js';
import {isForced} from '../../src/registry/select.js';
import {backwardPhasePlan, forwardPhasePlan} from '../gpu/phase_plan.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import {currentDevice, isSwiftShader} from './device/device.js';
import {areActivationsHalf, areFiltersHalf} from './device/flags.js';
import {capacityOf} from './device/texel_pool.js';
import {convChannels} from './texels/channels.js';
import type {ConvChannels} from './texels/channels.js';
import {filterTexelCount} from './texels/filter.js';
import {holdsOperands, productsOf} from './tiles.js';
import {POSITIONS, RESULTS} from './wgsl/winograd/transform.js';

/* The tiles of winograd.ts: how many there are, how many are computed at once, and where they pay. */

export const WINOGRAD = 'winograd_textures';

/** Texels of the transformed sources and of the products up to which tiles are computed at once. */
const MOST_TEXELS = 2 ** 20;

/**
 * Channels of a group on both sides, times the taps of the depth, and products of texels and matrices from which the transforms
 * pay: what they save has to be worth compiling their programs, some 350 ms in place of 110. Set by
 * `npm run bench:webgpu -- --winograd --rounds 7 --longest 3000` on SwiftShader: tiles of 32 channels save 5 ms a call at most, and those
 * of fewer products as much or nothing.
 */
const FEWEST_SUMMANDS = 48;
const FEWEST_PRODUCTS = 2 ** 20;
/** How much less they have to multiply, as some tiles have results that do not exist. By the count of instructions. */
const LEAST_SAVING = 1.5;

/** The tiles of a plane of results along the height and the width, and how many phases they are in. */
interface Tiling {
  readonly phases: readonly number[];
  readonly down: number;
  readonly across: number;
}

function tilingOf({grid, geometry: {axes}}: PhasePlan): Tiling {
  const phases = axes.map(({dilation}, a) => Math.min(dilation, grid[a]));
  const along = (a: number): number => phases[a] * Math.ceil(Math.ceil(grid[a] / axes[a].dilation) / RESULTS);
  return {phases, down: along(1), across: along(2)};
}

/** The convolution of so many transformed tiles of every plane, whose channels are whole blocks. */
export function productsPlan({backward, geometry: g}: PhasePlan, tiles: number): PhasePlan {
  const groups = POSITIONS * g.groups;
  const padded = (channels: number): number => groups * 4 * Math.ceil(channels / g.groups / 4);
  return (backward ? backwardPhasePlan : forwardPhasePlan)(
    cachedGeometry({
      batch: g.batch,
      groups,
      inChannels: padded(g.inChannels),
      outChannels: padded(g.outChannels),
      channelsLast: true,
      axes: [g.axes[0], UNIT_AXIS, passThrough(tiles)],
    }),
  );
}

export const planesOf = (image: PhasePlan['source']): number => image.batch * image.spatial[0];

/** How many tiles of every plane are computed at once; 0 where not even one has room. */
export function tilesAtOnce(plan: PhasePlan, {source, result}: ConvChannels): number {
  const {down, across} = tilingOf(plan);
  const texels = Math.max(
    planesOf(plan.source) * source.groups * source.blocksPerGroup,
    planesOf(plan.result) * result.groups * result.blocksPerGroup,
  );
  return Math.min(Math.floor(MOST_TEXELS / (POSITIONS * texels)), down * across);
}

/** The tiles of every plane, so many at once: what programs read of them, see wgsl/winograd/transform.ts. */
export function slicesOf(plan: PhasePlan, most: number) {
  const {phases, down, across} = tilingOf(plan);
  const all = down * across;
  return Array.from({length: Math.ceil(all / most)}, (_, n) => ({
    firstTile: n * most,
    tiles: Math.min(most, all - n * most),
    across,
    tilePhases: phases,
    tileDilation: plan.geometry.axes.map(({dilation}) => dilation),
  }));
}

/** The fewest channels of a group. */
const channelsOf = ({geometry: {groups, inChannels, outChannels}}: PhasePlan): number =>
  Math.min(inChannels, outChannels) / groups;

/** Whether tiles are faster than the sum over the taps. On lavapipe no gain was measured. */
function pays(plan: PhasePlan): boolean {
  const {down, across} = tilingOf(plan);
  const [, height, width] = plan.grid;
  return (
    isSwiftShader() &&
    channelsOf(plan) * plan.geometry.axes[0].kernel >= FEWEST_SUMMANDS &&
    LEAST_SAVING * POSITIONS * down * across <= 9 * height * width &&
    productsOf(plan) >= FEWEST_PRODUCTS
  );
}

/** Whether tiles compute a plan on the current device. */
export function takesWinograd(plan: PhasePlan): boolean {
  const [, height, width] = plan.geometry.axes;
  return (
    [height, width].every(({kernel, stride}) => kernel === 3 && stride === 1) &&
    channelsOf(plan) > 1 &&
    (pays(plan) || isForced(WINOGRAD)) &&
    env().getBool(WINOGRAD_FLAG) &&
    !env().getBool(DIRECT_SUMS_FLAG) &&
    !areFiltersHalf() &&
    !areActivationsHalf() &&
    holdsOperands(plan, 'texture') &&
    holdsTiles(plan)
  );
}

function holdsTiles(plan: PhasePlan): boolean {
  const tiles = tilesAtOnce(plan, convChannels(plan));
  const products = productsPlan(plan, Math.max(1, tiles));
  const capacity = capacityOf(currentDevice(), 'texture');
  return tiles > 0 && 2 * MOST_TEXELS <= capacity && filterTexelCount(products, convChannels(products)) <= capacity;
}
