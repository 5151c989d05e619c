import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import {withScratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import {pointwiseSource} from './glsl/pointwise.js';
import {layoutUniforms} from './glsl/prelude.js';
import {channelBlocks} from './plan/channel_blocks.js';
import {columnPairs, lineCount, pairs} from './plan/packed_layout.js';
import {isPointwise, quarterLayout, quartersLayout, weightPairsLayout} from './plan/pointwise.js';
import {TILE} from './plan/tiling.js';
import {readEpilogue} from './textures/epilogue.js';
import {cachedFilter} from './textures/filter_cache.js';
import {isFreeToShape, withOutput} from './textures/output.js';
import {weightPairs} from './textures/packed_filter.js';
import {packedImage} from './textures/packed_image.js';

/*
 * The variant `pointwise`: a convolution by one tap in one draw, from packed to packed texels. A fragment computes one
 * texel in each quarter of the result, each for a target of its own; the targets are copied one below the other.
 */

/** Whether the program computes the plan, on packed textures of this device. */
export const takesPointwise = (plan: PhasePlan): boolean =>
  env().getBool('WEBGL_PACK') && isFreeToShape(lineCount(plan.result)) && isPointwise(plan, maxTextureSize());

/** The result of a convolution, or input gradient, that takesPointwise(). */
export function computePointwise({
  device,
  plan,
  source,
  filter,
  epilogue,
  outputShape,
}: PlannedConv<Device>): TensorInfo {
  const {source: image, result} = plan;
  const {channels} = result;
  const [, , width] = result.spatial;
  const maxSize = maxTextureSize();
  const quarter = quarterLayout(plan, maxSize);
  return withOutput(
    device,
    outputShape,
    ({target}) =>
      withScratch(device, scratch => {
        const packed = packedImage(scratch, source, image, () => true);
        const filters = cachedFilter(scratch, filter, weightPairs(plan, weightPairsLayout(plan, maxSize)));
        const blocks = channelBlocks(1, channels, 1, maxSize);
        const {kind, textures, ints, floats} = readEpilogue(device, epilogue, channels, blocks);
        const targets = Array.from({length: TILE}, () => scratch.texture(quarter));
        draw(
          device,
          {
            source: pointwiseSource({epilogue: kind, remainder: image.channels % 4, oddWidth: width % 2 === 1}),
            textures: {source: packed.texture, filters: filters.texture, ...textures},
            ints: {
              ...ints,
              ...layoutUniforms('source', packed),
              ...layoutUniforms('filters', filters),
              targetWidth: targets[0].width,
              end: 2 * Math.floor(image.channels / 4),
              resultPairs: pairs(channels),
              quarter: quarter.perRow * quarter.rows,
              columnPairs: columnPairs(result),
              width,
              channels,
            },
            floats,
          },
          targets,
          target,
        );
      }),
    quartersLayout(plan, maxSize),
  );
}
