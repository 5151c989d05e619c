import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import {LINEAR} from '../../src/registry/kernel_names.js';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {Device} from './device.js';
import {convSource, TILE} from './glsl/conv.js';
import type {Products} from './glsl/conv.js';
import type {EpilogueKind} from './glsl/epilogue.js';
import {reloadImage, storeImage} from './glsl/store.js';
import {pixelsOf} from './image.js';
import {blocksOf, imageRuns, layoutUniforms, loadFilter, loadImage} from './load.js';
import type {Blocks} from './load.js';
import {resultsPerPhase, tapUniforms} from './plan.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import type {Draw} from './program.js';
import {layoutRuns} from './runs.js';
import type {Runs, Scratch} from './runs.js';
import {makeOutput, readTensor} from './tensors.js';

/** The steps of a convolution or input gradient: load, convolve, store. */

/** Bias and activation of a convolution. */
export interface Epilogue {
  readonly inputs: EpilogueInputs;
  readonly attrs: EpilogueAttrs;
}

/** Which channels meet: those of a group, or each with itself, where groups are nothing to count. */
export interface Channels {
  readonly products: Products;
  readonly source: Blocks;
  readonly result: Blocks;
  /** How often each channel of the source comes. */
  readonly multiplier: number;
}

/** Whether each result channel reads one source channel. */
function isElementwise({backward, geometry: g}: Plan): boolean {
  return isDepthwise(g) && (!backward || g.inChannels === g.outChannels);
}

export function channelsOf(plan: Plan): Channels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = blocksOf(1, result.channels, 1);
    return {products: 'depthwise', source: blocks, result: blocks, multiplier: result.channels / source.channels};
  }
  return {
    products: 'dense', multiplier: 1,
    // A block of the source meets four texels of the filter.
    source: blocksOf(groups, source.channels, 4), result: blocksOf(groups, result.channels, 1),
  };
}

/** The filter of a plan as the program reads it. */
function filterOf(device: Device, scratch: Scratch, filter: TensorInfo, {backward, geometry}: Plan, channels: Channels): Runs {
  const {products, source, result} = channels;
  if (products === 'dense') return loadFilter(device, scratch, filter, geometry, backward, result, source);
  // [taps, channels], which is an image too.
  const image = {
    batch: 1, spatial: spatialSizes(geometry, 'kernel'), channels: geometry.outChannels, channelsLast: true,
  };
  return loadImage(device, scratch, filter, image, source);
}

/** Results, in tiles of which each texture holds one. */
interface Made {
  readonly textures: readonly Runs[];
  readonly tiles: number;
  readonly blocks: Blocks;
}

/** A tensor of one value per channel, or of as many as channels before they count anew. */
function readPerChannel(device: Device, name: 'bias'|'slopes', tensor: TensorInfo|undefined, channels: number) {
  if (tensor === undefined) return undefined;
  const size = product(tensor.shape);
  const read = readTensor(device, name, tensor, 4);
  const spread = size === 1 ? 'one' : size === channels ? 'channels' : 'period';
  return {...read, spread, size} as const;
}

/** The epilogue as a part of a program, with its uniforms. */
function epiloguePart(device: Device, {inputs, attrs}: Epilogue, channels: number) {
  const bias = readPerChannel(device, 'bias', inputs.bias, channels);
  const slopes = readPerChannel(device, 'slopes', inputs.preluActivationWeights, channels);
  const kind: EpilogueKind = {bias, slopes, activation: attrs.activation};
  return {
    kind,
    textures: {...bias?.textures, ...slopes?.textures},
    ints: {...bias?.ints, ...slopes?.ints, channelPeriod: Math.max(bias?.size ?? 1, slopes?.size ?? 1)},
    floats: {alpha: attrs.leakyreluAlpha},
  };
}

/** Convolves a source that is laid out. */
export function convolve(
    device: Device, scratch: Scratch, plan: Plan, channels: Channels, source: Runs, filters: Runs,
    epilogue: Epilogue): Made {
  const {groups, blocksPerGroup, channelsPerGroup} = channels.result;
  const blocks = groups * blocksPerGroup;
  const results = resultsPerPhase(plan);
  const tiles = Math.ceil(results / TILE);
  const fragments = product(plan.phases) * tiles * blocks;
  const layout = layoutRuns(fragments, 1);
  const textures = Array.from({length: TILE}, () => scratch.make(layout));
  const part = epiloguePart(device, epilogue, plan.result.channels);
  draw(device, {
    source: convSource(channels.products, plan.backward, part.kind),
    textures: {source: source.texture, filters: filters.texture, ...part.textures},
    ints: {
      ...part.ints, ...tapUniforms(plan), ...layoutUniforms('source', source), ...layoutUniforms('filters', filters),
      targetWidth: textures[0].width, blocks, blocksPerGroup, channelsPerGroup, tiles, results, fragments, groups,
      segments: channels.source.segments, taps: product(spatialSizes(plan.geometry, 'kernel')),
      zeroPixel: pixelsOf(plan.source),
    },
    floats: part.floats,
  }, textures);
  return {textures, tiles, blocks: channels.result};
}

const madeUniforms = ({textures, tiles, blocks: {groups, blocksPerGroup, channelsPerGroup}}: Made): Pick<Draw, 'textures'|'ints'> => ({
  textures: Object.fromEntries(textures.map(({texture}, i) => [`made${i}`, texture])),
  ints: {blocks: groups * blocksPerGroup, blocksPerGroup, channelsPerGroup, tiles},
});

/** Writes results as a tensor. */
export function store(device: Device, plan: Plan, made: Made, outputShape: number[]): TensorInfo {
  const output = makeOutput(device, outputShape);
  const {textures, ints} = madeUniforms(made);
  const {spatial, channels, channelsLast} = plan.result;
  const {channelsPerGroup} = made.blocks;
  // Where channelsLast the last axis of the shape has the channels.
  const paired = output.isPacked && channelsLast && channelsPerGroup % 2 === 0;
  draw(device, {
    source: storeImage({isPacked: output.isPacked, channelsLast, paired, phased: plan.phases.some(n => n > 1)}),
    textures,
    ints: {
      ...ints, ...output.ints, targetWidth: output.target.width, channels,
      imagePixels: product(spatial), imageSize: spatial, phases: plan.phases, grid: plan.grid,
      stride: plan.geometry.axes.map(({stride}) => stride),
    },
  }, [output.target]);
  return output.info;
}

/** Lays results out as the source of another convolution, whose channels are `channels`. */
function reload(device: Device, scratch: Scratch, made: Made, plan: Plan, {source, multiplier}: Channels): Runs {
  const runs = scratch.make(imageRuns(plan.result, source));
  const {textures, ints} = madeUniforms(made);
  const {groups, segments, channelsPerGroup} = source;
  const same = multiplier === 1 && channelsPerGroup === made.blocks.channelsPerGroup;
  draw(device, {
    source: reloadImage(same),
    textures,
    ints: {
      ...ints, ...layoutUniforms('target', runs), groups, segments, zeroPixel: pixelsOf(plan.result), multiplier,
      sourcePerGroup: channelsPerGroup,
    },
  }, [runs]);
  return runs;
}

/** The result of a convolution or input gradient. */
export function computeConv(
    device: Device, scratch: Scratch, plan: Plan, source: TensorInfo, filter: TensorInfo, epilogue: Epilogue,
    outputShape: number[]): TensorInfo {
  const channels = channelsOf(plan);
  const image = loadImage(device, scratch, source, plan.source, channels.source, channels.multiplier);
  const filters = filterOf(device, scratch, filter, plan, channels);
  return store(device, plan, convolve(device, scratch, plan, channels, image, filters, epilogue), outputShape);
}

const NOTHING: Epilogue = {inputs: {}, attrs: LINEAR};

/** The result of a convolution of the result of another, which stays on the GPU as the first one made it. */
export function computeTwoStage(
    device: Device, scratch: Scratch, first: Plan, second: Plan, x: TensorInfo, filters: readonly [TensorInfo, TensorInfo],
    epilogue: Epilogue, outputShape: number[]): TensorInfo {
  const [to, from] = [channelsOf(first), channelsOf(second)];
  const image = loadImage(device, scratch, x, first.source, to.source, to.multiplier);
  const middle = convolve(
      device, scratch, first, to, image, filterOf(device, scratch, filters[0], first, to), NOTHING);
  const source = reload(device, scratch, middle, first, from);
  const made = convolve(
      device, scratch, second, from, source, filterOf(device, scratch, filters[1], second, from), epilogue);
  return store(device, second, made, outputShape);
}
