import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {forwardPhasePlan} from '../gpu/phase_plan.js';
import {axisUniforms} from '../gpu/uniforms.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import {withScratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import {packedGradientSource} from './glsl/packed_gradient.js';
import {layoutUniforms} from './glsl/prelude.js';
import {hasWholeLines} from './plan/depthwise_rows.js';
import {isPackedGradient} from './plan/packed.js';
import {columnPairs, lineCount, pairs} from './plan/packed_layout.js';
import {withOutput} from './textures/output.js';
import {packedImage} from './textures/packed_image.js';

/*
 * The variant `packed` of the filter's gradient: a small one in one draw, from packed to packed texels.
 */

/** Whether the program computes the gradient, on packed textures of this device, and should. */
export const takesPackedGradient = (g: ConvGeometry): boolean =>
  env().getBool('WEBGL_PACK') && isPackedGradient(forwardPhasePlan(g), maxTextureSize());

/** dfilter of what takesPackedGradient(). */
export function computePackedGradient(
  device: Device,
  g: ConvGeometry,
  {x, dy}: Readonly<Record<'x' | 'dy', TensorInfo>>,
  outputShape: number[],
): TensorInfo {
  const {source: image, result} = forwardPhasePlan(g);
  return withOutput(device, outputShape, ({target}) =>
    withScratch(device, scratch => {
      const packed = (tensor: TensorInfo, of: ImageLayout) =>
        packedImage(scratch, tensor, of, texture => hasWholeLines(texture, of));
      const [source, results] = [packed(x, image), packed(dy, result)];
      draw(
        device,
        {
          source: packedGradientSource(columnPairs(result) === 1),
          textures: {source: source.texture, dy: results.texture},
          ints: {
            ...axisUniforms(g),
            ...layoutUniforms('source', source),
            ...layoutUniforms('dy', results),
            sourceSize: image.spatial,
            resultSize: result.spatial,
            targetWidth: target.width,
            inChannels: g.inChannels,
            outChannels: g.outChannels,
            inPairs: pairs(g.inChannels),
            outPairs: pairs(g.outChannels),
            resultLines: lineCount(result),
          },
        },
        [target],
      );
    }),
  );
}
