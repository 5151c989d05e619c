import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry, cachedGeometry} from '../../../src/geometry/geometry_cache.js';
import {allocate} from '../call.js';
import {F32} from '../plan/conv_plan.js';
import type {Call, FilterGradientKernel, GradientOperands, ImageKernel, ImageName, ImageOperands} from '../types.js';

/*
 * Kernels compute channels last. Images in the other layout are transposed before and after, which costs little beside a
 * convolution and leaves one form of every kernel.
 */

/** The geometry with its images channels last. */
const channelsLast = perGeometry((g): ConvGeometry =>
  g.channelsLast ? g : cachedGeometry({...g, channelsLast: true}),
);

/** Pixels and channels of an image. */
const sizesOf = (g: ConvGeometry, image: ImageName): [pixels: number, channels: number] =>
  image === 'x'
    ? [product(spatialSizes(g, 'input')), g.inChannels]
    : [product(spatialSizes(g, 'output')), g.outChannels];

/** Transposes the [rows, columns] matrix of every batch element. */
function transpose({core: {run}}: Call, batch: number, to: number, from: number, rows: number, columns: number): void {
  for (let b = 0; b < batch; b++) {
    const offset = b * rows * columns * F32;
    run.transpose(to + offset, from + offset, rows, columns);
  }
}

/** Scratch memory for an image. */
function allocateImage(call: Call, g: ConvGeometry, image: ImageName): number {
  const [pixels, channels] = sizesOf(g, image);
  return allocate(call, g.batch * pixels * channels * F32);
}

/** A copy, channels last, of an image that is channels first. */
function toChannelsLast(call: Call, g: ConvGeometry, image: ImageName, from: number): number {
  const [pixels, channels] = sizesOf(g, image);
  const copy = allocateImage(call, g, image);
  transpose(call, g.batch, copy, from, channels, pixels);
  return copy;
}

/** Writes an image channels first, out of one that is channels last. */
function toChannelsFirst(call: Call, g: ConvGeometry, image: ImageName, to: number, from: number): void {
  const [pixels, channels] = sizesOf(g, image);
  transpose(call, g.batch, to, from, pixels, channels);
}

/** Runs an image kernel on images in the layout of the geometry; `from` says which one is its source. */
export function imageInLayout(
  call: Call,
  kernel: ImageKernel,
  g: ConvGeometry,
  from: ImageName,
  operands: ImageOperands,
): void {
  if (g.channelsLast) return kernel(call, g, operands);
  const to = from === 'x' ? 'y' : 'x';
  const source = toChannelsLast(call, g, from, operands.source);
  const result = allocateImage(call, g, to);
  const {filter, epilogue} = operands;
  kernel(call, channelsLast(g), {source, filter, result, epilogue});
  toChannelsFirst(call, g, to, operands.result, result);
}

/** Runs a kernel that computes dfilter on images in the layout of the geometry. */
export function gradientInLayout(
  call: Call,
  kernel: FilterGradientKernel,
  g: ConvGeometry,
  operands: GradientOperands,
): void {
  if (g.channelsLast) return kernel(call, g, operands);
  const x = toChannelsLast(call, g, 'x', operands.x);
  const dy = toChannelsLast(call, g, 'y', operands.dy);
  kernel(call, channelsLast(g), {x, dy, dfilter: operands.dfilter});
}
