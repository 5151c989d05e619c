import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import {LINEAR} from '../../src/registry/kernel_names.js';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {Device} from './device.js';
import {convSource, TILE} from './glsl/conv.js';
import type {Addressing, Products} from './glsl/conv.js';
import type {EpilogueKind} from './glsl/epilogue.js';
import {reloadImage, storeImage} from './glsl/store.js';
import {pixelsOf} from './image.js';
import type {ImageLayout} from './image.js';
import {blocksOf, filterRuns, imageRuns, layoutUniforms, loadFilter, loadImage, perGroup} from './load.js';
import type {Blocks} from './load.js';
import {resultsPerPhase, tapUniforms} from './plan.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import type {Draw} from './program.js';
import {fits, layoutRuns} from './runs.js';
import type {RunLayout, Runs, Scratch} from './runs.js';
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
  readonly addressing: Addressing;
}

/** Whether each result channel reads one source channel. */
function isElementwise({backward, geometry: g}: Plan): boolean {
  return isDepthwise(g) && (!backward || g.inChannels === g.outChannels);
}

/** Lines, where the textures can hold them. */
function addressingOf({source}: Plan, from: Blocks, filterLines: RunLayout): Addressing {
  return fits(imageRuns(source, from, 'lines')) && fits(filterLines) ? 'lines' : 'pixels';
}

/** The taps of a depthwise filter [taps, channels], which is an image too. */
const filterImage = ({geometry: g}: Plan): ImageLayout =>
    ({batch: 1, spatial: spatialSizes(g, 'kernel'), channels: g.outChannels, channelsLast: true});

export function channelsOf(plan: Plan): Channels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = blocksOf(1, result.channels, 1);
    const addressing = addressingOf(plan, blocks, imageRuns(filterImage(plan), blocks, 'lines'));
    return {
      products: 'depthwise', source: blocks, result: blocks, multiplier: result.channels / source.channels, addressing,
    };
  }
  // A block of the source meets four texels of the filter.
  const [from, to] = [blocksOf(groups, source.channels, 4), blocksOf(groups, result.channels, 1)];
  return {
    products: 'dense', multiplier: 1, source: from, result: to,
    addressing: addressingOf(plan, from, filterRuns(plan.geometry, to, from, 'lines')),
  };
}

/** The filter of a plan as the program reads it. */
function filterOf(device: Device, scratch: Scratch, filter: TensorInfo, plan: Plan, channels: Channels): Runs {
  const {products, source, result, addressing} = channels;
  return products === 'dense' ?
      loadFilter(device, scratch, filter, plan.geometry, plan.backward, result, source, addressing) :
      loadImage(device, scratch, filter, filterImage(plan), source, addressing);
}

/** Results, in tiles of which each texture holds one. */
interface Made {
  readonly textures: readonly Runs[];
  readonly tiles: number;
  readonly blocks: Blocks;
}

/**
 * A tensor of one value per channel, or of as many as channels before they count anew. `step` divides the first channel of
 * every block.
 */
function readPerChannel(
    device: Device, name: 'bias'|'slopes', tensor: TensorInfo|undefined, channels: number, step: number) {
  if (tensor === undefined) return undefined;
  const size = product(tensor.shape);
  const read = readTensor(device, name, tensor, step);
  const spread = size === 1 ? 'one' : size === channels ? 'channels' : 'period';
  return {...read, spread, size} as const;
}

/** The epilogue as a part of a program, with its uniforms. */
function epiloguePart(device: Device, {inputs, attrs}: Epilogue, channels: number, {groups, channelsPerGroup}: Blocks) {
  const step = groups === 1 ? 4 : channelsPerGroup;
  const bias = readPerChannel(device, 'bias', inputs.bias, channels, step);
  const slopes = readPerChannel(device, 'slopes', inputs.preluActivationWeights, channels, step);
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
  const part = epiloguePart(device, epilogue, plan.result.channels, channels.result);
  draw(device, {
    source: convSource({...channels, backward: plan.backward, epilogue: part.kind}),
    textures: {source: source.texture, filters: filters.texture, ...part.textures},
    ints: {
      ...part.ints, ...tapUniforms(plan), ...layoutUniforms('source', source), ...layoutUniforms('filters', filters),
      targetWidth: textures[0].width, blocks, blocksPerGroup, channelsPerGroup, tiles, results, fragments, groups,
      segments: channels.source.segments, perGroup: perGroup(channels.source),
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
  const phased = plan.phases.some(n => n > 1);
  // Where channelsLast the last axis of the shape has the channels.
  const paired = output.isPacked && channelsLast && channelsPerGroup % 2 === 0;
  draw(device, {
    source: storeImage({isPacked: output.isPacked, channelsLast, paired, phased, within: paired && !phased && outputShape[outputShape.length - 2] % 2 === 0}),
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
function reload(device: Device, scratch: Scratch, made: Made, plan: Plan, {source, multiplier, addressing}: Channels): Runs {
  const runs = scratch.make(imageRuns(plan.result, source, addressing));
  const {textures, ints} = madeUniforms(made);
  const {groups, channelsPerGroup} = source;
  const same = multiplier === 1 && channelsPerGroup === made.blocks.channelsPerGroup;
  draw(device, {
    source: reloadImage(same),
    textures,
    ints: {
      ...ints, targetWidth: runs.width, groups, perGroup: perGroup(source), zeroPixel: pixelsOf(plan.result), multiplier,
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
  const image = loadImage(device, scratch, source, plan.source, channels.source, channels.addressing, channels.multiplier);
  const filters = filterOf(device, scratch, filter, plan, channels);
  return store(device, plan, convolve(device, scratch, plan, channels, image, filters, epilogue), outputShape);
}

const NOTHING: Epilogue = {inputs: {}, attrs: LINEAR};

/** The result of a convolution of the result of another, which stays on the GPU as the first one made it. */
export function computeTwoStage(
    device: Device, scratch: Scratch, first: Plan, second: Plan, x: TensorInfo, filters: readonly [TensorInfo, TensorInfo],
    epilogue: Epilogue, outputShape: number[]): TensorInfo {
  const [to, from] = [channelsOf(first), channelsOf(second)];
  const image = loadImage(device, scratch, x, first.source, to.source, to.addressing, to.multiplier);
  const middle = convolve(
      device, scratch, first, to, image, filterOf(device, scratch, filters[0], first, to), NOTHING);
  const source = reload(device, scratch, middle, first, from);
  const made = convolve(
      device, scratch, second, from, source, filterOf(device, scratch, filters[1], second, from), epilogue);
  return store(device, second, made, outputShape);
}
