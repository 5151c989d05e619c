import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isDepthwise, product, spatialSizes, yShape} from '../../src/geometry/conv.js';
import {LINEAR} from '../../src/registry/kernel_names.js';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {Device} from './device.js';
import {convSource, TILE} from './glsl/conv.js';
import type {Addressing, Products} from './glsl/conv.js';
import type {EpilogueKind} from './glsl/epilogue.js';
import {reloadImage, storeImage} from './glsl/store.js';
import type {StoreKind} from './glsl/store.js';
import {pixelsOf} from './image.js';
import type {ImageLayout} from './image.js';
import {blocksOf, filterRuns, imageRuns, layoutUniforms, loadFilter, loadImage, perGroup} from './load.js';
import type {Blocks} from './load.js';
import {isCropped, partsOf, planOf, sourceRanges, wholeOf} from './parts.js';
import type {Part, TooLarge} from './parts.js';
import {resultsPerPhase, tapUniforms} from './plan.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import type {Draw} from './program.js';
import {fits, layoutRuns, withScratch} from './runs.js';
import type {RunLayout, Runs, Scratch} from './runs.js';
import {readTensor, withOutput} from './tensors.js';
import type {Output} from './tensors.js';

/*
 * The steps of a convolution or input gradient: load, convolve, store.
 */

/** Bias and activation of a convolution. */
export interface Epilogue {
  readonly inputs: EpilogueInputs;
  readonly attrs: EpilogueAttrs;
}

/** Which channels meet: those of a group, or each with itself, where groups are nothing to count. */
interface Channels {
  readonly products: Products;
  readonly source: Blocks;
  readonly result: Blocks;
  /** How often each channel of the source comes. */
  readonly multiplier: number;
}

/** A part of a convolution, ready to be made. */
interface Job {
  /** Of the whole. */
  readonly whole: Plan;
  readonly plan: Plan;
  readonly part: Part;
  readonly channels: Channels;
  readonly addressing: Addressing;
}

/** Whether each result channel reads one source channel. */
const isElementwise = ({backward, geometry: g}: Plan): boolean =>
    isDepthwise(g) && (!backward || g.inChannels === g.outChannels);

function channelsOf(plan: Plan): Channels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = blocksOf(1, result.channels, 1);
    return {products: 'depthwise', source: blocks, result: blocks, multiplier: result.channels / source.channels};
  }
  // A block of the source meets four texels of the filter.
  return {
    products: 'dense', multiplier: 1,
    source: blocksOf(groups, source.channels, 4), result: blocksOf(groups, result.channels, 1),
  };
}

/** The taps of a depthwise filter [taps, channels], which is an image too. */
const filterImage = ({geometry: g}: Plan): ImageLayout =>
    ({batch: 1, spatial: spatialSizes(g, 'kernel'), channels: g.outChannels, channelsLast: true});

const filterLayout = (plan: Plan, {products, source}: Channels, blocks: number, addressing: Addressing): RunLayout =>
    products === 'dense' ? filterRuns(plan.geometry, blocks, source, addressing) :
                           imageRuns(filterImage(plan), source, addressing);

const tilesOf = (plan: Plan): number => Math.ceil(resultsPerPhase(plan) / TILE);

const madeLayout = (plan: Plan, {blocks}: Part): RunLayout =>
    layoutRuns(product(plan.phases) * tilesOf(plan) * blocks.count, 1);

/** Lines, where the textures can hold them. */
function jobOf(whole: Plan, channels: Channels, part: Part): Job {
  const plan = planOf(whole, part);
  const lines = fits(imageRuns(plan.source, channels.source, 'lines')) &&
      fits(filterLayout(plan, channels, part.blocks.count, 'lines'));
  return {whole, plan, part, channels, addressing: lines ? 'lines' : 'pixels'};
}

function fitOf({plan, part, channels, addressing}: Job): TooLarge|'fits' {
  if (!fits(filterLayout(plan, channels, part.blocks.count, addressing))) return 'filter';
  return fits(imageRuns(plan.source, channels.source, addressing)) && fits(madeLayout(plan, part)) ? 'fits' : 'images';
}

/** The parts of a convolution, of which there is one if the device's textures hold it. */
function jobsOf(plan: Plan): Job[] {
  const channels = channelsOf(plan);
  const parts = partsOf(
      wholeOf(plan, channels.result), channels.result, part => fitOf(jobOf(plan, channels, part)));
  return parts.map(part => jobOf(plan, channels, part));
}

/** The source of a part, out of a tensor. */
function sourceOf(device: Device, scratch: Scratch, tensor: TensorInfo, {whole, plan, part, channels, addressing}: Job): Runs {
  const [depth, height, width] = sourceRanges(whole, part).map(({from}) => from);
  const crop = {part: plan.source, batchFrom: part.batch.from, from: [depth, height, width]} as const;
  return loadImage(device, scratch, tensor, whole.source, channels.source, addressing, channels.multiplier, crop);
}

/** The filter of a part as the program reads it. */
function filterOf(device: Device, scratch: Scratch, filter: TensorInfo, {plan, part, channels, addressing}: Job): Runs {
  const {products, source, result} = channels;
  return products === 'dense' ?
      loadFilter(device, scratch, filter, plan.geometry, plan.backward, result, part.blocks, source, addressing) :
      loadImage(device, scratch, filter, filterImage(plan), source, addressing);
}

/** Results, in tiles of which each texture holds one. */
type Made = readonly Runs[];

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
function convolve(device: Device, scratch: Scratch, job: Job, source: Runs, filters: Runs, epilogue: Epilogue): Made {
  const {whole, plan, part, channels, addressing} = job;
  const layout = madeLayout(plan, part);
  const made = Array.from({length: TILE}, () => scratch.make(layout));
  const end = epiloguePart(device, epilogue, plan.result.channels, channels.result);
  const {groups, blocksPerGroup, channelsPerGroup} = channels.result;
  const tiles = tilesOf(plan);
  draw(device, {
    source: convSource({products: channels.products, addressing, backward: plan.backward, epilogue: end.kind}),
    textures: {source: source.texture, filters: filters.texture, ...end.textures},
    ints: {
      ...end.ints, ...tapUniforms(plan), ...layoutUniforms('source', source), ...layoutUniforms('filters', filters),
      targetWidth: made[0].width, blocks: part.blocks.count, firstBlock: part.blocks.from, blocksPerGroup,
      channelsPerGroup, tiles, results: resultsPerPhase(plan),
      fragments: product(plan.phases) * tiles * part.blocks.count, groups, segments: channels.source.segments,
      perGroup: perGroup(channels.source),
      shift: sourceRanges(whole, part).map(({from}, a) => part.grid[a].from * plan.sourceStep[a] - from),
    },
    floats: end.floats,
  }, made);
  return made;
}

const madeUniforms = (made: Made, {plan, part, channels}: Job): Pick<Draw, 'textures'|'ints'> => ({
  textures: Object.fromEntries(made.map(({texture}, i) => [`made${i}`, texture])),
  ints: {
    blocks: part.blocks.count, firstBlock: part.blocks.from, blocksPerGroup: channels.result.blocksPerGroup,
    channelsPerGroup: channels.result.channelsPerGroup, tiles: tilesOf(plan),
  },
});

/** Which program writes a part of a result. */
function storeKind({isPacked, info: {shape}}: Output, {whole, part, channels}: Job): StoreKind {
  const {channelsLast} = whole.result;
  const {blocks} = wholeOf(whole, channels.result);
  const phased = whole.phases.some(n => n > 1);
  const results = isCropped(part, whole) || part.blocks.count < blocks.count ? 'part' : phased ? 'phases' : 'onePhase';
  // Where channelsLast the last axis of the shape has the channels.
  const paired = isPacked && channelsLast && channels.result.channelsPerGroup % 2 === 0;
  return {
    isPacked, channelsLast, paired, results,
    within: paired && results === 'onePhase' && shape[shape.length - 2] % 2 === 0,
  };
}

/** Writes a part of a result. */
function store(device: Device, output: Output, job: Job, made: Made): void {
  const {whole, plan, part} = job;
  const {textures, ints} = madeUniforms(made, job);
  const {spatial, channels} = whole.result;
  draw(device, {
    source: storeImage(storeKind(output, job)),
    textures,
    ints: {
      ...ints, ...output.ints, targetWidth: output.target.width, channels, imagePixels: product(spatial),
      imageSize: spatial, phases: plan.phases, grid: plan.grid, stride: plan.resultStep,
      batchFrom: part.batch.from, batch: part.batch.count, gridFrom: part.grid.map(({from}) => from),
    },
  }, [output.target]);
}

/** Lays results out as the source of another convolution. */
function reload(device: Device, scratch: Scratch, made: Made, from: Job, {channels: {source, multiplier}, addressing}: Job): Runs {
  const image = from.plan.result;
  const runs = scratch.make(imageRuns(image, source, addressing));
  const {textures, ints} = madeUniforms(made, from);
  const {groups, channelsPerGroup} = source;
  const sameBlocks = multiplier === 1 && channelsPerGroup === from.channels.result.channelsPerGroup;
  draw(device, {
    source: reloadImage(sameBlocks),
    textures,
    ints: {
      ...ints, targetWidth: runs.width, groups, perGroup: perGroup(source), zeroPixel: pixelsOf(image), multiplier,
      sourcePerGroup: channelsPerGroup,
    },
  }, [runs]);
  return runs;
}

/** The result of a convolution or input gradient. */
export function computeConv(
    device: Device, plan: Plan, source: TensorInfo, filter: TensorInfo, epilogue: Epilogue,
    outputShape: number[]): TensorInfo {
  return withOutput(device, outputShape, output => jobsOf(plan).forEach(job => withScratch(device, scratch => {
    const image = sourceOf(device, scratch, source, job);
    const filters = filterOf(device, scratch, filter, job);
    store(device, output, job, convolve(device, scratch, job, image, filters, epilogue));
  })));
}

const NOTHING: Epilogue = {inputs: {}, attrs: LINEAR};

/** The result of a convolution of the result of another, which stays in the textures where the first one made it. */
function computeAtOnce(
    device: Device, first: Job, second: Job, x: TensorInfo, filters: readonly [TensorInfo, TensorInfo],
    epilogue: Epilogue, outputShape: number[]): TensorInfo {
  return withOutput(device, outputShape, output => withScratch(device, scratch => {
    const image = sourceOf(device, scratch, x, first);
    const middle = convolve(device, scratch, first, image, filterOf(device, scratch, filters[0], first), NOTHING);
    const source = reload(device, scratch, middle, first, second);
    const made = convolve(device, scratch, second, source, filterOf(device, scratch, filters[1], second), epilogue);
    store(device, output, second, made);
  }));
}

/** Two convolutions; the middle result is a tensor where they have to be made in parts. */
export function computeTwoStage(
    device: Device, first: Plan, second: Plan, x: TensorInfo, filters: readonly [TensorInfo, TensorInfo],
    epilogue: Epilogue, outputShape: number[]): TensorInfo {
  const [firstJobs, secondJobs] = [jobsOf(first), jobsOf(second)];
  if (firstJobs.length === 1 && secondJobs.length === 1) {
    return computeAtOnce(device, firstJobs[0], secondJobs[0], x, filters, epilogue, outputShape);
  }
  const middle = computeConv(device, first, x, filters[0], NOTHING, yShape(first.geometry));
  try {
    return computeConv(device, second, middle, filters[1], epilogue, outputShape);
  } finally {
    device.backend.disposeIntermediateTensorInfo(middle);
  }
}
