import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import {resultsPerPhase, singleTaps} from '../gpu/phase_plan.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import {capacityOf} from './device/texel_pool.js';
import type {OperandPlace, TexelPlace} from './device/texel_pool.js';
import {currentDevice} from './device/device.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import {convChannels, elementSteps, resultKind} from './texels/channels.js';
import type {ConvChannels} from './texels/channels.js';
import {readEpilogue} from './texels/epilogue.js';
import {filterPlace, filterTexelCount, filterTexels} from './texels/filter.js';
import {imageTexelCount, imageTexels, sourcePlace} from './texels/image.js';
import {tensorBinding, withOutput} from './texels/tensors.js';
import {isPhased, planUniforms} from './taps.js';
import {isInRows} from './wgsl/program.js';
import {tilesProgram} from './wgsl/tiles.js';
import type {TilesKind} from './wgsl/tiles.js';

/*
 * The variants `tiles`, which compute every convolution and input gradient: the source and the filter are laid out as
 * texels, and one dispatch computes tiles of all groups and phases and writes them to the tensor.
 */

/** How many results and blocks of four channels a tile has. */
export interface TileSize {
  readonly pixels: number;
  readonly blocks: number;
}

/**
 * The largest tiles, by where the operands are. Set by `npm run bench:webgpu` on SwiftShader, `-- --only 1x1` and `-- --gradients`:
 * eight by four load 24 texels for what eight by two load 32 for.
 */
const TILES: {readonly [P in OperandPlace]: TileSize} = {
  texture: {pixels: 8, blocks: 4},
  texels: {pixels: 4, blocks: 2},
};

/**
 * The most blocks of a tile where a tap adds up one block of source channels: more take longer at 7x7 stride 2, and gain nothing
 * where each channel is multiplied by itself, as they share no sources.
 */
const BLOCKS_OF_SHORT_SUMS = 2;

/** The tile, in textures, of results that are so few. */
const FEW = {pixels: 4, blocks: 4};

/** What a program is written for beyond what it has to compute. */
type Specialization = Pick<TilesKind, 'runs' | 'oneBlock' | 'single' | 'pixels' | 'blocks'>;

/**
 * One program for all calls of few products: it is compiled in a third of the time, some 150 ms less on SwiftShader, and such a
 * call takes a millisecond longer at most. Set by the time that `npx jest test/specs/conformance/webgpu_test.ts` takes, whose
 * cases are small.
 */
const GENERAL: Specialization = {runs: false, oneBlock: false, single: 0, pixels: 1, blocks: 1};

/** Products of texels and matrices that are few. */
const FEW_PRODUCTS = 2 ** 13;

/** How many blocks of a group's source channels are added up. */
const lengthOf = ({products, source}: ConvChannels): number => (products === 'dense' ? source.blocksPerGroup : 1);

/** How many products of texels and matrices a plan has. */
export function productsOf(plan: PhasePlan): number {
  const channels = convChannels(plan);
  const {groups, blocksPerGroup} = channels.result;
  const taps = product(spatialSizes(plan.geometry, 'kernel'));
  const results = resultsPerPhase(plan) * product(plan.phases);
  return results * groups * blocksPerGroup * lengthOf(channels) * taps;
}

export const hasFewProducts = (plan: PhasePlan): boolean => productsOf(plan) <= FEW_PRODUCTS;

function specialization(plan: PhasePlan, channels: ConvChannels, place: OperandPlace): Specialization {
  if (hasFewProducts(plan)) return GENERAL;
  const length = lengthOf(channels);
  const {pixels, blocks} = place === 'texture' && resultsPerPhase(plan) <= FEW.pixels ? FEW : TILES[place];
  return {
    runs: place === 'texels' || isInRows(4 * length),
    oneBlock: length === 1,
    single: leading(singleTaps(plan)),
    pixels: resultsPerPhase(plan) === 1 ? 1 : pixels,
    blocks: evenly(channels.result.blocksPerGroup, length === 1 ? Math.min(blocks, BLOCKS_OF_SHORT_SUMS) : blocks),
  };
}

/** How many each of the fewest parts has that have so many at most. */
const evenly = (all: number, most: number): number => Math.ceil(all / Math.ceil(all / most));

/** How many are true before the first that is not. */
const leading = (flags: readonly boolean[]): number => [...flags, false].indexOf(false);

/** Whether texels in such a place hold the source and the filter of a plan on the current device. */
export function holdsOperands(plan: PhasePlan, place: OperandPlace): boolean {
  const channels = convChannels(plan);
  const {source: blocks, multiplier} = channels;
  const device = currentDevice();
  return (
    imageTexelCount({image: plan.source, blocks, multiplier}) + blocks.blocksPerGroup <= capacityOf(device, place) &&
    filterTexelCount(plan, channels) <= capacityOf(device, filterPlace(place))
  );
}

/** What tiles are computed of and where they go. */
export interface TilesOperands {
  readonly plan: PhasePlan;
  readonly place: OperandPlace;
  readonly sourceAt: TexelPlace;
  readonly filtersAt: TexelPlace;
  readonly image: GPUBindingResource;
  readonly filters: GPUBindingResource;
  readonly epilogue: Pick<ReturnType<typeof readEpilogue>, 'kind' | 'uniforms'> & {
    readonly resources: readonly GPUBindingResource[];
  };
  readonly resultKind: TilesKind['result'];
  readonly result: GPUBindingResource;
  readonly tensors: readonly TensorInfo[];
}

/** The tiles of a plan: how many there are along the results of a phase, along the channels, and together. */
export function tileCounts(plan: PhasePlan, {pixels, blocks}: TileSize) {
  const {groups, blocksPerGroup} = convChannels(plan).result;
  const tiles = Math.ceil(resultsPerPhase(plan) / pixels);
  const columnsPerGroup = Math.ceil(blocksPerGroup / blocks);
  const columns = groups * columnsPerGroup;
  return {tiles, columnsPerGroup, columns, all: product(plan.phases) * tiles * columns};
}

/** What programs read of the tiles of a plan, see wgsl/tiling.ts. */
export function tilingUniforms(plan: PhasePlan, size: TileSize) {
  const {source, result} = convChannels(plan);
  const {tiles, columnsPerGroup, columns} = tileCounts(plan, size);
  return {
    ...planUniforms(plan),
    columns,
    columnsPerGroup,
    blocksPerGroup: result.blocksPerGroup,
    channelsPerGroup: result.channelsPerGroup,
    sourceBlocks: source.blocksPerGroup,
    groups: source.groups,
    tiles,
    results: resultsPerPhase(plan),
    resultSize: plan.result.spatial,
    resultStep: plan.resultStep,
    ...elementSteps(plan.result),
  };
}

/** One dispatch that computes all results of a plan. */
export function dispatchTiles(device: Device, operands: TilesOperands): void {
  const {plan, place, sourceAt, filtersAt, image, filters, epilogue, result: to, tensors} = operands;
  const channels = convChannels(plan);
  const {products, source: blocks, multiplier} = channels;
  const special = specialization(plan, channels, place);
  dispatch(device, {
    program: tilesProgram({
      reader: sourceAt,
      filters: filtersAt,
      products,
      zeros: place === 'texture',
      phased: isPhased(plan),
      result: operands.resultKind,
      epilogue: epilogue.kind,
      ...special,
    }),
    resources: [image, filters, ...epilogue.resources, to],
    tensors,
    uniforms: {
      ...tilingUniforms(plan, special),
      ...epilogue.uniforms,
      zeroAt: imageTexelCount({image: plan.source, blocks, multiplier}),
    },
    count: tileCounts(plan, special).all,
  });
}

/** The result of a convolution or input gradient, its operands in texels of a place. */
export const computeTiles =
  (place: OperandPlace) =>
  ({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo =>
    withOutput(device, [source, filter], outputShape, (output, scratch) => {
      const channels = convChannels(plan);
      const [sourceAt, filtersAt] = [sourcePlace(place), filterPlace(place)];
      const epilogueRead = readEpilogue(scratch, epilogue);
      dispatchTiles(device, {
        plan,
        place,
        sourceAt,
        filtersAt,
        image: imageTexels(scratch, source, sourceAt, {
          image: plan.source,
          blocks: channels.source,
          multiplier: channels.multiplier,
          zeros: place === 'texture' ? lengthOf(channels) : 0,
        }),
        filters: filterTexels(scratch, filter, filtersAt, plan, channels),
        epilogue: epilogueRead,
        resultKind: resultKind(plan.result, channels.result),
        result: tensorBinding(device, output),
        tensors: [source, filter, ...epilogueRead.tensors, output],
      });
    });
