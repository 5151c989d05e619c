import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {dispatch} from '../device/dispatch.js';
import {areFiltersHalf} from '../device/flags.js';
import type {Scratch} from '../device/scratch.js';
import type {OperandPlace, TexelPlace} from '../device/texel_pool.js';
import {filterProgram} from '../wgsl/filter.js';
import type {ConvChannels} from './channels.js';
import {keptImageTexels} from './image.js';
import type {ImageTexels} from './image.js';
import {packedTexels, WRITERS} from './packed.js';
import {inputBinding} from './tensors.js';

/** Where the filter of programs is whose source is in such a place. */
export const filterPlace = <P extends OperandPlace>(place: P): P | 'halfTexels' =>
  areFiltersHalf() ? 'halfTexels' : place;

/** Source channels of a group in a packed filter. */
const sourceLength = ({products, source: {blocksPerGroup}}: ConvChannels): number =>
  products === 'dense' ? 4 * blocksPerGroup : 1;

export const filterTexelCount = (plan: PhasePlan, channels: ConvChannels): number =>
  channels.result.groups *
  channels.result.blocksPerGroup *
  product(spatialSizes(plan.geometry, 'kernel')) *
  sourceLength(channels);

/** Where the weights are in the tensor [taps, channels of a group, outChannels] of a dense filter; see wgsl/filter.ts. */
export function filterUniforms({backward, geometry: g}: PhasePlan, channels: ConvChannels) {
  const {source, result} = channels;
  const inPerGroup = g.inChannels / g.groups;
  const [inStep, outStep] = [g.outChannels, 1];
  return {
    blocks: result.blocksPerGroup,
    taps: product(spatialSizes(g, 'kernel')),
    sourceLength: sourceLength(channels),
    sourcePerGroup: source.channelsPerGroup,
    resultPerGroup: result.channelsPerGroup,
    tapStep: inPerGroup * g.outChannels,
    groupStep: g.outChannels / g.groups,
    sourceStep: backward ? outStep : inStep,
    resultStep: backward ? inStep : outStep,
  };
}

/** A filter of channels by themselves: an image of its taps. */
function filterImage(plan: PhasePlan, {result}: ConvChannels): ImageTexels {
  const spatial = spatialSizes(plan.geometry, 'kernel');
  const image = {batch: 1, spatial, channels: result.channelsPerGroup, channelsLast: true};
  return {image, blocks: result, multiplier: 1, zeros: 0};
}

/** The texels of a filter as tiles and rows read it. */
export function filterTexels(
  scratch: Scratch,
  filter: TensorInfo,
  place: TexelPlace,
  plan: PhasePlan,
  channels: ConvChannels,
): GPUBindingResource {
  if (channels.products === 'depthwise') return keptImageTexels(scratch, filter, place, filterImage(plan, channels));
  const {device} = scratch;
  const uniforms = filterUniforms(plan, channels);
  const count = filterTexelCount(plan, channels);
  return packedTexels(scratch, filter, JSON.stringify([place, uniforms]), {place, count}, ({binding}) =>
    dispatch(device, {
      program: filterProgram({to: WRITERS[place]}),
      resources: [inputBinding(scratch, filter), binding],
      tensors: [filter],
      uniforms,
      count,
    }),
  );
}
