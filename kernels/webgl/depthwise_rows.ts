import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isElementwise} from './channels.js';
import {fullPairs, pairs, rowTaps, tapPairsLoad, tapsKind, tapsLayout} from './depthwise_taps.js';
import type {Device} from './device.js';
import {epiloguePart} from './epilogue.js';
import type {Epilogue} from './epilogue.js';
import {depthwiseRowsSource} from './glsl/depthwise_rows.js';
import {repackSource} from './glsl/load.js';
import type {ImageLayout} from '../../src/geometry/image.js';
import {laidOutFilter} from './filters.js';
import {blocksOf} from './load.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import type {Target} from './program.js';
import {fits, layoutRuns, withScratch} from './runs.js';
import type {RunLayout, Scratch} from './runs.js';
import {packedTexture, readTensor, withOutput} from './tensors.js';

const lineTexels = ({spatial: [, , width], channels}: ImageLayout): number => pairs(width) * pairs(channels);

/** A packed image of which no row of texels, which has the channels of two columns, breaks, nor a line of them. */
function imageLayout(image: ImageLayout): RunLayout {
  const [depth, height] = image.spatial;
  return layoutRuns(image.batch * depth * height, lineTexels(image));
}

/** Whether the program computes the plan, on packed textures of this device. */
export function takesRows(plan: Plan): boolean {
  const {backward, geometry: {axes}, source, result} = plan;
  const [, , width] = axes;
  return env().getBool('WEBGL_PACK') && isElementwise(plan) && source.channels === result.channels && source.channelsLast &&
      (rowTaps(plan).areFew || (width.stride === 1 && width.dilation === 1)) &&
      (!backward || axes.every(({stride}) => stride === 1)) && fits(imageLayout(source)) && fits(tapsLayout(plan));
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

/** Texels of the results where so many lines are made at once: a row of the texture has as many, one from each target. */
const linesLayout = ({batch, grid: [depth, height], result}: Plan, lines: number): RunLayout =>
    ({length: lines * lineTexels(result), perRow: 1, rows: Math.ceil(batch * depth * height / lines)});

/** Whether so many lines are of one image, wherever they begin, and fit in a row of a texture. */
function canMake(plan: Plan, lines: number): boolean {
  const {batch, grid: [depth, height]} = plan;
  return lines <= height && (batch * depth === 1 || height % lines === 0) && fits(linesLayout(plan, lines));
}

/** Whether images have one plane and every result meets it. */
const isFlat = ({geometry: {axes: [{kernel, padBefore, input, output}]}}: Plan): boolean =>
    kernel === 1 && padBefore === 0 && input === 1 && output === 1;

/** The result of a depthwise convolution, or input gradient, that takesRows(). */
export function computeRows(
    device: Device, plan: Plan, source: TensorInfo, filter: TensorInfo, epilogue: Epilogue,
    outputShape: number[]): TensorInfo {
  const {source: image, grid, sourceStep, tapStep, geometry: {axes}} = plan;
  const taps = rowTaps(plan);
  const kind = tapsKind(plan, lines => canMake(plan, lines));
  const layout = kind.lines > 1 ? linesLayout(plan, kind.lines) : undefined;
  return withOutput(device, outputShape, ({target}) => withScratch(device, scratch => {
    const packed = packedImage(device, scratch, source, image);
    const filters = laidOutFilter(device, scratch, filter, tapPairsLoad(plan));
    const end = epiloguePart(device, epilogue, image.channels, blocksOf(1, image.channels, 1));
    const made = layout === undefined ? [target] : Array.from(
        {length: kind.lines}, () => scratch.make({...layout, length: layout.length / kind.lines}));
    draw(device, {
      source: depthwiseRowsSource({epilogue: end.kind, flat: isFlat(plan), taps: kind}),
      textures: {source: packed.texture, filters: filters.texture, ...end.textures},
      ints: {
        ...end.ints, sourceSize: image.spatial, grid, sourceStep, tapStep, kernel: axes.map(({kernel}) => kernel),
        sourceStart: axes.map(({padBefore}) => plan.backward ? padBefore : -padBefore), targetWidth: made[0].width,
        channels: image.channels, channelPairs: pairs(image.channels), tapPairs: taps.tapPairs,
        fullPairs: fullPairs(plan, taps), firstPair: taps.firstPair, perRow: pairsPerRow(packed, image) ?? 1,
      },
      floats: end.floats,
    }, made, layout && target);
  }), layout);
}
