import {product} from '../../../src/geometry/conv.js';
import {resultsPerPhase} from '../../gpu/phase_plan.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {convChannels} from './channel_blocks.js';
import type {ConvChannels} from './channel_blocks.js';
import {depthwiseFilterImage, filterTextureLayout, imageTextureLayout} from './operand_layouts.js';
import type {Addressing} from './operand_layouts.js';
import {partitionOf, regionPlan, sourceCrop, wholeRegion} from './partition.js';
import type {Crop, Region, TooLarge} from './partition.js';
import {fits, textureLayout} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/*
 * The regions and tiles of the variant `tiles`. A tile is TILE results by four channels, which one fragment computes.
 */

/** Results of a tile, as many as the textures that a fragment writes. */
export const TILE = 4;

/** A region of a convolution's results, with the textures that it takes. */
export interface TiledRegion {
  /** The plan of all results. */
  readonly whole: PhasePlan;
  /** The plan of the region alone. */
  readonly plan: PhasePlan;
  readonly region: Region;
  /** What the region reads of the source. */
  readonly crop: Crop;
  readonly channels: ConvChannels;
  readonly addressing: Addressing;
  /** `tiles` is that of each of the textures that a fragment writes. */
  readonly layouts: Readonly<Record<'source' | 'filter' | 'tiles', TextureLayout>>;
}

export const tilesPerPhase = (plan: PhasePlan): number => Math.ceil(resultsPerPhase(plan) / TILE);

function layoutsOf(
  plan: PhasePlan,
  {blocks}: Region,
  {products, source, filter}: ConvChannels,
  addressing: Addressing,
  maxSize: number,
): TiledRegion['layouts'] {
  const {geometry: g, phases} = plan;
  return {
    source: imageTextureLayout(plan.source, source, addressing, maxSize),
    filter:
      products === 'dense'
        ? filterTextureLayout(g, blocks.count, filter, addressing, maxSize)
        : imageTextureLayout(depthwiseFilterImage(g), filter, addressing, maxSize),
    tiles: textureLayout(product(phases) * tilesPerPhase(plan) * blocks.count, 1, maxSize),
  };
}

/** Addressed by lines where the textures can hold them. */
function tiledRegion(whole: PhasePlan, channels: ConvChannels, region: Region, maxSize: number): TiledRegion {
  const plan = regionPlan(whole, region);
  const layouts = (addressing: Addressing) => layoutsOf(plan, region, channels, addressing, maxSize);
  const lines = layouts('lines');
  const common = {whole, plan, region, crop: sourceCrop(whole, region), channels};
  return fits(lines.source, maxSize) && fits(lines.filter, maxSize)
    ? {...common, addressing: 'lines', layouts: lines}
    : {...common, addressing: 'pixels', layouts: layouts('pixels')};
}

function fitOf({layouts: {source, filter, tiles}}: TiledRegion, maxSize: number): TooLarge | 'fits' {
  if (!fits(filter, maxSize)) return 'filter';
  return fits(source, maxSize) && fits(tiles, maxSize) ? 'fits' : 'images';
}

/** The regions of a convolution, of which there is one if textures of at most `maxSize` texels a side hold it. */
export function tilingOf(plan: PhasePlan, maxSize: number): TiledRegion[] {
  const channels = convChannels(plan, maxSize);
  const tiled = (region: Region) => tiledRegion(plan, channels, region, maxSize);
  const whole = wholeRegion(plan, channels.result);
  return partitionOf(whole, channels.result, region => fitOf(tiled(region), maxSize)).map(tiled);
}
