import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {pixelsOf, xLayout, yLayout} from '../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import type {Products} from '../gpu/products.js';
import {slicesOf} from '../gpu/slices.js';
import type {SliceLimits, Slices} from '../gpu/slices.js';
import {axisUniforms} from '../gpu/uniforms.js';
import {currentDevice} from './device/device.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import {capacityOf} from './device/texel_pool.js';
import type {OperandPlace} from './device/texel_pool.js';
import {channelBlocks} from './texels/channels.js';
import type {ChannelBlocks} from './texels/channels.js';
import {imageTexelCount, imageTexels} from './texels/image.js';
import {tensorBinding, withOutput} from './texels/tensors.js';
import {addSlicesProgram, filterGradientProgram, GRADIENT_BLOCKS} from './wgsl/filter_gradient.js';

/*
 * The variants `slices` of the filter's gradient: slices of the results are summed side by side, and added up by a second
 * dispatch, which writes the tensor.
 */

/** Set by `npm run bench:webgpu` on SwiftShader. */
const SLICE_LIMITS: SliceLimits = {busy: 2 ** 13, narrowest: 32, shortest: 64};

/** The channels that are multiplied, and what of the sums a thread makes. */
interface GradientSums {
  readonly products: Products;
  readonly x: ChannelBlocks;
  readonly dy: ChannelBlocks;
  readonly multiplier: number;
  readonly inTiles: number;
  readonly outTiles: number;
  /** In channels of a group, and those that the slices have. */
  readonly rows: number;
  readonly paddedRows: number;
}

function gradientSums(g: ConvGeometry): GradientSums {
  if (isDepthwise(g)) {
    const blocks = channelBlocks(1, g.outChannels);
    return {
      products: 'depthwise',
      x: blocks,
      dy: blocks,
      multiplier: g.outChannels / g.inChannels,
      inTiles: 1,
      outTiles: blocks.blocksPerGroup,
      rows: 1,
      paddedRows: 1,
    };
  }
  const [x, dy] = [g.inChannels, g.outChannels].map(channels => channelBlocks(g.groups, channels));
  return {
    products: 'dense',
    x,
    dy,
    multiplier: 1,
    inTiles: Math.ceil(x.blocksPerGroup / GRADIENT_BLOCKS),
    outTiles: Math.ceil(dy.blocksPerGroup / GRADIENT_BLOCKS),
    rows: x.channelsPerGroup,
    paddedRows: 4 * x.blocksPerGroup,
  };
}

/** Both images, with a pixel of zeros after them in textures. */
function imagesOf(g: ConvGeometry, {x, dy, multiplier}: GradientSums, place: OperandPlace) {
  const zeros = ({groups, blocksPerGroup}: ChannelBlocks): number =>
    place === 'texture' ? groups * blocksPerGroup : 0;
  return {
    source: {image: xLayout(g), blocks: x, multiplier, zeros: zeros(x)},
    dy: {image: yLayout(g), blocks: dy, multiplier: 1, zeros: zeros(dy)},
  };
}

/** Texels of a slice. */
const sliceLengthOf = (g: ConvGeometry, {x: {groups}, dy, paddedRows}: GradientSums): number =>
  product(spatialSizes(g, 'kernel')) * groups * paddedRows * dy.blocksPerGroup;

/** Whether texels in such a place hold both images, and those of a buffer a slice. */
export function holdsImages(g: ConvGeometry, place: OperandPlace): boolean {
  const sums = gradientSums(g);
  const {source, dy} = imagesOf(g, sums, place);
  const device = currentDevice();
  const capacity = capacityOf(device, place);
  return (
    imageTexelCount(source) + source.zeros <= capacity &&
    imageTexelCount(dy) + dy.zeros <= capacity &&
    sliceLengthOf(g, sums) <= capacityOf(device, 'texels')
  );
}

/** The slices of a sum over an image, each of so many threads, that fit a buffer. */
export function slicesWithin({backend}: Device, image: ImageLayout, threads: number, sliceLength: number): Slices {
  // As many lines, and columns on top of them, where both are rounded up.
  const most = Math.floor(capacityOf(backend.device, 'texels') / sliceLength / 2);
  return slicesOf(image, threads, {...SLICE_LIMITS, busy: Math.max(1, Math.min(SLICE_LIMITS.busy, most * threads))});
}

/** What programs read of the axes and of the slices of their results, see wgsl/slices.ts. */
export function sliceUniforms(g: ConvGeometry, slices: Slices) {
  const grid = spatialSizes(g, 'output');
  const [depth, height, width] = grid;
  const lines = g.batch * depth * height;
  return {
    sourceSize: spatialSizes(g, 'input'),
    grid,
    ...axisUniforms(g),
    lines,
    linesPerSlice: Math.ceil(lines / slices.lines),
    columnSlices: slices.columns,
    columnsPerSlice: Math.ceil(width / slices.columns),
  };
}

/** dfilter, its images in texels of a place. */
export function computeFilterGradient(
  device: Device,
  place: OperandPlace,
  g: ConvGeometry,
  {x, dy}: {readonly x: TensorInfo; readonly dy: TensorInfo},
  outputShape: number[],
): TensorInfo {
  const sums = gradientSums(g);
  const {products, inTiles, outTiles, rows, paddedRows} = sums;
  const {groups} = sums.x;
  const outBlocks = sums.dy.blocksPerGroup;
  const taps = product(spatialSizes(g, 'kernel'));
  const images = imagesOf(g, sums, place);
  const threads = taps * groups * inTiles * outTiles;
  const sliceLength = sliceLengthOf(g, sums);
  const slices = slicesWithin(device, yLayout(g), threads, sliceLength);
  const count = slices.lines * slices.columns;
  return withOutput(device, [x, dy], outputShape, (output, scratch) => {
    const partial = scratch.texels('texels', count * sliceLength);
    dispatch(device, {
      program: filterGradientProgram({reader: place, products}),
      resources: [
        imageTexels(scratch, x, place, images.source),
        imageTexels(scratch, dy, place, images.dy),
        partial.binding,
      ],
      tensors: [x, dy],
      uniforms: {
        ...sliceUniforms(g, slices),
        groups,
        inBlocks: sums.x.blocksPerGroup,
        outBlocks,
        inTiles,
        outTiles,
        sourceZero: pixelsOf(images.source.image),
        dyZero: pixelsOf(images.dy.image),
      },
      count: count * threads,
    });
    dispatch(device, {
      program: addSlicesProgram(undefined),
      resources: [partial.binding, tensorBinding(device, output)],
      tensors: [output],
      uniforms: {
        slices: count,
        sliceLength,
        groups,
        rows,
        paddedRows,
        outBlocks,
        outPerGroup: sums.dy.channelsPerGroup,
      },
      count: taps * groups * rows * outBlocks,
    });
  });
}
