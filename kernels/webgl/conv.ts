import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import {LINEAR} from '../../src/registry/kernel_names.js';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {Device} from './device.js';
import {convSource, TILE} from './glsl/conv.js';
import type {Products} from './glsl/conv.js';
import {RELOAD_IMAGE, storeImage} from './glsl/store.js';
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

function epilogueUniforms(device: Device, {inputs, attrs}: Epilogue, channels: number): Omit<Draw, 'source'> {
  const {bias, preluActivationWeights: slopes} = inputs;
  const reads = [
    ...bias === undefined ? [] : [readTensor(device, 'bias', bias, 1)],
    ...slopes === undefined ? [] : [readTensor(device, 'slopes', slopes, 1)],
  ];
  const counted = bias ?? slopes;
  const period = counted === undefined || counted.size === 1 ? channels : counted.size;
  return {
    textures: Object.assign({}, ...reads.map(({textures}) => textures)),
    ints: Object.assign({
      channelCount: channels, channelPeriod: period === channels ? 0 : period, slopeCount: slopes?.size ?? 0,
    }, ...reads.map(({ints}) => ints)),
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
  const uniforms = epilogueUniforms(device, epilogue, plan.result.channels);
  const {inputs: {bias}, attrs: {activation}} = epilogue;
  draw(device, {
    source: convSource(channels.products, plan.backward, {bias: bias !== undefined, activation}),
    textures: {source: source.texture, filters: filters.texture, ...uniforms.textures},
    ints: {
      ...uniforms.ints, ...tapUniforms(plan), ...layoutUniforms('source', source), ...layoutUniforms('filters', filters),
      targetWidth: textures[0].width, blocks, blocksPerGroup, channelsPerGroup, tiles, results, fragments, groups,
      segments: channels.source.segments, taps: product(spatialSizes(plan.geometry, 'kernel')),
      zeroPixel: pixelsOf(plan.source),
    },
    floats: uniforms.floats,
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
  draw(device, {
    source: storeImage(output.isPacked),
    textures,
    ints: {
      ...ints, ...output.ints, targetWidth: output.target.width, channels, channelsLast: channelsLast ? 1 : 0,
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
    source: RELOAD_IMAGE,
    textures,
    ints: {
      ...ints, ...layoutUniforms('target', runs), groups, segments, zeroPixel: pixelsOf(plan.result), multiplier,
      sourcePerGroup: channelsPerGroup, sameBlocks: same ? 1 : 0,
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
