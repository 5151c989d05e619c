import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {isForced} from '../../src/registry/select.js';
import {forwardPhasePlan} from '../gpu/phase_plan.js';
import {axisUniforms} from '../gpu/uniforms.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import {drawsOnCpu} from './gl/renderer.js';
import {withScratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import {packedGradientSource} from './glsl/packed_gradient.js';
import {layoutUniforms} from './glsl/prelude.js';
import {hasWholeLines} from './plan/depthwise_rows.js';
import {canPackGradient, gradientChannels, gradientLayout, packedGradientPays} from './plan/packed_gradient.js';
import {columnPairs, lineCount, pairs} from './plan/packed_layout.js';
import {isFreeToShape, withOutput} from './textures/output.js';
import {packedImage} from './textures/packed_image.js';
import {rowsAndColumns} from './textures/tensors.js';

/*
 * The variant `packed` of the filter's gradient: a small one in one draw, from packed to packed texels.
 */

/** What the flag TFJS_CONV_VARIANT forces it by. */
export const PACKED_GRADIENT = 'packed';

/** Whether the program computes the gradient, on packed textures of this device, and should. */
export function takesPackedGradient(g: ConvGeometry, outputShape: readonly number[]): boolean {
  const [plan, matrix] = [forwardPhasePlan(g), rowsAndColumns(outputShape)];
  return (
    env().getBool('WEBGL_PACK') &&
    canPackGradient(plan, matrix, maxTextureSize()) &&
    (isForced(PACKED_GRADIENT) || packedGradientPays(plan, matrix, drawsOnCpu() ? 'cpu' : 'gpu'))
  );
}

/** dfilter of what takesPackedGradient(). */
export function computePackedGradient(
  device: Device,
  g: ConvGeometry,
  {x, dy}: Readonly<Record<'x' | 'dy', TensorInfo>>,
  outputShape: number[],
): TensorInfo {
  const {source: image, result} = forwardPhasePlan(g);
  const matrix = rowsAndColumns(outputShape);
  const [inChannels, outChannels] = matrix;
  const layout = gradientLayout(g, matrix, maxTextureSize());
  return withOutput(
    device,
    outputShape,
    ({target}) =>
      withScratch(device, scratch => {
        const packed = (tensor: TensorInfo, of: ImageLayout) =>
          packedImage(scratch, tensor, of, texture => hasWholeLines(texture, of));
        const [source, results] = [packed(x, image), packed(dy, result)];
        draw(
          device,
          {
            source: packedGradientSource({
              channels: gradientChannels(g, matrix) ?? 'dense',
              onePair: columnPairs(result) === 1,
              neighbours: g.axes[2].stride === 1,
            }),
            textures: {source: source.texture, dy: results.texture},
            ints: {
              ...axisUniforms(g),
              ...layoutUniforms('source', source),
              ...layoutUniforms('dy', results),
              sourceSize: image.spatial,
              resultSize: result.spatial,
              targetWidth: target.width,
              inChannels,
              outChannels,
              inPairs: pairs(inChannels),
              outPairs: pairs(outChannels),
              multiplier: g.outChannels / g.groups,
              resultLines: lineCount(result),
            },
          },
          [target],
        );
      }),
    isFreeToShape(product(spatialSizes(g, 'kernel'))) ? layout : undefined,
  );
}
