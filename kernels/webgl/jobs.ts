import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ImageLayout} from '../../src/geometry/image.js';
import {TILE} from './glsl/conv.js';
import type {Addressing, Products} from './glsl/conv.js';
import {blocksOf, filterRuns, imageRuns} from './load.js';
import type {Blocks} from './load.js';
import {partsOf, planOf, wholeOf} from './parts.js';
import type {Part, TooLarge} from './parts.js';
import {resultsPerPhase} from './plan.js';
import type {Plan} from './plan.js';
import {fits, layoutRuns} from './runs.js';
import type {RunLayout} from './runs.js';

/*
 * What a convolution is divided into, and how its images and filter are laid out in textures.
 */

/** Which channels meet: those of a group, or each with itself, where groups are nothing to count. */
interface Channels {
  readonly products: Products;
  readonly source: Blocks;
  readonly result: Blocks;
  /** How often each channel of the source comes. */
  readonly multiplier: number;
}

/** A part of a convolution, ready to be made. */
export interface Job {
  /** Of the whole. */
  readonly whole: Plan;
  readonly plan: Plan;
  readonly part: Part;
  readonly channels: Channels;
  readonly addressing: Addressing;
}

/** Whether each result channel reads one source channel. */
const isElementwise = ({backward, geometry: g}: Plan): boolean =>
    isDepthwise(g) && (!backward || g.inChannels === g.outChannels);

function channelsOf(plan: Plan): Channels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = blocksOf(1, result.channels, 1);
    return {products: 'depthwise', source: blocks, result: blocks, multiplier: result.channels / source.channels};
  }
  // A block of the source meets four texels of the filter.
  return {
    products: 'dense', multiplier: 1,
    source: blocksOf(groups, source.channels, 4), result: blocksOf(groups, result.channels, 1),
  };
}

/** The taps of a depthwise filter [taps, channels], which is an image too. */
export const filterImage = ({geometry: g}: Plan): ImageLayout =>
    ({batch: 1, spatial: spatialSizes(g, 'kernel'), channels: g.outChannels, channelsLast: true});

const filterLayout = (plan: Plan, {products, source}: Channels, blocks: number, addressing: Addressing): RunLayout =>
    products === 'dense' ? filterRuns(plan.geometry, blocks, source, addressing) :
                           imageRuns(filterImage(plan), source, addressing);

export const tilesOf = (plan: Plan): number => Math.ceil(resultsPerPhase(plan) / TILE);

export const madeLayout = (plan: Plan, {blocks}: Part): RunLayout =>
    layoutRuns(product(plan.phases) * tilesOf(plan) * blocks.count, 1);

/** Lines, where the textures can hold them. */
function jobOf(whole: Plan, channels: Channels, part: Part): Job {
  const plan = planOf(whole, part);
  const lines = fits(imageRuns(plan.source, channels.source, 'lines')) &&
      fits(filterLayout(plan, channels, part.blocks.count, 'lines'));
  return {whole, plan, part, channels, addressing: lines ? 'lines' : 'pixels'};
}

function fitOf({plan, part, channels, addressing}: Job): TooLarge|'fits' {
  if (!fits(filterLayout(plan, channels, part.blocks.count, addressing))) return 'filter';
  return fits(imageRuns(plan.source, channels.source, addressing)) && fits(madeLayout(plan, part)) ? 'fits' : 'images';
}

/** The parts of a convolution, of which there is one if the device's textures hold it. */
export function jobsOf(plan: Plan): Job[] {
  const channels = channelsOf(plan);
  const parts = partsOf(
      wholeOf(plan, channels.result), channels.result, part => fitOf(jobOf(plan, channels, part)));
  return parts.map(part => jobOf(plan, channels, part));
}
