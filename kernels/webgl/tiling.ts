import {product, spatialSizes} from '../../src/geometry/conv.js';
import {channelsOf} from './channels.js';
import type {Channels} from './channels.js';
import {TILE} from './glsl/conv.js';
import type {Addressing} from './glsl/conv.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {filterRuns} from './filter_texture.js';
import {imageRuns} from './image_texture.js';
import {partsOf, planOf, wholeOf} from './partition.js';
import type {Part, TooLarge} from './partition.js';
import {resultsPerPhase} from './plan.js';
import type {Plan} from './plan.js';
import {fits, layoutRuns} from './texture_layout.js';
import type {RunLayout} from './texture_layout.js';

/** A part of a convolution, ready to be made. */
export interface Job {
  /** Of the whole. */
  readonly whole: Plan;
  readonly plan: Plan;
  readonly part: Part;
  readonly channels: Channels;
  readonly addressing: Addressing;
}

/** The taps of a depthwise filter [taps, channels], which is an image too. */
export const filterImage = ({geometry: g}: Plan): ImageLayout => ({
  batch: 1,
  spatial: spatialSizes(g, 'kernel'),
  channels: g.outChannels,
  channelsLast: true,
});

const filterLayout = (plan: Plan, {products, source}: Channels, blocks: number, addressing: Addressing): RunLayout =>
  products === 'dense'
    ? filterRuns(plan.geometry, blocks, source, addressing)
    : imageRuns(filterImage(plan), source, addressing);

export const tilesOf = (plan: Plan): number => Math.ceil(resultsPerPhase(plan) / TILE);

export const madeLayout = (plan: Plan, {blocks}: Part): RunLayout =>
  layoutRuns(product(plan.phases) * tilesOf(plan) * blocks.count, 1);

/** Lines, where the textures can hold them. */
function jobOf(whole: Plan, channels: Channels, part: Part): Job {
  const plan = planOf(whole, part);
  const lines =
    fits(imageRuns(plan.source, channels.source, 'lines')) &&
    fits(filterLayout(plan, channels, part.blocks.count, 'lines'));
  return {whole, plan, part, channels, addressing: lines ? 'lines' : 'pixels'};
}

function fitOf({plan, part, channels, addressing}: Job): TooLarge | 'fits' {
  if (!fits(filterLayout(plan, channels, part.blocks.count, addressing))) return 'filter';
  return fits(imageRuns(plan.source, channels.source, addressing)) && fits(madeLayout(plan, part)) ? 'fits' : 'images';
}

/** The parts of a convolution, of which there is one if the device's textures hold it. */
export function jobsOf(plan: Plan): Job[] {
  const channels = channelsOf(plan);
  const parts = partsOf(wholeOf(plan, channels.result), channels.result, part => fitOf(jobOf(plan, channels, part)));
  return parts.map(part => jobOf(plan, channels, part));
}
