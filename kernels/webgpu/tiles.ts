import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {resultsPerPhase, singleTaps} from '../gpu/phase_plan.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import {capacityOf} from './device/texel_pool.js';
import type {TexelPlace} from './device/texel_pool.js';
import {currentDevice} from './device/device.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import {convChannels, elementSteps, isAligned} from './texels/channels.js';
import {readEpilogue} from './texels/epilogue.js';
import {filterTexelCount, filterTexels} from './texels/filter.js';
import {imageTexelCount, imageTexels} from './texels/image.js';
import {tensorBinding, withOutput} from './texels/tensors.js';
import {isInRows} from './wgsl/program.js';
import {tapUniforms} from '../gpu/uniforms.js';
import {tilesProgram} from './wgsl/tiles.js';

/*
 * The variants `tiles`, which compute every convolution and input gradient: the source and the filter are laid out as
 * texels, and one dispatch computes tiles of all groups and phases and writes them to the tensor.
 */

/** Results of a tile, by where the operands are. Set by `npm run bench:webgpu` on SwiftShader. */
const PIXELS: {readonly [P in TexelPlace]: number} = {texture: 8, texels: 4};

/** Blocks of four channels of a tile, set as the above. */
const BLOCKS = 2;

/** Whether texels in such a place hold the source and the filter of a plan on the current device. */
export function holdsOperands(plan: PhasePlan, place: TexelPlace): boolean {
  const channels = convChannels(plan);
  const {source: blocks, multiplier} = channels;
  const capacity = capacityOf(currentDevice(), place);
  return (
    imageTexelCount({image: plan.source, blocks, multiplier}) + blocks.blocksPerGroup <= capacity &&
    filterTexelCount(plan, channels) <= capacity
  );
}

/** The result of a convolution or input gradient, its operands in texels of a place. */
export const computeTiles =
  (place: TexelPlace) =>
  ({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo =>
    withOutput(device, [source, filter], outputShape, (output, scratch) => {
      const channels = convChannels(plan);
      const {products, source: sourceBlocks, result, multiplier} = channels;
      const length = products === 'dense' ? sourceBlocks.blocksPerGroup : 1;
      const contents = {
        image: plan.source,
        blocks: sourceBlocks,
        multiplier,
        zeros: place === 'texture' ? length : 0,
      };
      const image = imageTexels(scratch, source, place, contents);
      const filters = filterTexels(scratch, filter, place, plan, channels);
      const {kind, tensors, resources, uniforms} = readEpilogue(scratch, epilogue);
      const blocks = Math.min(BLOCKS, result.blocksPerGroup);
      const aligned = isAligned(plan.result, result);
      const results = resultsPerPhase(plan);
      const pixels = results === 1 ? 1 : PIXELS[place];
      const tiles = Math.ceil(results / pixels);
      const columnsPerGroup = Math.ceil(result.blocksPerGroup / blocks);
      const columns = result.groups * columnsPerGroup;
      dispatch(device, {
        program: tilesProgram({
          reader: place,
          products,
          runs: place === 'texels' || isInRows(4 * length),
          zeros: place === 'texture',
          oneBlock: length === 1,
          backward: plan.backward,
          single: singleTaps(plan),
          aligned,
          pixels,
          blocks,
          epilogue: kind,
        }),
        resources: [image, filters, ...resources, tensorBinding(device, output)],
        tensors: [source, filter, ...tensors, output],
        uniforms: {
          ...tapUniforms(plan),
          ...uniforms,
          columns,
          columnsPerGroup,
          blocksPerGroup: result.blocksPerGroup,
          channelsPerGroup: result.channelsPerGroup,
          sourceBlocks: sourceBlocks.blocksPerGroup,
          zeroAt: imageTexelCount(contents),
          groups: sourceBlocks.groups,
          tiles,
          results,
          resultSize: plan.result.spatial,
          resultStep: plan.resultStep,
          ...elementSteps(plan.result),
        },
        count: product(plan.phases) * tiles * columns,
      });
    });
