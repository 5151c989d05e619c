import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import type {Epilogue} from '../../gpu/planned_conv.js';
import type {Device} from '../gl/device.js';
import type {EpilogueKind} from '../glsl/epilogue.js';
import type {ChannelBlocks} from '../plan/channel_blocks.js';
import {readTensor} from './tensors.js';

/**
 * A tensor of one value per channel, or of fewer, which repeat. `step` divides the first channel of every block.
 */
function readPerChannel(
  device: Device,
  name: 'bias' | 'slopes',
  tensor: TensorInfo | undefined,
  channels: number,
  step: number,
) {
  if (tensor === undefined) return undefined;
  const size = product(tensor.shape);
  const {access, textures, ints} = readTensor(device, name, tensor, step);
  const spread = size === 1 ? 'one' : size === channels ? 'channels' : 'period';
  return {kind: {access, spread}, textures, ints, size} as const;
}

/** The epilogue for a program whose results have so many channels, in `blocks`: its kind, textures and uniforms. */
export function readEpilogue(
  device: Device,
  {inputs, attrs}: Epilogue,
  channels: number,
  {groups, channelsPerGroup}: ChannelBlocks,
) {
  const step = groups === 1 ? 4 : channelsPerGroup;
  const bias = readPerChannel(device, 'bias', inputs.bias, channels, step);
  const slopes = readPerChannel(device, 'slopes', inputs.preluActivationWeights, channels, step);
  const kind: EpilogueKind = {bias: bias?.kind, slopes: slopes?.kind, activation: attrs.activation};
  return {
    kind,
    textures: {...bias?.textures, ...slopes?.textures},
    ints: {...bias?.ints, ...slopes?.ints, channelPeriod: Math.max(bias?.size ?? 1, slopes?.size ?? 1)},
    floats: {alpha: attrs.leakyreluAlpha},
  };
}
