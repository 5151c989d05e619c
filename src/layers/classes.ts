import type {serialization} from '@tensorflow/tfjs-core';
import {Conv1D, Conv2D, Conv3D} from './conv.js';
import {Conv1DTranspose, Conv2DTranspose, Conv2DTransposeMatrix, Conv3DTranspose} from './conv_transpose.js';
import {DepthwiseConv1D, DepthwiseConv2D} from './depthwise_conv.js';
import {SeparableConv1D, SeparableConv2D} from './separable_conv.js';
import {SpatiallySeparableConv2D} from './spatially_separable_conv.js';

import {ACTIVATION_CLASSES} from './more/activations.js';
import {ELU, ReLU} from './more/activation_layers.js';
import {BatchNormalization} from './more/batch_normalization.js';
import {GroupNormalization} from './more/group_normalization.js';
import {CenterCrop, Resizing} from './more/images.js';
import {Normalization, UnitNormalization} from './more/normalization.js';
import {KerasOperation} from './more/operation.js';
import {Identity, SpatialDropout2D, SpatialDropout3D, Subtract} from './more/other.js';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './more/pooling.js';
import {
  Cropping1D,
  Cropping3D,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding3D,
} from './more/resampling.js';

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
  // What models with convolutions hold besides, where TensorFlow.js lacks it or has it otherwise than Keras.
  BatchNormalization,
  GroupNormalization,
  Normalization,
  UnitNormalization,
  ELU,
  ReLU,
  CenterCrop,
  Resizing,
  Identity,
  KerasOperation,
  Subtract,
  SpatialDropout2D,
  SpatialDropout3D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  Cropping1D,
  Cropping3D,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding3D,
  ...ACTIVATION_CLASSES,
];
