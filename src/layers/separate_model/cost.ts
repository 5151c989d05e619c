import type {Shape} from '@tensorflow/tfjs-layers';
import {oneShape} from '../stock.js';
import type {Conv} from '../stock.js';
import type {Call} from './containers.js';

/** Numbers of a convolution layer that all ways to compute it share. */
export interface ConvSizes {
  readonly taps: number;
  /** Height and width of the kernel; a 1-D kernel has the height 1. */
  readonly kernel: readonly [number, number];
  readonly inChannels: number;
  readonly outChannels: number;
}

/** Sizes of the height and the width in a call, for one example. */
interface Extent {
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

export function sizesOf({kernelSize, filters}: Conv, kernelShape: readonly number[]): ConvSizes {
  const [height, width] = kernelSize.length === 1 ? [1, kernelSize[0]] : kernelSize;
  return {
    taps: height * width,
    kernel: [height, width],
    inChannels: kernelShape[kernelShape.length - 2],
    outChannels: filters,
  };
}

/** The height and the width of a shape; undefined where they are not known. */
function spatial(given: Shape | Shape[], layer: Conv): ReadonlyArray<number | null> {
  const shape = oneShape(layer, given);
  const sizes = layer.dataFormat === 'channelsFirst' ? shape.slice(2) : shape.slice(1, -1);
  return sizes.length === 1 ? [1, ...sizes] : sizes;
}

/** A size that is not known counts as that of one output. */
function extentOf(layer: Conv, {input, output}: Call): Extent {
  const [outHeight, outWidth] = spatial(output, layer).map(size => size ?? 1);
  const strideWidth = layer.strides[layer.strides.length - 1];
  return {outHeight, outWidth, inWidth: spatial(input, layer)[1] ?? outWidth * strideWidth};
}

/** Multiplications of a call, for one example. */
export type Multiplications = (sizes: ConvSizes, rank: number, extent: Extent) => number;

export const denseMultiplications: Multiplications = ({taps, inChannels, outChannels}, _, {outHeight, outWidth}) =>
  outHeight * outWidth * taps * inChannels * outChannels;

/** The column runs over every column of the input, the row over the outputs. */
export const spatialMultiplications: Multiplications = (
  {kernel: [height, width], inChannels, outChannels},
  rank,
  {inWidth, outHeight, outWidth},
) => outHeight * rank * (inWidth * height * inChannels + outWidth * width * outChannels);

export const depthwiseMultiplications: Multiplications = (
  {taps, inChannels, outChannels},
  rank,
  {outHeight, outWidth},
) => outHeight * outWidth * inChannels * rank * (taps + outChannels);

/** Those of all calls. */
export const multiplicationsOf = (
  count: Multiplications,
  layer: Conv,
  calls: readonly Call[],
  sizes: ConvSizes,
  rank: number,
): number => calls.reduce((sum, call) => sum + count(sizes, rank, extentOf(layer, call)), 0);
