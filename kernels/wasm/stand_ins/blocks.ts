import type {
  BatchToSpaceNDAttrs,
  BatchToSpaceNDInputs,
  DepthToSpaceAttrs,
  DepthToSpaceInputs,
  ResizeNearestNeighborAttrs,
  ResizeNearestNeighborInputs,
  SpaceToBatchNDAttrs,
  SpaceToBatchNDInputs,
} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import type {StandIn} from '../../../src/registry/stand_ins.js';
import {floatsAt} from '../../wasm_core/call.js';
import {copyStrided} from '../../wasm_core/algorithms/strided_copy.js';
import type {CopyAxis} from '../../wasm_core/algorithms/strided_copy.js';
import {F32} from '../../wasm_core/plan/conv_plan.js';
import {addressOf, isFloats, isWords, makeTensor, stridesOf} from './results.js';

/*
 * Blocks of pixels as elements of the batch or as channels, and pixels as blocks.
 */

/** One pixel of all blocks: where it begins in an image, and in its batch of blocks, and how it goes on. */
interface BlockPixel {
  readonly image: number;
  readonly batched: number;
  /** `to` is of the batch of blocks, `from` of the image. */
  readonly axes: readonly CopyAxis[];
}

/**
 * The pixels of blocks of an image [batch, ...spatial, ...rest], which has `before` additional pixels at the beginning of
 * each spatial axis. In `batched` each of them is a part of the batch: [blockSize * batch, ...counts, ...rest].
 */
function blockPixels(
  image: readonly number[],
  batched: readonly number[],
  blockShape: readonly number[],
  before: readonly number[],
): BlockPixel[] {
  const [to, from] = [stridesOf(batched), stridesOf(image)];
  const rest = image.slice(1 + blockShape.length);
  return Array.from({length: product(blockShape)}, (_, pixel) => {
    const axes = [{count: image[0], to: to[0], from: from[0]}];
    let index = pixel;
    let [start, end] = [0, pixel * image[0] * to[0]];
    for (let a = blockShape.length - 1; a >= 0; a--) {
      const block = blockShape[a];
      // Block number n has element n * block + position of the image, where there is one.
      const position = (index % block) - before[a];
      const first = Math.max(0, Math.ceil(-position / block));
      const last = Math.min(batched[a + 1], Math.ceil((image[a + 1] - position) / block));
      axes.splice(1, 0, {count: Math.max(0, last - first), to: to[a + 1], from: block * from[a + 1]});
      start += (first * block + position) * from[a + 1];
      end += first * to[a + 1];
      index = Math.floor(index / block);
    }
    return {image: start, batched: end, axes: [...axes, {count: product(rest), to: 1, from: 1}]};
  });
}

/** Sizes of the spatial axes, which the shape of a block counts. */
const spatialOf = (shape: readonly number[], blockShape: readonly number[]): number[] =>
  shape.slice(1, 1 + blockShape.length);

/** SpaceToBatchND */
export const spaceToBatchND: StandIn<SpaceToBatchNDInputs, SpaceToBatchNDAttrs> = ({inputs: {x}, attrs, backend}) => {
  const {blockShape, paddings} = attrs;
  if (!isFloats(x) || paddings.some(([before, after]) => before < 0 || after < 0)) return undefined;
  const counts = spatialOf(x.shape, blockShape).map(
    (size, a) => (size + paddings[a][0] + paddings[a][1]) / blockShape[a],
  );
  if (!counts.every(Number.isInteger)) return undefined;
  const shape = [x.shape[0] * product(blockShape), ...counts, ...x.shape.slice(1 + blockShape.length)];
  const pixels = blockPixels(
    x.shape,
    shape,
    blockShape,
    paddings.map(([before]) => before),
  );
  return makeTensor(backend, shape, x.dtype, (call, to) => {
    if (product(shape) > product(x.shape)) floatsAt(call, to, product(shape)).fill(0);
    const from = addressOf(call, x);
    for (const {image, batched, axes} of pixels) copyStrided(call, to + batched * F32, from + image * F32, axes);
  });
};

/** BatchToSpaceND */
export const batchToSpaceND: StandIn<BatchToSpaceNDInputs, BatchToSpaceNDAttrs> = ({inputs: {x}, attrs, backend}) => {
  const {blockShape, crops} = attrs;
  if (!isWords(x)) return undefined;
  const batch = x.shape[0] / product(blockShape);
  if (!Number.isInteger(batch) || crops.some(([before, after]) => before < 0 || after < 0)) {
    return undefined;
  }
  const sizes = spatialOf(x.shape, blockShape).map((count, a) => count * blockShape[a] - crops[a][0] - crops[a][1]);
  if (sizes.some(size => size < 1)) return undefined;
  const shape = [batch, ...sizes, ...x.shape.slice(1 + blockShape.length)];
  const pixels = blockPixels(
    shape,
    x.shape,
    blockShape,
    crops.map(([before]) => before),
  );
  return makeTensor(backend, shape, x.dtype, (call, to) => {
    const from = addressOf(call, x);
    for (const {image, batched, axes} of pixels) {
      const back = axes.map(axis => ({count: axis.count, to: axis.from, from: axis.to}));
      copyStrided(call, to + image * F32, from + batched * F32, back);
    }
  });
};

/** DepthToSpace: a block's pixels are one after the other in the channels, by lines. */
export const depthToSpace: StandIn<DepthToSpaceInputs, DepthToSpaceAttrs> = ({inputs: {x}, attrs, backend}) => {
  const {blockSize, dataFormat} = attrs;
  if (!isFloats(x) || x.shape.length !== 4 || dataFormat !== 'NHWC') return undefined;
  const [batch, height, width, depth] = x.shape;
  const channels = depth / (blockSize * blockSize);
  if (!Number.isInteger(channels)) return undefined;
  const shape = [batch, height * blockSize, width * blockSize, channels];
  const line = blockSize * channels;
  return makeTensor(backend, shape, x.dtype, (call, to) =>
    copyStrided(call, to, addressOf(call, x), [
      {count: batch * height, to: blockSize * width * line, from: width * depth},
      {count: blockSize, to: width * line, from: line},
      {count: width, to: line, from: depth},
      {count: line, to: 1, from: 1},
    ]),
  );
};

/** ResizeNearestNeighbor to whole multiples: each pixel is a block. Corners that are aligned are not. */
export const resizeNearestNeighbor: StandIn<ResizeNearestNeighborInputs, ResizeNearestNeighborAttrs> = ({
  inputs: {images},
  attrs: {size, alignCorners},
  backend,
}) => {
  if (!isFloats(images) || images.shape.length !== 4 || alignCorners) return undefined;
  const [batch, height, width, channels] = images.shape;
  const [high, wide] = [size[0] / height, size[1] / width];
  if (!Number.isInteger(high) || !Number.isInteger(wide)) return undefined;
  const line = width * wide * channels;
  return makeTensor(backend, [batch, ...size, channels], images.dtype, (call, to) =>
    copyStrided(call, to, addressOf(call, images), [
      {count: batch * height, to: high * line, from: width * channels},
      {count: high, to: line, from: 0},
      {count: width, to: wide * channels, from: channels},
      {count: wide, to: channels, from: 0},
      {count: channels, to: 1, from: 1},
    ]),
  );
};
