import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import {TILE} from './glsl/conv.js';
import type {Products} from './glsl/conv.js';
import {filterGradientSource} from './glsl/filter_gradient.js';
import {storeFilterGradient} from './glsl/write_filter_gradient.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {blocksOf, imageRuns, layoutUniforms, loadImage, perGroup} from './image_texture.js';
import type {Blocks} from './image_texture.js';
import {partsOf, planOf, sourceRanges, wholeOf} from './partition.js';
import type {Part} from './partition.js';
import {axisUniforms, forwardPlan} from './plan.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import {fits, layoutRuns, withScratch} from './texture_layout.js';
import type {Runs, Scratch} from './texture_layout.js';
import {withOutput} from './tensors.js';

/** Fragments that keep a GPU busy, and columns and results below which a slice costs more than it gains. */
const [BUSY, NARROWEST, SHORTEST] = [2 ** 13, 32, 64];

/** What is summed: who meets whom, and how many fragments each slice of the results has. */
interface Sums {
  readonly products: Products;
  readonly x: Blocks;
  readonly dy: Blocks;
  readonly multiplier: number;
  readonly fragments: number;
}

function sumsOf(g: ConvGeometry): Sums {
  const taps = product(spatialSizes(g, 'kernel'));
  if (isDepthwise(g)) {
    const blocks = blocksOf(1, g.outChannels, 1);
    return {
      products: 'depthwise',
      x: blocks,
      dy: blocks,
      multiplier: g.outChannels / g.inChannels,
      fragments: Math.ceil(taps / TILE) * blocks.blocksPerGroup,
    };
  }
  const [x, dy] = [blocksOf(g.groups, g.inChannels, 1), blocksOf(g.groups, g.outChannels, 1)];
  return {products: 'dense', x, dy, multiplier: 1, fragments: taps * g.groups * x.blocksPerGroup * dy.blocksPerGroup};
}

/** How the results are sliced: lines, and columns where there are few lines. */
interface Slices {
  readonly lines: number;
  readonly columns: number;
}

function slicesOf({batch, spatial: [depth, height, width]}: ImageLayout, {fragments}: Sums): Slices {
  const lines = batch * depth * height;
  const wanted = Math.min(Math.ceil(BUSY / fragments), Math.ceil((lines * width) / SHORTEST));
  const ofLines = Math.min(wanted, lines);
  return {lines: ofLines, columns: Math.min(Math.ceil(wanted / ofLines), Math.ceil(width / NARROWEST))};
}

/** Taken from the channels: a part has all of them. */
const WHOLE_CHANNELS = {from: 0, count: 1} as const;

/** The parts of the results whose images the device's textures hold. */
function partsOfSums(plan: Plan, {x, dy}: Sums): Part[] {
  return partsOf({...wholeOf(plan, dy), blocks: WHOLE_CHANNELS}, dy, part => {
    const {
      source,
      batch,
      grid: [depth, height, width],
    } = planOf(plan, part);
    const results: ImageLayout = {...plan.result, batch, spatial: [depth, height, width]};
    return fits(imageRuns(source, x, 'pixels')) && fits(imageRuns(results, dy, 'pixels')) ? 'fits' : 'images';
  });
}

/** The uniforms that say which blocks meet. */
const blockUniforms = ({x, dy}: Sums) => ({
  inBlocks: x.groups * x.blocksPerGroup,
  inBlocksPerGroup: x.blocksPerGroup,
  outBlocksPerGroup: dy.blocksPerGroup,
});

/** Adds the sums over the results of a part to those of the parts before, in textures of `scratch`. */
const addPart = (
  device: Device,
  scratch: Scratch,
  plan: Plan,
  part: Part,
  sums: Sums,
  slices: Slices,
  x: TensorInfo,
  dy: TensorInfo,
  before: readonly Runs[],
): Runs[] =>
  withScratch(device, images => {
    const {geometry: g} = plan;
    const {
      source,
      batch,
      grid: [depth, height, width],
    } = planOf(plan, part);
    const ranges = sourceRanges(plan, part);
    const [xFrom, dyFrom] = [ranges, part.grid].map(([d, h, w]) => [d.from, h.from, w.from] as const);
    const batchFrom = part.batch.from;
    const results: ImageLayout = {...plan.result, batch, spatial: [depth, height, width]};
    const lines = fits(imageRuns(source, sums.x, 'lines')) && fits(imageRuns(results, sums.dy, 'lines'));
    const addressing = lines ? 'lines' : 'pixels';
    const xRuns = loadImage(device, images, x, plan.source, sums.x, addressing, sums.multiplier, {
      part: source,
      batchFrom,
      from: xFrom,
    });
    const dyRuns = loadImage(device, images, dy, plan.result, sums.dy, addressing, 1, {
      part: results,
      batchFrom,
      from: dyFrom,
    });
    const fragments = slices.lines * slices.columns * sums.fragments;
    const layout = layoutRuns(fragments, 1);
    const made = Array.from({length: TILE}, () => scratch.make(layout));
    draw(
      device,
      {
        source: filterGradientSource(sums.products, addressing, before.length > 0),
        textures: {
          source: xRuns.texture,
          dy: dyRuns.texture,
          ...Object.fromEntries(before.map(({texture}, i) => [`before${i}`, texture])),
        },
        ints: {
          ...layoutUniforms('source', xRuns),
          ...layoutUniforms('dy', dyRuns),
          ...blockUniforms(sums),
          ...axisUniforms(g),
          sourceSize: source.spatial,
          resultGrid: results.spatial,
          targetWidth: made[0].width,
          fragments,
          taps: product(spatialSizes(g, 'kernel')),
          resultLines: batch * depth * height,
          linesPerSlice: Math.ceil((batch * depth * height) / slices.lines),
          columnSlices: slices.columns,
          columnsPerSlice: Math.ceil(width / slices.columns),
          groups: sums.x.groups,
          segments: sums.x.segments,
          dySegments: sums.dy.segments,
          perGroup: perGroup(sums.x),
          dyPerGroup: perGroup(sums.dy),
          shift: part.grid.map(({from}, a) => from * plan.sourceStep[a] - xFrom[a]),
        },
      },
      made,
    );
    return made;
  });

/** dfilter. */
export function computeFilterGradient(
  device: Device,
  g: ConvGeometry,
  x: TensorInfo,
  dy: TensorInfo,
  outputShape: number[],
): TensorInfo {
  const plan = forwardPlan(g);
  const sums = sumsOf(g);
  const slices = slicesOf(plan.result, sums);
  return withOutput(device, outputShape, output =>
    withScratch(device, scratch => {
      let made: Runs[] = [];
      for (const part of partsOfSums(plan, sums))
        made = addPart(device, scratch, plan, part, sums, slices, x, dy, made);
      draw(
        device,
        {
          source: storeFilterGradient(sums.products, output.isPacked),
          textures: Object.fromEntries(made.map(({texture}, i) => [`made${i}`, texture])),
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
    }),
  );
}
