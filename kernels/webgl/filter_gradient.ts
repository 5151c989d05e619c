import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import {isDepthwise} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import {TILE} from './glsl/conv.js';
import type {Products} from './glsl/conv.js';
import {filterGradientSource, storeFilterGradient} from './glsl/filter_gradient.js';
import {pixelsOf} from './image.js';
import {blocksOf, layoutUniforms, loadImage} from './load.js';
import type {Blocks} from './load.js';
import {inputImage, outputImage} from './plan.js';
import {draw} from './program.js';
import {layoutRuns} from './runs.js';
import type {Scratch} from './runs.js';
import {makeOutput} from './tensors.js';

/** Fragments that keep a GPU busy, and results below which a slice costs more than it gains. */
const [BUSY, SHORTEST] = [2 ** 13, 64];

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
      products: 'depthwise', x: blocks, dy: blocks, multiplier: g.outChannels / g.inChannels,
      fragments: Math.ceil(taps / TILE) * blocks.blocksPerGroup,
    };
  }
  const [x, dy] = [blocksOf(g.groups, g.inChannels, 1), blocksOf(g.groups, g.outChannels, 1)];
  return {products: 'dense', x, dy, multiplier: 1, fragments: taps * g.groups * x.blocksPerGroup * dy.blocksPerGroup};
}

/** dfilter. */
export function computeFilterGradient(
    device: Device, scratch: Scratch, g: ConvGeometry, x: TensorInfo, dy: TensorInfo, outputShape: number[]): TensorInfo {
  const sums = sumsOf(g);
  const source = loadImage(device, scratch, x, inputImage(g), sums.x, 'pixels', sums.multiplier);
  const gradient = loadImage(device, scratch, dy, outputImage(g), sums.dy, 'pixels');
  const results = pixelsOf(outputImage(g));
  const slices = Math.max(1, Math.min(Math.ceil(BUSY / sums.fragments), Math.ceil(results / SHORTEST)));
  const fragments = slices * sums.fragments;
  const layout = layoutRuns(fragments, 1);
  const targets = Array.from({length: TILE}, () => scratch.make(layout));
  const blocks = {
    inBlocks: sums.x.groups * sums.x.blocksPerGroup, inBlocksPerGroup: sums.x.blocksPerGroup,
    outBlocksPerGroup: sums.dy.blocksPerGroup,
  };
  draw(device, {
    source: filterGradientSource(sums.products),
    textures: {source: source.texture, dy: gradient.texture},
    ints: {
      ...layoutUniforms('source', source), ...layoutUniforms('dy', gradient), ...blocks,
      sourceSize: spatialSizes(g, 'input'), resultGrid: spatialSizes(g, 'output'), kernel: spatialSizes(g, 'kernel'),
      stride: g.axes.map(({stride}) => stride), dilation: g.axes.map(({dilation}) => dilation),
      padBefore: g.axes.map(({padBefore}) => padBefore), targetWidth: targets[0].width, fragments,
      taps: product(spatialSizes(g, 'kernel')), results, perSlice: Math.ceil(results / slices), groups: sums.x.groups,
      segments: sums.x.segments, dySegments: sums.dy.segments,
    },
  }, targets);
  const output = makeOutput(device, outputShape);
  draw(device, {
    source: storeFilterGradient(sums.products, output.isPacked),
    textures: Object.fromEntries(targets.map(({texture}, i) => [`made${i}`, texture])),
    ints: {
      ...output.ints, ...blocks, targetWidth: output.target.width, inPerGroup: g.inChannels / g.groups,
      outPerGroup: g.outChannels / g.groups, outChannels: g.outChannels, slices, sliceFragments: sums.fragments,
    },
  }, [output.target]);
  return output.info;
}
