import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {dispatch, isCompileOnly} from '../device/dispatch.js';
import {areFiltersHalf} from '../device/flags.js';
import type {Scratch} from '../device/scratch.js';
import type {TexelSize} from '../device/device.js';
import type {OperandPlace, TexelPlace, Texels} from '../device/texel_pool.js';
import {filterProgram} from '../wgsl/filter.js';
import type {FilterKind} from '../wgsl/filter.js';
import type {ConvChannels} from './channels.js';
import {inputBinding} from './tensors.js';

/** Where the filter of programs is whose source is in such a place. */
export const filterPlace = (place: OperandPlace): TexelPlace => (areFiltersHalf() ? 'halfTexels' : place);

const WRITERS: {readonly [P in TexelPlace]: FilterKind['to']} = {
  texels: 'writeTexels',
  halfTexels: 'writeHalfTexels',
  texture: 'writeTexture',
};

/** Source channels of a group in a packed filter. */
const sourceLength = ({products, source: {blocksPerGroup}}: ConvChannels): number =>
  products === 'dense' ? 4 * blocksPerGroup : 1;

export const filterTexelCount = (plan: PhasePlan, channels: ConvChannels): number =>
  channels.result.groups *
  channels.result.blocksPerGroup *
  product(spatialSizes(plan.geometry, 'kernel')) *
  sourceLength(channels);

/** Where the weights are in the tensor [taps, channels of a group, outChannels]; see wgsl/filter.ts. */
export function filterUniforms({backward, geometry: g}: PhasePlan, channels: ConvChannels) {
  const {products, source, result} = channels;
  const inPerGroup = g.inChannels / g.groups;
  const [inStep, outStep] = [g.outChannels, 1];
  const isDense = products === 'dense';
  return {
    blocks: result.blocksPerGroup,
    taps: product(spatialSizes(g, 'kernel')),
    sourceLength: sourceLength(channels),
    sourcePerGroup: isDense ? source.channelsPerGroup : 1,
    resultPerGroup: result.channelsPerGroup,
    tapStep: inPerGroup * g.outChannels,
    groupStep: g.outChannels / g.groups,
    sourceStep: isDense && backward ? outStep : inStep,
    resultStep: isDense && backward ? inStep : outStep,
  };
}

/** The texels of a filter, which `pack` packs at its first use; they are kept by the tensor's data and by what they hold. */
export function packedTexels(
  scratch: Scratch,
  filter: TensorInfo,
  form: string,
  {place, count}: TexelSize,
  pack: (texels: Texels) => void,
): GPUBindingResource {
  // Programs that are only compiled pack nothing.
  if (isCompileOnly()) {
    const texels = scratch.texels(place, count);
    pack(texels);
    return texels.binding;
  }
  const {filters} = scratch.device;
  return (filters.find(filter.dataId, form) ?? filters.add(filter.dataId, form, {place, count}, pack)).binding;
}

/** The texels of a filter as tiles read it. */
export function filterTexels(
  scratch: Scratch,
  filter: TensorInfo,
  place: TexelPlace,
  plan: PhasePlan,
  channels: ConvChannels,
): GPUBindingResource {
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
