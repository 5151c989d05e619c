import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isForced} from '../../src/registry/select.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import {axisUniforms} from '../gpu/uniforms.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import {withScratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import {packedSource} from './glsl/packed.js';
import {layoutUniforms} from './glsl/prelude.js';
import {channelBlocks} from './plan/channel_blocks.js';
import {hasWholeLines} from './plan/depthwise_rows.js';
import {rowTaps} from './plan/depthwise_taps.js';
import {
  channelTargets,
  canPack,
  depthwiseTaps,
  isPackedDepthwise,
  packedPays,
  packedTaps,
  packedTargets,
  tapRowsLayout,
} from './plan/packed.js';
import {pairs} from './plan/packed_layout.js';
import {readEpilogue} from './textures/epilogue.js';
import type {FilterContents} from './textures/contents.js';
import {cachedFilter} from './textures/filter_cache.js';
import {depthwiseContents} from './textures/filter_texture.js';
import {withOutput} from './textures/output.js';
import {weightPairs} from './textures/packed_filter.js';
import {packedImage} from './textures/packed_image.js';

/*
 * The variant `packed`: a small convolution or input gradient in one draw, from packed to packed texels.
 */

/** What the flag TFJS_CONV_VARIANT forces it by. */
export const PACKED = 'packed';

/** Whether the program computes the plan, on packed textures of this device, and should. */
export function takesPacked(plan: PhasePlan): boolean {
  const maxSize = maxTextureSize();
  return env().getBool('WEBGL_PACK') && canPack(plan, maxSize) && (isForced(PACKED) || packedPays(plan, maxSize));
}

function filterOf(plan: PhasePlan, maxSize: number): FilterContents {
  if (!isPackedDepthwise(plan)) return weightPairs(plan, tapRowsLayout(plan));
  const {blocks, layout} = depthwiseTaps(plan, maxSize);
  return depthwiseContents(plan.geometry, blocks, layout);
}

/** The result of a convolution, or input gradient, that takesPacked(). */
export function computePacked({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo {
  const {source: image, result, geometry} = plan;
  const maxSize = maxTextureSize();
  const count = packedTargets(plan, maxSize);
  const one = channelTargets(plan, count);
  return withOutput(
    device,
    outputShape,
    ({target}) =>
      withScratch(device, scratch => {
        const targets = count === 1 ? [target] : Array.from({length: count}, () => scratch.texture(one));
        const packed = packedImage(scratch, source, image, texture => hasWholeLines(texture, image));
        const filters = cachedFilter(scratch, filter, filterOf(plan, maxSize));
        const blocks = channelBlocks(1, result.channels, 1, maxSize);
        const {kind, textures, ints, floats} = readEpilogue(device, epilogue, result.channels, blocks);
        draw(
          device,
          {
            source: packedSource({
              products: isPackedDepthwise(plan) ? 'depthwise' : 'dense',
              epilogue: kind,
              backward: plan.backward,
              single: geometry.axes.map(({kernel}) => kernel === 1),
              oddChannels: image.channels % 2 === 1,
              onePair: image.channels <= 2,
              targets: count,
              taps: packedTaps(plan),
            }),
            textures: {source: packed.texture, filters: filters.texture, ...textures},
            ints: {
              ...ints,
              ...axisUniforms(geometry),
              ...layoutUniforms('source', packed),
              sourceSize: image.spatial,
              resultSize: result.spatial,
              targetWidth: targets[0].width,
              firstPair: rowTaps(plan).firstPair,
              channels: result.channels,
              sourcePairs: pairs(image.channels),
              resultPairs: pairs(result.channels),
              end: Math.floor(image.channels / 2),
            },
            floats,
          },
          targets,
          count > 1 ? target : undefined,
        );
      }),
    count > 1 ? channelTargets(plan, 1) : undefined,
  );
}
