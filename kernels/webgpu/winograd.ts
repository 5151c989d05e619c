import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import type {Scratch} from './device/scratch.js';
import {isPhased, planUniforms} from './taps.js';
import {convChannels, elementSteps, resultKind} from './texels/channels.js';
import type {ChannelBlocks, ConvChannels} from './texels/channels.js';
import {readEpilogue} from './texels/epilogue.js';
import {filterUniforms} from './texels/filter.js';
import {imageTexelCount, imageTexels} from './texels/image.js';
import {packedTexels} from './texels/packed.js';
import {inputBinding, tensorBinding, withOutput} from './texels/tensors.js';
import {dispatchTiles} from './tiles.js';
import {planesOf, productsPlan, slicesOf, tilesAtOnce, WINOGRAD} from './winograd_tiling.js';
import {winogradFilterProgram} from './wgsl/winograd/filter.js';
import {winogradInputProgram} from './wgsl/winograd/input.js';
import {winogradOutputProgram} from './wgsl/winograd/output.js';
import {winogradRepairProgram} from './wgsl/winograd/repair.js';
import {POSITIONS} from './wgsl/winograd/transform.js';

/*
 * The variant `winograd_textures`: tiles of 6 x 6 sources are transformed (wgsl/winograd/transform.ts), multiplied at each of
 * their 36 positions, and transformed to 4 x 4 results. The products are a convolution of its own, whose pixels are tiles and
 * which has 36 times as many groups; the taps of the depth are its taps. Tiles that are not finite are computed again by the
 * definition. Elements that a dilation apart form tiles, so that a dilated convolution has as many phases.
 */

const NO_EPILOGUE = {
  kind: {bias: false, slopes: false, activation: 'linear'},
  resources: [],
  uniforms: {biasSize: 1, slopesSize: 1, alpha: 0},
} as const;

/** The transformed filter, as tiles of the products' plan read it. */
function transformedFilter(
  scratch: Scratch,
  filter: TensorInfo,
  plan: PhasePlan,
  channels: ConvChannels,
): GPUBindingResource {
  const {taps, ...uniforms} = filterUniforms(plan, channels);
  const planes = taps / 9;
  const {groups} = channels.result;
  const [firstTap, nextTap] = plan.backward ? [8, -1] : [0, 1];
  const threads = groups * uniforms.blocks * planes * uniforms.sourceLength;
  const form = JSON.stringify([WINOGRAD, plan.backward, uniforms]);
  return packedTexels(scratch, filter, form, {place: 'texture', count: POSITIONS * threads}, ({binding}) =>
    dispatch(scratch.device, {
      program: winogradFilterProgram(undefined),
      resources: [inputBinding(scratch, filter), binding],
      tensors: [filter],
      uniforms: {...uniforms, groups, planes, firstTap, nextTap},
      count: threads,
    }),
  );
}

/** Where the weights of the filter are, and the source's blocks, as wgsl/winograd/repair.ts reads them. */
function weightSteps(plan: PhasePlan, channels: ConvChannels) {
  const {tapStep, groupStep, sourceStep, resultStep, sourcePerGroup} = filterUniforms(plan, channels);
  const {groups, blocksPerGroup} = channels.source;
  return {
    tapStride: tapStep,
    groupStride: groupStep,
    sourceStride: sourceStep,
    resultStride: resultStep,
    sourcePerGroup,
    sourceBlocks: blocksPerGroup,
    sourceBlocksOfAll: groups * blocksPerGroup,
  };
}

/** The result of a convolution or input gradient by tiles. */
export function computeWinograd({
  device,
  plan,
  source,
  filter,
  epilogue,
  outputShape,
}: PlannedConv<Device>): TensorInfo {
  return withOutput(device, [source, filter], outputShape, (output, scratch) => {
    const channels = convChannels(plan);
    const blocksOf = ({groups, blocksPerGroup}: ChannelBlocks): number => groups * blocksPerGroup;
    const [sourceBlocks, resultBlocks] = [blocksOf(channels.source), blocksOf(channels.result)];
    const [sourcePlanes, resultPlanes] = [planesOf(plan.source), planesOf(plan.result)];
    const contents = {image: plan.source, blocks: channels.source, multiplier: 1, zeros: 1};
    const image = imageTexels(scratch, source, 'texture', contents);
    const weights = inputBinding(scratch, filter);
    const filters = transformedFilter(scratch, filter, plan, channels);
    const {kind, tensors, resources, uniforms} = readEpilogue(scratch, epilogue);
    const most = tilesAtOnce(plan, channels);
    const transformed = scratch.texels('texture', (sourcePlanes * most + 1) * POSITIONS * sourceBlocks).binding;
    const products = scratch.texels('texture', resultPlanes * most * POSITIONS * resultBlocks).binding;
    const marks = scratch.texels('texels', Math.ceil((resultPlanes * most * resultBlocks) / 4)).binding;
    const result = tensorBinding(device, output);
    const stored = {result: resultKind(plan.result, channels.result), epilogue: kind};
    const inputUniforms = {
      planes: sourcePlanes,
      channelBlocks: sourceBlocks,
      sourceSize: plan.source.spatial,
      start: plan.geometry.axes.map(({padBefore, dilation}) => (plan.backward ? padBefore - 2 * dilation : -padBefore)),
      zeroAt: imageTexelCount(contents),
    };
    const outputUniforms = {
      ...uniforms,
      ...elementSteps(plan.result),
      planes: resultPlanes,
      channelBlocks: resultBlocks,
      resultSize: plan.result.spatial,
      blocksPerGroup: channels.result.blocksPerGroup,
      channelsPerGroup: channels.result.channelsPerGroup,
    };
    const weightUniforms = weightSteps(plan, channels);
    for (const tiles of slicesOf(plan, most)) {
      dispatch(device, {
        program: winogradInputProgram(undefined),
        resources: [image, transformed],
        tensors: [],
        uniforms: {...tiles, ...inputUniforms},
        count: (sourcePlanes * tiles.tiles + 1) * sourceBlocks,
      });
      dispatchTiles(device, {
        plan: productsPlan(plan, tiles.tiles),
        place: 'texture',
        sourceAt: 'texture',
        filtersAt: 'texture',
        image: transformed,
        filters,
        epilogue: NO_EPILOGUE,
        resultKind: 'writeTexture',
        result: products,
        tensors: [],
      });
      const count = resultPlanes * tiles.tiles * resultBlocks;
      dispatch(device, {
        program: winogradOutputProgram(stored),
        resources: [products, marks, ...resources, result],
        tensors: [...tensors, output],
        uniforms: {...tiles, ...outputUniforms},
        count,
      });
      dispatch(device, {
        program: winogradRepairProgram({...stored, phased: isPhased(plan)}),
        resources: [image, weights, marks, ...resources, result],
        tensors: [filter, ...tensors, output],
        uniforms: {...tiles, ...outputUniforms, ...planUniforms(plan), ...weightUniforms, resultStep: plan.resultStep},
        count,
      });
    }
  });
}
