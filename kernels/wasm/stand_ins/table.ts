import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import type {StandIn} from '../../../src/registry/stand_ins.js';
import {batchToSpaceND, depthToSpace, resizeNearestNeighbor, spaceToBatchND} from './blocks.js';
import {concat, pack} from './joined.js';
import {maxPoolGrad} from './max_pool_gradient.js';
import {fusedBatchNorm, leakyRelu, maximum, mean, minimum, tanh} from './values.js';
import {padV2, slice, splitV, stridedSlice, tile, unpack} from './windows.js';

/**
 * Identity without a copy. TensorFlow.js' wasm backend copies a tensor's values whenever it is cloned, which every
 * recorded convolution does with what its gradient needs; other backends share them.
 */
const identity: StandIn<{readonly x: TensorInfo}> = ({inputs: {x}, backend}) => {
  const {dataId, shape, dtype} = x;
  // The registration boundary: kernels get the backend as an object of any type.
  (backend as KernelBackend).incRef(dataId);
  return {dataId, shape, dtype};
};

/** The registration boundary: a kernel's inputs and attributes are what TensorFlow.js' types say of its name. */
const of = <Inputs, Attrs>(standIn: StandIn<Inputs, Attrs>): StandIn => standIn as unknown as StandIn;

/** What needs nothing of the core. */
export const SHARING: Readonly<Record<string, StandIn>> = {Identity: of(identity)};

/**
 * Kernels of TensorFlow.js' wasm backend that take long beside a convolution, by their names. Measured by `npm run bench
 * -- --against OLD.tgz --parts around`.
 */
export const ON_CORE: Readonly<Record<string, StandIn>> = {
  BatchToSpaceND: of(batchToSpaceND),
  Concat: of(concat),
  DepthToSpace: of(depthToSpace),
  FusedBatchNorm: of(fusedBatchNorm),
  LeakyRelu: of(leakyRelu),
  Maximum: of(maximum),
  Mean: of(mean),
  Minimum: of(minimum),
  Pack: of(pack),
  PadV2: of(padV2),
  ResizeNearestNeighbor: of(resizeNearestNeighbor),
  Slice: of(slice),
  SpaceToBatchND: of(spaceToBatchND),
  SplitV: of(splitV),
  StridedSlice: of(stridedSlice),
  Tanh: of(tanh),
  Tile: of(tile),
  Unpack: of(unpack),
};

/** Kernels that the backend computes wrongly, where training on convolutions needs them. */
export const CORRECTED: Readonly<Record<string, StandIn>> = {MaxPoolGrad: of(maxPoolGrad)};
