import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {forwardPhasePlan} from '../gpu/phase_plan.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import {slicesOf} from '../gpu/slices.js';
import type {Slices} from '../gpu/slices.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import type {Draw} from './gl/program.js';
import {withScratch} from './gl/scratch.js';
import type {Scratch} from './gl/scratch.js';
import {maxTextureSize} from './gl/texture_pool.js';
import type {LaidOutTexture} from './gl/texture_pool.js';
import {filterGradientSource} from './glsl/filter_gradient.js';
import {layoutUniforms} from './glsl/prelude.js';
import {axisUniforms} from '../gpu/uniforms.js';
import {writeFilterGradientSource} from './glsl/write_filter_gradient.js';
import {texelsPerGroup} from './plan/channel_blocks.js';
import {gradientRegions, gradientSums, SLICE_LIMITS} from './plan/filter_gradient.js';
import type {GradientRegion, GradientSums} from './plan/filter_gradient.js';
import {textureLayout} from './plan/texture_layout.js';
import {TILE} from './plan/tiling.js';
import {imageTexture} from './textures/image_texture.js';
import {withOutput} from './textures/output.js';
import type {Output} from './textures/output.js';
import {tileTextures} from './textures/write_tensor.js';
import type {TileTextures} from './textures/write_tensor.js';

/*
 * The variant `slices` of the filter's gradient: slices of the results are summed side by side, a region of them after
 * the other, and added up where the tensor is written.
 */

/** A filter's gradient that is to be computed. */
interface Gradient {
  readonly plan: PhasePlan;
  readonly sums: GradientSums;
  readonly slices: Slices;
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

/** dfilter. */
export function computeFilterGradient(
  device: Device,
  g: ConvGeometry,
  {x, dy}: Pick<Gradient, 'x' | 'dy'>,
  outputShape: number[],
): TensorInfo {
  const plan = forwardPhasePlan(g);
  const maxSize = maxTextureSize();
  const sums = gradientSums(g, maxSize);
  const gradient: Gradient = {plan, sums, slices: slicesOf(plan.result, sums.fragments, SLICE_LIMITS), x, dy};
  return withOutput(device, outputShape, output =>
    withScratch(device, scratch => {
      let summed: TileTextures = [];
      for (const region of gradientRegions(plan, sums, maxSize)) summed = addRegion(scratch, gradient, region, summed);
      writeFilterGradient(device, output, gradient, summed);
    }),
  );
}

/** The uniforms that say which blocks of channels are multiplied. */
const blockUniforms = ({x, dy}: GradientSums): Draw['ints'] => ({
  inBlocks: x.groups * x.blocksPerGroup,
  inBlocksPerGroup: x.blocksPerGroup,
  outBlocksPerGroup: dy.blocksPerGroup,
});

/** The uniforms that say what of a region each fragment sums. */
function sumUniforms({plan, sums, slices}: Gradient, {x, dy, shift}: GradientRegion): Draw['ints'] {
  const {
    batch,
    spatial: [depth, height, width],
  } = dy.crop.part;
  const resultLines = batch * depth * height;
  return {
    ...blockUniforms(sums),
    ...axisUniforms(plan.geometry),
    sourceSize: x.crop.part.spatial,
    resultGrid: [depth, height, width],
    fragments: slices.lines * slices.columns * sums.fragments,
    taps: product(spatialSizes(plan.geometry, 'kernel')),
    resultLines,
    linesPerSlice: Math.ceil(resultLines / slices.lines),
    columnSlices: slices.columns,
    columnsPerSlice: Math.ceil(width / slices.columns),
    groups: sums.x.groups,
    segments: sums.x.segments,
    dySegments: sums.dy.segments,
    perGroup: texelsPerGroup(sums.x),
    dyPerGroup: texelsPerGroup(sums.dy),
    shift,
  };
}

/** Adds the sums over a region of the results to those of the regions before, in textures of `scratch`. */
const addRegion = (scratch: Scratch, gradient: Gradient, region: GradientRegion, before: TileTextures): TileTextures =>
  withScratch(scratch.device, images => {
    const {plan, sums, slices} = gradient;
    const x = imageTexture(images, gradient.x, {
      image: plan.source,
      blocks: sums.x,
      multiplier: sums.multiplier,
      ...region.x,
    });
    const dy = imageTexture(images, gradient.dy, {image: plan.result, blocks: sums.dy, multiplier: 1, ...region.dy});
    const layout = textureLayout(slices.lines * slices.columns * sums.fragments, 1, maxTextureSize());
    const targets: LaidOutTexture[] = Array.from({length: TILE}, () => scratch.texture(layout));
    draw(
      scratch.device,
      {
        source: filterGradientSource(sums.products, region.addressing, before.length > 0),
        textures: {
          source: x.texture,
          dy: dy.texture,
          ...Object.fromEntries(before.map(({texture}, i) => [`before${i}`, texture])),
        },
        ints: {
          ...layoutUniforms('source', x),
          ...layoutUniforms('dy', dy),
          ...sumUniforms(gradient, region),
          targetWidth: targets[0].width,
        },
      },
      targets,
    );
    return targets;
  });

/** Adds the slices up and writes the tensor. */
function writeFilterGradient(
  device: Device,
  output: Output,
  {plan: {geometry: g}, sums, slices}: Gradient,
  summed: TileTextures,
): void {
  draw(
    device,
    {
      source: writeFilterGradientSource(sums.products, output.isPacked),
      textures: tileTextures(summed),
      ints: {
        ...output.ints,
        ...blockUniforms(sums),
        targetWidth: output.target.width,
        inPerGroup: g.inChannels / g.groups,
        outPerGroup: g.outChannels / g.groups,
        outChannels: g.outChannels,
        slices: slices.lines * slices.columns,
        sliceFragments: sums.fragments,
      },
    },
    [output.target],
  );
}
