import type * as tf from '@tensorflow/tfjs';
import * as conv from 'tfjs-conv';
import type {ConvTransposeOptions} from 'tfjs-conv';
import type {Case, OpName} from '../cases/index.js';
import type {Model} from './model.js';

type Call = (tensors: readonly tf.Tensor[], options: ConvTransposeOptions, one: Case) => tf.Tensor;

// A case knows its ranks only at run time.
type Images = tf.Tensor4D;

/** An op of rank 2 with one filter. */
const planar =
  (op: (x: Images, filter: tf.Tensor4D, options: ConvTransposeOptions) => Images): Call =>
  ([x, filter], options) =>
    op(x as Images, filter as tf.Tensor4D, options);

/** An op of rank 2 with two filters. */
const separable =
  (op: (x: Images, first: tf.Tensor4D, second: tf.Tensor4D, options: ConvTransposeOptions) => Images): Call =>
  ([x, first, second], options) =>
    op(x as Images, first as tf.Tensor4D, second as tf.Tensor4D, options);

const CALLS: {readonly [O in OpName]: Call} = {
  conv1d: ([x, filter], options) => conv.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, options),
  conv2d: planar(conv.conv2d),
  conv3d: ([x, filter], options) => conv.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, options),
  pointwiseConv2d: planar(conv.pointwiseConv2d),
  dilatedConv2d: planar((x, filter, {dilations = 1, ...options}) => conv.dilatedConv2d(x, filter, dilations, options)),
  groupedConv2d: planar((x, filter, {groups = 1, ...options}) => conv.groupedConv2d(x, filter, groups, options)),
  depthwiseConv2d: planar(conv.depthwiseConv2d),
  conv1dTranspose: ([x, filter], options) => conv.conv1dTranspose(x as tf.Tensor3D, filter as tf.Tensor3D, options),
  conv2dTranspose: planar(conv.conv2dTranspose),
  conv3dTranspose: ([x, filter], options) => conv.conv3dTranspose(x as tf.Tensor5D, filter as tf.Tensor5D, options),
  conv2dTransposeMatrix: planar(conv.conv2dTransposeMatrix),
  spatiallySeparableConv2d: separable(conv.spatiallySeparableConv2d),
  depthwiseSeparableConv2d: separable(conv.depthwiseSeparableConv2d),
  convMatrix: ([filter], options, {x: [height, width]}) =>
    conv.convMatrix(filter as tf.Tensor4D, [height, width], options),
};

/** Calls the op of a case with tensors in the order of the parameters. */
export function callOp(one: Case, {parameters}: Model, tensors: readonly tf.Tensor[]): tf.Tensor {
  const {bias, slopes, ...options} = one.options ?? {};
  const tensorOf = (name: string) => tensors[parameters.findIndex(parameter => parameter.name === name)];
  const withTensors: ConvTransposeOptions = {
    ...options,
    ...(bias ? {bias: tensorOf('bias') as tf.Tensor1D} : {}),
    ...(slopes ? {preluActivationWeights: tensorOf('slopes')} : {}),
  };
  const inputs = tensors.filter((_, i) => parameters[i].name !== 'bias' && parameters[i].name !== 'slopes');
  return CALLS[one.op](inputs, withTensors, one);
}
