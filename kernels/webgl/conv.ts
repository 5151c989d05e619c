import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import {epiloguePart} from './epilogue.js';
import type {Epilogue} from './epilogue.js';
import {filterLoad, tapsLoad} from './filter_texture.js';
import {laidOutFilter} from './filter_cache.js';
import {convSource, TILE} from './glsl/conv.js';
import {filterImage, jobsOf, madeLayout, tilesOf} from './tiling.js';
import type {Job} from './tiling.js';
import {layoutUniforms, loadImage, perGroup} from './image_texture.js';
import {sourceRanges} from './partition.js';
import {resultsPerPhase, singleTaps, tapUniforms} from './plan.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import {withScratch} from './texture_layout.js';
import type {Runs, Scratch} from './texture_layout.js';
import {store} from './write_tensor.js';
import type {Made} from './write_tensor.js';
import {withOutput} from './tensors.js';

/*
 * The steps of a convolution or input gradient: load, convolve, store.
 */

/** The source of a part, out of a tensor. */
function sourceOf(
  device: Device,
  scratch: Scratch,
  tensor: TensorInfo,
  {whole, plan, part, channels, addressing}: Job,
): Runs {
  const [depth, height, width] = sourceRanges(whole, part).map(({from}) => from);
  const crop = {part: plan.source, batchFrom: part.batch.from, from: [depth, height, width]} as const;
  return loadImage(device, scratch, tensor, whole.source, channels.source, addressing, channels.multiplier, crop);
}

/** The filter of a part as the program reads it. */
function filterOf(device: Device, scratch: Scratch, filter: TensorInfo, {plan, part, channels, addressing}: Job): Runs {
  const {products, source, result} = channels;
  return laidOutFilter(
    device,
    scratch,
    filter,
    products === 'dense'
      ? filterLoad(plan.geometry, plan.backward, result, part.blocks, source, addressing)
      : tapsLoad(filterImage(plan), source, addressing),
  );
}

/** Convolves a source that is laid out. */
function convolve(device: Device, scratch: Scratch, job: Job, source: Runs, filters: Runs, epilogue: Epilogue): Made {
  const {whole, plan, part, channels, addressing} = job;
  const layout = madeLayout(plan, part);
  const made = Array.from({length: TILE}, () => scratch.make(layout));
  const end = epiloguePart(device, epilogue, plan.result.channels, channels.result);
  const {groups, blocksPerGroup, channelsPerGroup} = channels.result;
  const tiles = tilesOf(plan);
  draw(
    device,
    {
      source: convSource({
        products: channels.products,
        addressing,
        backward: plan.backward,
        epilogue: end.kind,
        single: singleTaps(plan),
        oneBlock: channels.source.length === 1,
      }),
      textures: {source: source.texture, filters: filters.texture, ...end.textures},
      ints: {
        ...end.ints,
        ...tapUniforms(plan),
        ...layoutUniforms('source', source),
        ...layoutUniforms('filters', filters),
        targetWidth: made[0].width,
        blocks: part.blocks.count,
        firstBlock: part.blocks.from,
        blocksPerGroup,
        channelsPerGroup,
        tiles,
        results: resultsPerPhase(plan),
        fragments: product(plan.phases) * tiles * part.blocks.count,
        groups,
        segments: channels.source.segments,
        perGroup: perGroup(channels.source),
        shift: sourceRanges(whole, part).map(({from}, a) => part.grid[a].from * plan.sourceStep[a] - from),
      },
      floats: end.floats,
    },
    made,
  );
  return made;
}

/** The result of a convolution or input gradient. */
export function computeConv(
  device: Device,
  plan: Plan,
  source: TensorInfo,
  filter: TensorInfo,
  epilogue: Epilogue,
  outputShape: number[],
): TensorInfo {
  return withOutput(device, outputShape, output =>
    jobsOf(plan).forEach(job =>
      withScratch(device, scratch => {
        const image = sourceOf(device, scratch, source, job);
        const filters = filterOf(device, scratch, filter, job);
        store(device, output, job, convolve(device, scratch, job, image, filters, epilogue));
      }),
    ),
  );
}
