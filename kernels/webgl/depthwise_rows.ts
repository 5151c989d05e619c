import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isElementwise} from './channels.js';
import type {Device} from './device.js';
import {epiloguePart} from './epilogue.js';
import type {Epilogue} from './epilogue.js';
import {depthwiseRowsSource, loadTapPairs, repackSource} from './glsl/depthwise_rows.js';
import type {RowsKind} from './glsl/depthwise_rows.js';
import type {EpilogueKind} from './glsl/epilogue.js';
import type {ImageLayout} from '../../src/geometry/image.js';
import {copyValues} from './filter_load.js';
import type {FilterLoad} from './filter_load.js';
import {laidOutFilter} from './filters.js';
import {blocksOf} from './load.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import type {Target} from './program.js';
import {fits, layoutRuns, withScratch} from './runs.js';
import type {RunLayout, Scratch} from './runs.js';
import {packedTexture, readTensor, withOutput} from './tensors.js';

const pairs = (size: number): number => Math.ceil(size / 2);

const lineTexels = ({spatial: [, , width], channels}: ImageLayout): number => pairs(width) * pairs(channels);

/** A packed image of which no row of texels, which has the channels of two columns, breaks, nor a line of them. */
function imageLayout(image: ImageLayout): RunLayout {
  const [depth, height] = image.spatial;
  return layoutRuns(image.batch * depth * height, lineTexels(image));
}

/** Where the taps along the width are: the first one in pairs of columns, and what it is beyond. */
function tapsOf({backward, geometry: {axes: [, , {kernel, padBefore}]}}: Plan) {
  // Backward, the taps from the last to the first read from left to right.
  const start = backward ? padBefore - (kernel - 1) : -padBefore;
  const firstPair = Math.floor(start / 2);
  const parity = start - 2 * firstPair;
  return {
    firstPair, parity, tapPairs: pairs(kernel + parity), fullPairs: Math.floor((kernel - parity) / 2),
    beginsOdd: parity === 1, endsEven: (kernel - parity) % 2 === 1,
  };
}

const filterLayout = (plan: Plan): RunLayout => {
  const [depth, height] = plan.geometry.axes;
  return {length: pairs(plan.source.channels), perRow: 1, rows: depth.kernel * height.kernel * tapsOf(plan).tapPairs};
};

/** Whether the program computes the plan, on packed textures of this device. */
export function takesRows(plan: Plan): boolean {
  const {backward, geometry: {axes}, source, result} = plan;
  const [, , width] = axes;
  return env().getBool('WEBGL_PACK') && isElementwise(plan) && source.channels === result.channels &&
      source.channelsLast && width.stride === 1 && width.dilation === 1 && (!backward || axes.every(({stride}) => stride === 1)) &&
      fits(imageLayout(source)) && fits(filterLayout(plan));
}

/** How many pairs of columns a row of a texture has, if it has whole lines, or one pair. */
function pairsPerRow({width}: Target, {spatial, channels}: ImageLayout): number|undefined {
  const perRow = width / pairs(channels);
  return perRow === 1 || perRow % pairs(spatial[2]) === 0 ? perRow : undefined;
}

/** The source in such a layout: the tensor's own texture, if it has one, otherwise another. */
function packedImage(device: Device, scratch: Scratch, tensor: TensorInfo, image: ImageLayout): Target {
  const {spatial: [, , width], channels} = image;
  const own = packedTexture(device, tensor, [width, channels]);
  if (own !== undefined && pairsPerRow(own, image) !== undefined) return own;
  const packed = scratch.make(imageLayout(image));
  const read = readTensor(device, 'tensor', tensor, 1);
  draw(device, {
    source: repackSource(read.way),
    textures: read.textures,
    ints: {...read.ints, targetWidth: packed.width, resultSizes: [width, channels]},
  }, [packed]);
  return packed;
}

/** The filter in pairs of taps. */
function tapPairsLoad(plan: Plan): FilterLoad {
  const {parity, tapPairs} = tapsOf(plan);
  const {channels} = plan.source;
  const channelPairs = pairs(channels);
  const width = plan.geometry.axes[2].kernel;
  return {
    order: plan.backward ? 'pairs, backward' : 'pairs',
    layout: filterLayout(plan),
    step: 1,
    source: way => loadTapPairs(way, plan.backward),
    ints: {channelPairs, channels, tapPairs, width, parity},
    write(values, texel, out) {
      const line = Math.floor(texel / channelPairs), channel = 2 * (texel - line * channelPairs);
      const row = Math.floor(line / tapPairs);
      for (const second of [0, 1]) {
        const tap = 2 * (line - row * tapPairs) - parity + second;
        const k = plan.backward ? width - 1 - tap : tap;
        const count = tap >= 0 && tap < width ? channels - channel : 0;
        copyValues(values, (row * width + k) * channels + channel, count, 2, out, 4 * texel + 2 * second);
      }
    },
  };
}

/** Pairs of taps up to which a program has them written out. */
const FEW_PAIRS = 32;

/** Which program computes the plan. */
function kindOf(plan: Plan, epilogue: EpilogueKind, packed: Target, target: Target): RowsKind {
  const {geometry: {axes: [depth, height]}, source, result} = plan;
  const [, , width] = source.spatial;
  const {beginsOdd, endsEven, tapPairs, fullPairs} = tapsOf(plan);
  const few = depth.kernel * height.kernel * tapPairs <= FEW_PAIRS;
  return {
    epilogue, beginsOdd, endsEven, oddWidth: width % 2 === 1,
    unrolled: few ? [depth.kernel, height.kernel, fullPairs] : undefined,
    wholeLines: packed.width === lineTexels(source) && target.width === lineTexels(result),
    flat: depth.kernel === 1 && depth.padBefore === 0 && depth.input === 1 && depth.output === 1,
  };
}

/** The result of a depthwise convolution, or input gradient, that takesRows(). */
export const computeRows = (
    device: Device, plan: Plan, source: TensorInfo, filter: TensorInfo, epilogue: Epilogue,
    outputShape: number[]): TensorInfo => withOutput(device, outputShape, ({target}) => withScratch(device, scratch => {
  const {source: image, grid, sourceStep, tapStep, geometry: {axes}} = plan;
  const packed = packedImage(device, scratch, source, image);
  const taps = laidOutFilter(device, scratch, filter, tapPairsLoad(plan));
  const end = epiloguePart(device, epilogue, image.channels, blocksOf(1, image.channels, 1));
  const {firstPair, tapPairs, fullPairs} = tapsOf(plan);
  draw(device, {
    source: depthwiseRowsSource(kindOf(plan, end.kind, packed, target)),
    textures: {source: packed.texture, filters: taps.texture, ...end.textures},
    ints: {
      ...end.ints, sourceSize: image.spatial, grid, sourceStep, tapStep, kernel: axes.map(({kernel}) => kernel),
      sourceStart: axes.map(({padBefore}) => plan.backward ? padBefore : -padBefore), targetWidth: target.width,
      channels: image.channels, channelPairs: pairs(image.channels), tapPairs, fullPairs, firstPair,
      perRow: pairsPerRow(packed, image) ?? 1,
    },
    floats: end.floats,
  }, [target]);
}));
