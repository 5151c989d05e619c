import type {Tensor3D, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import {conv1d, conv2d, conv2dTranspose, conv3d, depthwiseConv2d} from 'tfjs-conv';
import type {LayerOps} from './tfjs.js';

/** Our ops, on any backend. */
export const OUR_OPS: LayerOps = {
  conv1d: (x, filter, {options}) => conv1d(x as Tensor3D, filter as Tensor3D, options),
  conv2d: (x, filter, {options}) => conv2d(x as Tensor4D, filter as Tensor4D, options),
  conv3d: (x, filter, {options}) => conv3d(x as Tensor5D, filter as Tensor5D, options),
  depthwiseConv2d: (x, filter, {options}) => depthwiseConv2d(x as Tensor4D, filter as Tensor4D, options),
  conv2dTranspose: (x, filter, {options}) => conv2dTranspose(x as Tensor4D, filter as Tensor4D, options),
};
