import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelTable, Variant} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {isForced} from '../../src/registry/select.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {conv2DTransposeMatrixOf, convMatrixOf} from '../gpu/conv_matrix.js';
import type {MatrixGpu} from '../gpu/conv_matrix.js';
import {convNDBackpropInputOf, convNDOf} from '../gpu/planned_conv.js';
import type {PlanVariant} from '../gpu/planned_conv.js';
import {computeDepthwiseRows, takesRows} from './depthwise_rows.js';
import {computeDirect, computeDirectGradient} from './direct.js';
import {deviceOf, isSoftware} from './device/device.js';
import type {Device} from './device/device.js';
import {areActivationsHalf} from './device/flags.js';
import type {OperandPlace} from './device/texel_pool.js';
import {computeFilterGradient, holdsImages} from './filter_gradient.js';
import {computeGemm, GEMM, takesGemm} from './gemm.js';
import {makeMatrix} from './matrix.js';
import {computeTiles, holdsOperands} from './tiles.js';
import {computeWinograd} from './winograd.js';
import {takesWinograd, WINOGRAD} from './winograd_tiling.js';

/** Whether a variant should run that reads textures, which hold float32: where they are faster than buffers, or where it is asked for. */
const prefersTextures = (name: string): boolean => (isSoftware() && !areActivationsHalf()) || isForced(name);

const DEPTHWISE_ROWS_TEXTURES = 'depthwise_rows_textures';
const TILES_TEXTURES = 'tiles_textures';
const SLICES_TEXTURES = 'slices_textures';

/** The variants of ConvND and ConvNDBackpropInput, in order of preference. */
const PLAN_VARIANTS: readonly PlanVariant<Device>[] = [
  {
    name: DEPTHWISE_ROWS_TEXTURES,
    takes: plan => prefersTextures(DEPTHWISE_ROWS_TEXTURES) && takesRows(plan, 'texture'),
    compute: computeDepthwiseRows('texture'),
  },
  {name: WINOGRAD, takes: takesWinograd, compute: computeWinograd},
  {
    name: TILES_TEXTURES,
    takes: plan => prefersTextures(TILES_TEXTURES) && holdsOperands(plan, 'texture'),
    compute: computeTiles('texture'),
  },
  {
    name: 'depthwise_rows',
    takes: plan => takesRows(plan, 'texels'),
    compute: computeDepthwiseRows('texels'),
  },
  {name: GEMM, takes: takesGemm, compute: computeGemm},
  {name: 'tiles', takes: plan => holdsOperands(plan, 'texels'), compute: computeTiles('texels')},
  {name: 'direct', takes: () => true, compute: computeDirect},
];

const slices = (name: string, place: OperandPlace, isWanted: () => boolean): Variant<'ConvNDBackpropFilter'> => ({
  name,
  when: ({geometry}) => isWanted() && holdsImages(geometry, place),
  run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
    computeFilterGradient(deviceOf(backend), place, geometry, {x, dy}, outputShape),
});

const GPU: MatrixGpu<Device> = {
  isCapable: takesEverything,
  deviceOf,
  makeMatrix,
  convolve: conv => (holdsOperands(conv.plan, 'texels') ? computeTiles('texels') : computeDirect)(conv),
  disposeMatrix(device, matrix) {
    device.filters.drop(matrix.dataId);
    device.backend.disposeData(matrix.dataId);
  },
};

const convND = convNDOf(GPU, PLAN_VARIANTS);

/** Kernels as WGSL programs; the portable ones serve what the buffers of a device cannot hold. */
export const webgpuTable: KernelTable = {
  ConvND: convND,
  ConvNDBackpropInput: convNDBackpropInputOf(GPU, PLAN_VARIANTS),
  ConvNDBackpropFilter: [
    slices(SLICES_TEXTURES, 'texture', () => prefersTextures(SLICES_TEXTURES)),
    slices('slices', 'texels', takesEverything),
    {
      name: 'direct',
      when: takesEverything,
      run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
        computeDirectGradient(deviceOf(backend), geometry, {x, dy}, outputShape),
    },
    portable('ConvNDBackpropFilter'),
  ],
  ...twoStageKernels(convND),
  ConvMatrix: convMatrixOf(GPU),
  Conv2DTransposeMatrix: conv2DTransposeMatrixOf(GPU),
};
