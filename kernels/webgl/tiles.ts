import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {resultsPerPhase, singleTaps} from '../gpu/phase_plan.js';
import type {Epilogue, PlannedConv} from '../gpu/planned_conv.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import {withScratch} from './gl/scratch.js';
import type {Scratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import type {LaidOutTexture} from './gl/texture_pool.js';
import {layoutUniforms} from './glsl/prelude.js';
import {tapUniforms} from '../gpu/uniforms.js';
import {tilesSource} from './glsl/tiles.js';
import {texelsPerGroup} from './plan/channel_blocks.js';
import {sourceShift} from './plan/partition.js';
import {TILE, tilesPerPhase, tilingOf} from './plan/tiling.js';
import type {TiledRegion} from './plan/tiling.js';
import {readEpilogue} from './textures/epilogue.js';
import {cachedFilter} from './textures/filter_cache.js';
import {filterContents} from './textures/filter_texture.js';
import {imageTexture} from './textures/image_texture.js';
import {withOutput} from './textures/output.js';
import {writeTensor} from './textures/write_tensor.js';
import type {TileTextures} from './textures/write_tensor.js';

/*
 * The variant `tiles`, which computes every convolution and input gradient. Each region of the results takes three steps:
 * the source and the filter are laid out in textures, tiles of the results are computed in others, and the results are
 * written to their tensor.
 */

/** The result of a convolution or input gradient. */
export function computeTiles({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo {
  return withOutput(device, outputShape, output =>
    tilingOf(plan, maxTextureSize()).forEach(tiled =>
      withScratch(device, scratch => {
        const image = sourceTexture(scratch, source, tiled);
        const filters = cachedFilter(scratch, filter, filterContents(tiled));
        const tiles = convolve(scratch, tiled, image, filters, epilogue);
        writeTensor(device, output, tiled, tiles);
      }),
    ),
  );
}

/** What a region reads of the source. */
function sourceTexture(scratch: Scratch, tensor: TensorInfo, tiled: TiledRegion): LaidOutTexture {
  const {whole, crop, channels, layouts} = tiled;
  return imageTexture(scratch, tensor, {
    image: whole.source,
    crop,
    blocks: channels.source,
    multiplier: channels.multiplier,
    layout: layouts.source,
  });
}

/** The tiles of a region's results. */
function convolve(
  scratch: Scratch,
  tiled: TiledRegion,
  image: LaidOutTexture,
  filters: LaidOutTexture,
  epilogue: Epilogue,
): TileTextures {
  const {whole, plan, region, channels, addressing, layouts} = tiled;
  const {source, filter, result, products} = channels;
  const targets = Array.from({length: TILE}, () => scratch.texture(layouts.tiles));
  const {kind, textures, ints, floats} = readEpilogue(scratch.device, epilogue, plan.result.channels, result);
  const tiles = tilesPerPhase(plan);
  draw(
    scratch.device,
    {
      source: tilesSource({
        products,
        addressing,
        backward: plan.backward,
        epilogue: kind,
        single: singleTaps(plan),
        oneBlock: source.length === 1,
      }),
      textures: {source: image.texture, filters: filters.texture, ...textures},
      ints: {
        ...ints,
        ...tapUniforms(plan),
        ...layoutUniforms('source', image),
        ...layoutUniforms('filters', filters),
        targetWidth: targets[0].width,
        blocks: region.blocks.count,
        firstBlock: region.blocks.from,
        blocksPerGroup: result.blocksPerGroup,
        channelsPerGroup: result.channelsPerGroup,
        tiles,
        results: resultsPerPhase(plan),
        fragments: product(plan.phases) * tiles * region.blocks.count,
        groups: result.groups,
        segments: filter.segments,
        perGroup: texelsPerGroup(filter),
        shift: sourceShift(whole, region),
      },
      floats,
    },
    targets,
  );
  return targets;
}
