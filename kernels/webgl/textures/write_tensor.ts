import {product} from '../../../src/geometry/conv.js';
import type {Device} from '../gl/device.js';
import {draw} from '../gl/program.js';
import type {Draw} from '../gl/program.js';
import type {LaidOutTexture} from '../gl/texture_pool.js';
import {writeTensorSource} from '../glsl/write_tensor.js';
import type {WriteTensorKind} from '../glsl/write_tensor.js';
import {isCropped, wholeRegion} from '../plan/partition.js';
import {tilesPerPhase} from '../plan/tiling.js';
import type {TiledRegion} from '../plan/tiling.js';
import type {Output} from './output.js';

/** Tiles of results: each of these textures holds one result of every tile. */
export type TileTextures = readonly LaidOutTexture[];

/** The textures and uniforms of TILE_AT in glsl/write_tensor.ts. */
export const tileTextures = (tiles: TileTextures): Draw['textures'] =>
  Object.fromEntries(tiles.map(({texture}, i) => [`tile${i}`, texture]));

/** Which program writes the results of a region. */
function writeTensorKind({isPacked, info: {shape}}: Output, {whole, region, channels}: TiledRegion): WriteTensorKind {
  const {channelsLast} = whole.result;
  const isPart = isCropped(region, whole) || region.blocks.count < wholeRegion(whole, channels.result).blocks.count;
  const results = isPart ? 'region' : whole.phases.some(n => n > 1) ? 'phases' : 'onePhase';
  // Where channelsLast the last axis of the shape has the channels.
  const paired = isPacked && channelsLast && channels.result.channelsPerGroup % 2 === 0;
  return {
    isPacked,
    channelsLast,
    paired,
    results,
    within: paired && results === 'onePhase' && shape[shape.length - 2] % 2 === 0,
  };
}

/** Writes the results of a region to their tensor. */
export function writeTensor(device: Device, output: Output, tiled: TiledRegion, tiles: TileTextures): void {
  const {
    whole,
    plan,
    region,
    channels: {result},
  } = tiled;
  const {spatial, channels} = whole.result;
  draw(
    device,
    {
      source: writeTensorSource(writeTensorKind(output, tiled)),
      textures: tileTextures(tiles),
      ints: {
        ...output.ints,
        blocks: region.blocks.count,
        firstBlock: region.blocks.from,
        blocksPerGroup: result.blocksPerGroup,
        channelsPerGroup: result.channelsPerGroup,
        tiles: tilesPerPhase(plan),
        targetWidth: output.target.width,
        channels,
        imagePixels: product(spatial),
        imageSize: spatial,
        phases: plan.phases,
        grid: plan.grid,
        stride: plan.resultStep,
        batchFrom: region.batch.from,
        batch: region.batch.count,
        gridFrom: region.grid.map(({from}) => from),
      },
    },
    [output.target],
  );
}
