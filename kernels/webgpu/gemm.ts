import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import {isForced} from '../../src/registry/select.js';
import {resultsPerPhase} from '../gpu/phase_plan.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import {isSoftware} from './device/device.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import {isPhased} from './taps.js';
import {convChannels, resultKind} from './texels/channels.js';
import {readEpilogue} from './texels/epilogue.js';
import {filterPlace, filterTexels} from './texels/filter.js';
import {imageTexels, sourcePlace} from './texels/image.js';
import {tensorBinding, withOutput} from './texels/tensors.js';
import {hasFewProducts, holdsOperands, tileCounts, tilingUniforms} from './tiles.js';
import type {TileSize} from './tiles.js';
import {gemmProgram, SIDE} from './wgsl/gemm.js';

/*
 * The variant `gemm`: what `tiles` compute, by workgroups that share what they load. Nothing here was measured on a GPU; see
 * docs/decisions.md.
 */

export const GEMM = 'gemm';

/** What a thread computes: 64 by 64 results a workgroup, or 32 by 32 where these are too few. */
const LARGE: TileSize = {pixels: 8, blocks: 2};
const SMALL: TileSize = {pixels: 4, blocks: 1};

/** Workgroups that keep a GPU busy, as ONNX Runtime takes them. */
const BUSY = 128;

/** Of the products of a tile, how many are some of the convolution at least; of large ones more, as small ones waste less. */
const LEAST_USED = 1 / 2;
const LEAST_USED_OF_LARGE = 3 / 4;

/** Blocks of source channels, of all taps, that are added up at least. */
const FEWEST_TERMS = 4;

const ofWorkgroup = ({pixels, blocks}: TileSize): TileSize => ({pixels: SIDE * pixels, blocks: SIDE * blocks});

/** The part of the tiles' products that are some of the convolution. */
function usedPart(plan: PhasePlan, size: TileSize): number {
  const {pixels, blocks} = ofWorkgroup(size);
  const {tiles, columnsPerGroup} = tileCounts(plan, {pixels, blocks});
  const {blocksPerGroup} = convChannels(plan).result;
  return (resultsPerPhase(plan) / (tiles * pixels)) * (blocksPerGroup / (columnsPerGroup * blocks));
}

const sizeOf = (plan: PhasePlan): TileSize =>
  tileCounts(plan, ofWorkgroup(LARGE)).all >= BUSY && usedPart(plan, LARGE) >= LEAST_USED_OF_LARGE ? LARGE : SMALL;

function pays(plan: PhasePlan): boolean {
  const terms = product(spatialSizes(plan.geometry, 'kernel')) * convChannels(plan).source.blocksPerGroup;
  return !hasFewProducts(plan) && terms >= FEWEST_TERMS && usedPart(plan, sizeOf(plan)) >= LEAST_USED;
}

/** Whether workgroups compute a plan on the current device, on a GPU or where they are asked for. */
export const takesGemm = (plan: PhasePlan): boolean =>
  convChannels(plan).products === 'dense' &&
  (isForced(GEMM) || (!isSoftware() && pays(plan))) &&
  holdsOperands(plan, 'texels');

/** The result of a convolution or input gradient. */
export const computeGemm = ({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo =>
  withOutput(device, [source, filter], outputShape, (output, scratch) => {
    const channels = convChannels(plan);
    const {source: blocks, multiplier} = channels;
    const [sourceAt, filters] = [sourcePlace('texels'), filterPlace('texels')];
    const {kind, tensors, resources, uniforms} = readEpilogue(scratch, epilogue);
    const size = sizeOf(plan);
    const tile = ofWorkgroup(size);
    dispatch(device, {
      program: gemmProgram({
        source: sourceAt,
        filters,
        phased: isPhased(plan),
        result: resultKind(plan.result, channels.result),
        epilogue: kind,
        ...size,
      }),
      resources: [
        imageTexels(scratch, source, sourceAt, {image: plan.source, blocks, multiplier, zeros: 0}),
        filterTexels(scratch, filter, filters, plan, channels),
        ...resources,
        tensorBinding(device, output),
      ],
      tensors: [source, filter, ...tensors, output],
      uniforms: {...tilingUniforms(plan, tile), ...uniforms},
      count: tileCounts(plan, tile).all,
    });
  });
