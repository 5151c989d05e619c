import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import type {Draw} from './gl/program.js';
import {withScratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import type {LaidOutTexture} from './gl/texture_pool.js';
import {depthwiseRowsSource} from './glsl/depthwise_rows.js';
import {channelBlocks} from './plan/channel_blocks.js';
import {canComputeAtOnce, hasWholeLines, isDepthwiseRows, isFlat, severalLinesLayout} from './plan/depthwise_rows.js';
import {chooseTaps, rowTaps} from './plan/depthwise_taps.js';
import {pairs} from './plan/packed_layout.js';
import {readEpilogue} from './textures/epilogue.js';
import {cachedFilter} from './textures/filter_cache.js';
import {withOutput} from './textures/output.js';
import {tapPairs} from './textures/packed_filter.js';
import {packedImage} from './textures/packed_image.js';

/*
 * The variant `depthwise_rows`: one draw from packed to packed texels. A fragment computes up to four lines of results,
 * each for a target of its own; several targets are copied side by side into the result.
 */

/** Whether the program computes the plan, on packed textures of this device. */
export const takesDepthwiseRows = (plan: PhasePlan): boolean =>
  env().getBool('WEBGL_PACK') && isDepthwiseRows(plan, maxTextureSize());

/** The uniforms that say where taps, sources and results are. */
function rowsUniforms(plan: PhasePlan, packed: LaidOutTexture): Draw['ints'] {
  const {
    backward,
    source,
    grid,
    sourceStep,
    tapStep,
    geometry: {axes},
  } = plan;
  const {tapPairs: tapPairsPerRow, fullPairs, firstPair} = rowTaps(plan);
  return {
    sourceSize: source.spatial,
    grid,
    sourceStep,
    tapStep,
    kernel: axes.map(({kernel}) => kernel),
    sourceStart: axes.map(({padBefore}) => (backward ? padBefore : -padBefore)),
    channels: source.channels,
    channelPairs: pairs(source.channels),
    tapPairs: tapPairsPerRow,
    fullPairs,
    firstPair,
    perRow: packed.perRow,
  };
}

/** The result of a depthwise convolution, or input gradient, that takesDepthwiseRows(). */
export function computeDepthwiseRows(conv: PlannedConv<Device>): TensorInfo {
  const {device, plan, source, filter, epilogue, outputShape} = conv;
  const {source: image} = plan;
  const maxSize = maxTextureSize();
  const taps = chooseTaps(plan, lines => canComputeAtOnce(plan, lines, maxSize));
  const layout = taps.lines > 1 ? severalLinesLayout(plan, taps.lines) : undefined;
  return withOutput(
    device,
    outputShape,
    ({target}) =>
      withScratch(device, scratch => {
        const packed = packedImage(scratch, source, image, texture => hasWholeLines(texture, image));
        const filters = cachedFilter(scratch, filter, tapPairs(plan));
        const blocks = channelBlocks(1, image.channels, 1, maxSize);
        const {kind, textures, ints, floats} = readEpilogue(device, epilogue, image.channels, blocks);
        const one = layout && {...layout, length: layout.length / taps.lines};
        const targets = one === undefined ? [target] : Array.from({length: taps.lines}, () => scratch.texture(one));
        draw(
          device,
          {
            source: depthwiseRowsSource({epilogue: kind, flat: isFlat(plan), taps}),
            textures: {source: packed.texture, filters: filters.texture, ...textures},
            ints: {...ints, ...rowsUniforms(plan, packed), targetWidth: targets[0].width},
            floats,
          },
          targets,
          layout && target,
        );
      }),
    layout,
  );
}
