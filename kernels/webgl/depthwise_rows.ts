import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isElementwise} from './channels.js';
import type {Device} from './device.js';
import {epiloguePart} from './epilogue.js';
import type {Epilogue} from './epilogue.js';
import {TILE} from './glsl/conv.js';
import {depthwiseRowsSource, loadTapPairs, repackSource, sourceLines} from './glsl/depthwise_rows.js';
import type {RowsKind, Unrolled} from './glsl/depthwise_rows.js';
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

/** Rows of taps, written out for so many lines of results, if they are few. */
function unrolledFor(plan: Plan, lines: number): Unrolled|undefined {
  const {geometry: {axes: [depth, height]}, sourceStep, tapStep} = plan;
  const {tapPairs} = tapsOf(plan);
  if (depth.kernel * height.kernel * tapPairs > FEW_PAIRS) return undefined;
  return {lines, kernel: [depth.kernel, height.kernel, tapPairs], sourceStep: sourceStep[1], tapStep: tapStep[1]};
}

/** What a copy of a texel takes, in reads of one. */
const COPY = 2;

/** Texels that are read for all lines of an image, by so many lines at once. */
function texelsRead(plan: Plan, unrolled: Unrolled): number {
  const {lines, kernel: [depth, height, tapPairs]} = unrolled;
  const ofSource = sourceLines(unrolled).length * (tapsOf(plan).endsEven ? tapPairs : tapPairs + 1);
  const height_ = plan.grid[1];
  return Math.ceil(height_ / lines) * depth * (ofSource + height * tapPairs) + (lines > 1 ? COPY * height_ : 0);
}

/** Texels of the results where so many lines are made at once: in each row of the texture as many, one from each target. */
const texelsFor = ({batch, grid: [depth, height], result}: Plan, lines: number): RunLayout =>
    ({length: lines * lineTexels(result), perRow: 1, rows: Math.ceil(batch * depth * height / lines)});

/**
 * How many lines are made at once, for as few reads as may be: neighbouring lines meet most of their sources in common.
 * Those of one fragment have to be of one image.
 */
function chooseUnrolled(plan: Plan): Unrolled|undefined {
  const {batch, grid: [depth, height]} = plan;
  const choices = [1, 2, 3, TILE].flatMap(lines => {
    const unrolled = unrolledFor(plan, lines);
    const whole = lines === 1 || (height >= lines && (batch * depth === 1 || height % lines === 0) && fits(texelsFor(plan, lines)));
    return unrolled !== undefined && whole ? [unrolled] : [];
  });
  return choices.sort((a, b) => texelsRead(plan, a) - texelsRead(plan, b))[0];
}

/** Which program computes the plan. */
function kindOf(plan: Plan, epilogue: EpilogueKind, unrolled: Unrolled|undefined): RowsKind {
  const {geometry: {axes: [depth]}, source} = plan;
  const {beginsOdd, endsEven} = tapsOf(plan);
  return {
    epilogue, beginsOdd, endsEven, unrolled, oddWidth: source.spatial[2] % 2 === 1,
    flat: depth.kernel === 1 && depth.padBefore === 0 && depth.input === 1 && depth.output === 1,
  };
}

/** The result of a depthwise convolution, or input gradient, that takesRows(). */
export function computeRows(
    device: Device, plan: Plan, source: TensorInfo, filter: TensorInfo, epilogue: Epilogue,
    outputShape: number[]): TensorInfo {
  const {source: image, grid, sourceStep, tapStep, geometry: {axes}} = plan;
  const unrolled = chooseUnrolled(plan);
  const lines = unrolled?.lines ?? 1;
  const texels = lines === 1 ? undefined : texelsFor(plan, lines);
  return withOutput(device, outputShape, ({target}) => withScratch(device, scratch => {
    const packed = packedImage(device, scratch, source, image);
    const taps = laidOutFilter(device, scratch, filter, tapPairsLoad(plan));
    const end = epiloguePart(device, epilogue, image.channels, blocksOf(1, image.channels, 1));
    const {firstPair, tapPairs, fullPairs} = tapsOf(plan);
    const made = texels === undefined ? [target] : Array.from(
        {length: lines}, () => scratch.make({...texels, length: texels.length / lines}));
    draw(device, {
      source: depthwiseRowsSource(kindOf(plan, end.kind, unrolled)),
      textures: {source: packed.texture, filters: taps.texture, ...end.textures},
      ints: {
        ...end.ints, sourceSize: image.spatial, grid, sourceStep, tapStep, kernel: axes.map(({kernel}) => kernel),
        sourceStart: axes.map(({padBefore}) => plan.backward ? padBefore : -padBefore), targetWidth: made[0].width,
        channels: image.channels, channelPairs: pairs(image.channels), tapPairs, fullPairs, firstPair,
        perRow: pairsPerRow(packed, image) ?? 1,
      },
      floats: end.floats,
    }, made, texels && target);
  }), texels);
}
