import type {serialization} from '@tensorflow/tfjs-core';
import {Conv1D, Conv2D, Conv3D} from './conv.js';
import {Conv1DTranspose, Conv2DTranspose, Conv2DTransposeMatrix, Conv3DTranspose} from './conv_transpose.js';
import {DepthwiseConv1D, DepthwiseConv2D} from './depthwise_conv.js';
import {SeparableConv1D, SeparableConv2D} from './separable_conv.js';
import {SpatiallySeparableConv2D} from './spatially_separable_conv.js';

/** The classes that saved models may name. */
export const LAYER_CLASSES: ReadonlyArray<serialization.SerializableConstructor<serialization.Serializable>> = [
  Conv1D,
  Conv2D,
  Conv3D,
  Conv1DTranspose,
  Conv2DTranspose,
  Conv2DTransposeMatrix,
  Conv3DTranspose,
  DepthwiseConv1D,
  DepthwiseConv2D,
  SeparableConv1D,
  SeparableConv2D,
  SpatiallySeparableConv2D,
];
