import * as tf from '@tensorflow/tfjs';
import * as conv from 'tfjs-conv';
import {accelerate as typedAccelerate} from 'tfjs-conv/accelerate';
import type {RULES} from '../../src/errors.js';
import {BAD_BUILTIN_CALLS} from './bad_builtin_calls.js';
import {BAD_GRAPH_NODES} from './bad_graph_nodes.js';

export type RuleName = keyof typeof RULES;

/** Makes the tensors of a call, so that its caller can count and free them. */
export interface Tensors {
  readonly ones: (...shape: number[]) => tf.Tensor;
  readonly typed: (dtype: 'int32' | 'bool' | 'complex64' | 'string', ...shape: number[]) => tf.Tensor;
  readonly disposed: (...shape: number[]) => tf.Tensor;
}

export type BadCall = (tensors: Tensors) => unknown;

/** A function as JavaScript has it: no type keeps a wrong argument out. */
type Untyped = (...args: unknown[]) => unknown;

/** The ops of the package, which is all of it but what takes models. */
export const OPS = conv as unknown as {
  readonly [name in Exclude<keyof typeof conv, 'prepare' | 'variantsRun'>]: Untyped;
};
const accelerate = typedAccelerate as unknown as Untyped;
const {
  conv1d,
  conv2d,
  conv3d,
  conv1dTranspose,
  conv2dTranspose,
  conv2dTransposeMatrix,
  conv3dTranspose,
  convMatrix,
  depthwiseConv2d,
  depthwiseSeparableConv2d,
  dilatedConv2d,
  groupedConv2d,
  pointwiseConv2d,
  separateFilter,
  spatiallySeparableConv2d,
} = OPS;

const MAX = 2 ** 31 - 1;

/** One call of conv2d on 5x5 with a 3x3 filter, two channels and two filters. */
const small =
  (options: unknown): BadCall =>
  ({ones}) =>
    conv2d(ones(1, 5, 5, 2), ones(3, 3, 2, 2), options);
/** One call of conv2dTranspose on 3x3 with a 3x3 filter. */
const smallTranspose =
  (options: unknown): BadCall =>
  ({ones}) =>
    conv2dTranspose(ones(1, 3, 3, 1), ones(3, 3, 1, 1), options);
/** One call of conv2d with a value in place of x. */
const input =
  (x: unknown): BadCall =>
  ({ones}) =>
    conv2d(x, ones(1, 1, 1, 1));
/** One call of separateFilter on 2x3. */
const separate =
  (options: unknown): BadCall =>
  ({ones}) =>
    separateFilter(ones(2, 3), options);

/** A tensor whose values are in another engine: that of a second TensorFlow.js which shares no globals with this one. */
const foreign = (...shape: number[]): tf.Tensor =>
  Object.assign(Object.create(tf.Tensor.prototype), {shape, dtype: 'float32', dataId: {}});

const ragged = [[[1], [2]], [[3]]];
const everyNumber = Array.from({length: 64}, (_, i) => [i, 'x']);

/** What each rule says of calls that break it: the whole message, and the call. */
export const BAD_INPUTS: {readonly [rule in RuleName]: {readonly [message: string]: BadCall}} = {
  tensor: {
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=undefined':
      () => conv2d(),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=null':
      input(null),
    "conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x='cat.png'":
      input('cat.png'),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=3':
      input(3),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=true':
      input(true),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=1n':
      input(1n),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=Symbol(x)':
      input(Symbol('x')),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=a function':
      input(() => [1]),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[object Object]':
      input({}),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[object Promise]':
      input(Promise.resolve()),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[object Float64Array]':
      input(new Float64Array(4)),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[object ArrayBuffer]':
      input(new ArrayBuffer(4)),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[1],[2]],[[3]]]':
      input(ragged),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[1],2]]':
      input([[[1], 2]]),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[1,undefined]]]':
      input([[Array.from({length: 2, 0: 1})]]),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[undefined]]]':
      input([[new Array(1)]]),
    "conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[['1']]]":
      input([[['1']]]),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[null]]]':
      input([[[null]]]),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[true]]]':
      input([[[true]]]),
    'conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=[[[[object Object]]]]':
      ({ones}) => conv2d([[[ones()]]], ones(1, 1, 1, 1)),
    [`conv2d: x must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got x=${`[${everyNumber.map(([i]) => `[${i},'x']`).join(',')}]`.slice(
      0,
      200,
    )}...`]: input(everyNumber),
    'conv2d: filter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got filter=undefined':
      ({ones}) => conv2d(ones(1, 5, 5, 1)),
    'convMatrix: filter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got filter=5':
      () => convMatrix(5, [4, 4]),
    'spatiallySeparableConv2d: columnFilter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got columnFilter=undefined':
      ({ones}) => spatiallySeparableConv2d(ones(1, 5, 5, 1)),
    'spatiallySeparableConv2d: rowFilter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got rowFilter=[object Object]':
      ({ones}) => spatiallySeparableConv2d(ones(1, 5, 5, 1), ones(3, 1, 1, 1), {strides: 2}),
    'depthwiseSeparableConv2d: depthwiseFilter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got depthwiseFilter=null':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 1), null, ones(1, 1, 1, 1)),
    'depthwiseSeparableConv2d: pointwiseFilter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got pointwiseFilter=undefined':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 1)),
    'separateFilter: filter must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got filter=[[1,2],[3]]':
      () => separateFilter([[1, 2], [3]]),
    'conv2d: bias must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got bias=0':
      small({
        bias: 0,
      }),
    "conv2d: bias must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got bias=['1','2']":
      small({
        bias: ['1', '2'],
      }),
    'conv2d: preluActivationWeights must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length; got preluActivationWeights=0.1':
      small({activation: 'prelu', preluActivationWeights: 0.1}),
  },
  disposed: {
    'conv2d: x must not be disposed; got x.isDisposed=true': ({ones, disposed}) =>
      conv2d(disposed(1, 5, 5, 1), ones(3, 3, 1, 1)),
    'conv2dTranspose: filter must not be disposed; got filter.isDisposed=true': ({ones, disposed}) =>
      conv2dTranspose(ones(1, 5, 5, 1), disposed(3, 3, 1, 1)),
    'conv1d: bias must not be disposed; got bias.isDisposed=true': ({ones, disposed}) =>
      conv1d(ones(1, 5, 1), ones(3, 1, 1), {bias: disposed(1)}),
    'conv3d: preluActivationWeights must not be disposed; got preluActivationWeights.isDisposed=true': ({
      ones,
      disposed,
    }) => conv3d(ones(1, 3, 3, 3, 1), ones(1, 1, 1, 1, 1), {activation: 'prelu', preluActivationWeights: disposed(1)}),
    'separateFilter: filter must not be disposed; got filter.isDisposed=true': ({disposed}) =>
      separateFilter(disposed(3, 3)),
  },
  foreign: {
    'conv2d: x must be a tensor of the TensorFlow.js that tfjs-conv runs on; got x.dataId=[object Object]': ({ones}) =>
      conv2d(foreign(1, 5, 5, 1), ones(3, 3, 1, 1)),
    'depthwiseSeparableConv2d: pointwiseFilter must be a tensor of the TensorFlow.js that tfjs-conv runs on; got pointwiseFilter.dataId=[object Object]':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 1), foreign(1, 1, 1, 1)),
    'conv2d: bias must be a tensor of the TensorFlow.js that tfjs-conv runs on; got bias.dataId=undefined': small({
      bias: {data: 0, dataSync: 0, throwIfDisposed: 0},
    }),
    'separateFilter: filter must be a tensor of the TensorFlow.js that tfjs-conv runs on; got filter.dataId=[object Object]':
      () => separateFilter(foreign(3, 3)),
  },
  float32: {
    "conv2d: x must be a float32 tensor, tf.cast(x, 'float32') makes it one; got x.dtype='int32'": ({ones, typed}) =>
      conv2d(typed('int32', 1, 5, 5, 1), ones(3, 3, 1, 1)),
    "conv2d: x must be a float32 tensor, tf.cast(x, 'float32') makes it one; got x.dtype='bool'": ({ones, typed}) =>
      conv2d(typed('bool', 1, 5, 5, 1), ones(3, 3, 1, 1)),
    "conv2d: x must be a float32 tensor, tf.cast(x, 'float32') makes it one; got x.dtype='complex64'": ({
      ones,
      typed,
    }) => conv2d(typed('complex64', 1, 5, 5, 1), ones(3, 3, 1, 1)),
    "conv2d: x must be a float32 tensor, tf.cast(x, 'float32') makes it one; got x.dtype='string'": ({ones, typed}) =>
      conv2d(typed('string', 1, 5, 5, 1), ones(3, 3, 1, 1)),
    "depthwiseConv2d: filter must be a float32 tensor, tf.cast(filter, 'float32') makes it one; got filter.dtype='int32'":
      ({ones, typed}) => depthwiseConv2d(ones(1, 5, 5, 1), typed('int32', 3, 3, 1, 1)),
    "conv2d: bias must be a float32 tensor, tf.cast(bias, 'float32') makes it one; got bias.dtype='int32'": ({
      ones,
      typed,
    }) => conv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 1), {bias: typed('int32', 1)}),
    "separateFilter: filter must be a float32 tensor, tf.cast(filter, 'float32') makes it one; got filter.dtype='complex64'":
      ({typed}) => separateFilter(typed('complex64', 3, 3)),
  },
  rank: {
    'conv1d: x must have the shape NWC with or without the batch; got x.shape=[1,5,5,1]': ({ones}) =>
      conv1d(ones(1, 5, 5, 1), ones(3, 1, 1)),
    'conv2d: x must have the shape NHWC with or without the batch; got x.shape=[5,5]': ({ones}) =>
      conv2d(ones(5, 5), ones(3, 3, 1, 1)),
    'conv2d: x must have the shape NCHW with or without the batch; got x.shape=[1,1,5,5,1]': ({ones}) =>
      conv2d(ones(1, 1, 5, 5, 1), ones(3, 3, 1, 1), {dataFormat: 'NCHW'}),
    'conv2d: x must have the shape NHWC with or without the batch; got x.shape=[]': ({ones}) =>
      conv2d(ones(), ones(3, 3, 1, 1)),
    'conv2d: x must have the shape NHWC with or without the batch; got x.shape=[0]': input([]),
    'conv2d: x must have the shape NHWC with or without the batch; got x.shape=[25]': input(new Float32Array(25)),
    'conv3d: x must have the shape NDHWC with or without the batch; got x.shape=[5,5,1]': ({ones}) =>
      conv3d(ones(5, 5, 1), ones(3, 3, 3, 1, 1)),
    'conv2d: filter must have the shape [...kernel, inChannels / groups, outChannels]; got filter.shape=[3,3]': ({
      ones,
    }) => conv2d(ones(1, 5, 5, 1), ones(3, 3)),
    'conv3d: filter must have the shape [...kernel, inChannels / groups, outChannels]; got filter.shape=[3,3,1,1]': ({
      ones,
    }) => conv3d(ones(5, 5, 5, 1), ones(3, 3, 1, 1)),
    'conv2dTranspose: filter must have the shape [...kernel, outChannels / groups, inChannels]; got filter.shape=[3,3,1]':
      ({ones}) => conv2dTranspose(ones(1, 5, 5, 1), ones(3, 3, 1)),
    'depthwiseConv2d: filter must have the shape [...kernel, inChannels, channelMultiplier]; got filter.shape=[3,3,1]':
      ({ones}) => depthwiseConv2d(ones(1, 5, 5, 1), ones(3, 3, 1)),
    'pointwiseConv2d: filter must have the shape [1, 1, inChannels / groups, outChannels]; got filter.shape=[3,3,1,1]':
      ({ones}) => pointwiseConv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 1)),
    'spatiallySeparableConv2d: columnFilter must have the shape [kh, 1, inChannels / groups, mid]; got columnFilter.shape=[1,3,1,1]':
      ({ones}) => spatiallySeparableConv2d(ones(1, 5, 5, 1), ones(1, 3, 1, 1), ones(3, 1, 1, 1)),
    'spatiallySeparableConv2d: rowFilter must have the shape [1, kw, mid / groups, outChannels]; got rowFilter.shape=[1,3]':
      ({ones}) => spatiallySeparableConv2d(ones(1, 5, 5, 1), ones(3, 1, 1, 1), ones(1, 3)),
    'depthwiseSeparableConv2d: depthwiseFilter must have the shape [...kernel, inChannels, channelMultiplier]; got depthwiseFilter.shape=[3,3]':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 1), ones(3, 3), ones(1, 1, 1, 1)),
    'depthwiseSeparableConv2d: pointwiseFilter must have the shape [1, 1, inChannels * channelMultiplier, outChannels]; got pointwiseFilter.shape=[1,2]':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 1), ones(1, 2)),
    'convMatrix: filter must have the shape [kh, kw] or [kh, kw, inChannels / groups, outChannels]; got filter.shape=[3,3,1]':
      ({ones}) => convMatrix(ones(3, 3, 1), [4, 4]),
    'separateFilter: filter must have the shape [kh, kw] or [kh, kw, inChannels, outChannels]; got filter.shape=[3]':
      () => separateFilter([1, 2, 1]),
  },
  xSizes: {
    'conv2d: every size of x but the batch must be at least 1; got x.shape=[1,0,5,1]': ({ones}) =>
      conv2d(ones(1, 0, 5, 1), ones(1, 1, 1, 1)),
    'conv2d: every size of x but the batch must be at least 1; got x.shape=[1,5,5,0]': ({ones}) =>
      conv2d(ones(1, 5, 5, 0), ones(3, 3, 0, 1)),
    'conv1dTranspose: every size of x but the batch must be at least 1; got x.shape=[0,1]': ({ones}) =>
      conv1dTranspose(ones(0, 1), ones(3, 1, 1)),
    'conv2d: every size of x but the batch must be at least 1; got x.shape=[1,1,0]': input([[[]]]),
  },
  filterSizes: {
    'conv2d: every size of filter must be at least 1; got filter.shape=[0,3,1,1]': ({ones}) =>
      conv2d(ones(1, 5, 5, 1), ones(0, 3, 1, 1)),
    'conv2d: every size of filter must be at least 1; got filter.shape=[3,3,1,0]': ({ones}) =>
      conv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 0)),
    'conv3dTranspose: every size of filter must be at least 1; got filter.shape=[1,1,1,0,1]': ({ones}) =>
      conv3dTranspose(ones(1, 3, 3, 3, 1), ones(1, 1, 1, 0, 1)),
    'depthwiseConv2d: every size of filter must be at least 1; got filter.shape=[3,3,1,0]': ({ones}) =>
      depthwiseConv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 0)),
    'spatiallySeparableConv2d: every size of columnFilter must be at least 1; got columnFilter.shape=[3,1,1,0]': ({
      ones,
    }) => spatiallySeparableConv2d(ones(1, 5, 5, 1), ones(3, 1, 1, 0), ones(1, 3, 0, 1)),
    'spatiallySeparableConv2d: every size of rowFilter must be at least 1; got rowFilter.shape=[1,0,1,1]': ({ones}) =>
      spatiallySeparableConv2d(ones(1, 5, 5, 1), ones(3, 1, 1, 1), ones(1, 0, 1, 1)),
    'depthwiseSeparableConv2d: every size of pointwiseFilter must be at least 1; got pointwiseFilter.shape=[1,1,1,0]':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 1), ones(1, 1, 1, 0)),
    'convMatrix: every size of filter must be at least 1; got filter.shape=[0,3]': ({ones}) =>
      convMatrix(ones(0, 3), [4, 4]),
    'convMatrix: every size of filter must be at least 1; got filter.shape=[3,3,0,1]': ({ones}) =>
      convMatrix(ones(3, 3, 0, 1), [4, 4]),
    'separateFilter: every size of filter must be at least 1; got filter.shape=[0,3]': ({ones}) =>
      separateFilter(ones(0, 3)),
  },
  positive: {
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=0':
      small({strides: 0}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=-1':
      small({strides: -1}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=1.5':
      small({strides: 1.5}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=NaN':
      small({strides: NaN}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=Infinity':
      small({strides: Infinity}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=2147483648':
      small({strides: 2 ** 31}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=1e+300':
      small({strides: 1e300}),
    "conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides='2'":
      small({strides: '2'}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[]':
      small({strides: []}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[2]':
      small({strides: [2]}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[1,2,2,1]':
      small({strides: [1, 2, 2, 1]}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[2,0]':
      small({strides: [2, 0]}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[undefined,undefined]':
      small({strides: new Array(2)}),
    'conv2d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[object Int32Array]':
      small({strides: new Int32Array([1, 1])}),
    'conv1d: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=[1,1]':
      ({ones}) => conv1d(ones(1, 5, 1), ones(3, 1, 1), {strides: [1, 1]}),
    'conv3dTranspose: strides must be one number or one per spatial axis, each an integer from 1 to 2147483647; got strides=0.5':
      ({ones}) => conv3dTranspose(ones(1, 3, 3, 3, 1), ones(1, 1, 1, 1, 1), {strides: 0.5}),
    'conv2d: dilations must be one number or one per spatial axis, each an integer from 1 to 2147483647; got dilations=0':
      small({dilations: 0}),
    'conv2d: dilations must be one number or one per spatial axis, each an integer from 1 to 2147483647; got dilations=[1,NaN]':
      small({dilations: [1, NaN]}),
    'dilatedConv2d: dilations must be one number or one per spatial axis, each an integer from 1 to 2147483647; got dilations=[2,2,2]':
      ({ones}) => dilatedConv2d(ones(1, 9, 9, 1), ones(3, 3, 1, 1), [2, 2, 2]),
    'dilatedConv2d: dilations must be one number or one per spatial axis, each an integer from 1 to 2147483647; got dilations=undefined':
      ({ones}) => dilatedConv2d(ones(1, 9, 9, 1), ones(3, 3, 1, 1)),
    'convMatrix: dilations must be one number or one per spatial axis, each an integer from 1 to 2147483647; got dilations=-2':
      ({ones}) => convMatrix(ones(3, 3), [4, 4], {dilations: -2}),
  },
  nonNegative: {
    'conv2dTranspose: outputPadding must be one number or one per spatial axis, each an integer from 0 to 2147483647; got outputPadding=-1':
      smallTranspose({strides: 2, outputPadding: -1}),
    'conv2dTranspose: outputPadding must be one number or one per spatial axis, each an integer from 0 to 2147483647; got outputPadding=0.5':
      smallTranspose({strides: 2, outputPadding: 0.5}),
    'conv2dTranspose: outputPadding must be one number or one per spatial axis, each an integer from 0 to 2147483647; got outputPadding=[1]':
      smallTranspose({strides: 2, outputPadding: [1]}),
  },
  pad: {
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad='SAME'":
      small({pad: 'SAME'}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=-1":
      small({pad: -1}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=0.5":
      small({pad: 0.5}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=NaN":
      small({pad: NaN}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=4294967296":
      small({pad: 2 ** 32}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[1,1]":
      small({pad: [1, 1]}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[[1,1]]":
      small({pad: [[1, 1]]}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[[1,1],[1,-1]]":
      small({
        pad: [
          [1, 1],
          [1, -1],
        ],
      }),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[[1,1],[1]]":
      small({pad: [[1, 1], [1]]}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[undefined,undefined]":
      small({pad: new Array(2)}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[[undefined,undefined],[0,0]]":
      small({pad: [new Array(2), [0, 0]]}),
    "conv2d: pad must be 'valid', 'same', 'causal' (1-D), an integer from 0 to 2147483647, or a pair of them per spatial axis; got pad=[[0,0],[1,1],[0,0]]":
      small({
        pad: [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      }),
  },
  padBatchChannel: {
    'conv2d: pad must be [0, 0] on the batch and channel axes; got pad=[[1,0],[1,1],[1,1],[0,0]]': small({
      pad: [
        [1, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    }),
    'conv1d: pad must be [0, 0] on the batch and channel axes; got pad=[[0,0],[1,1],[0,0]]': ({ones}) =>
      conv1d(ones(1, 2, 5), ones(3, 2, 1), {
        dataFormat: 'NCW',
        pad: [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      }),
  },
  causal: {
    "conv2d: pad 'causal' is for 1-D convolutions only; got pad='causal'": small({pad: 'causal'}),
    "conv3d: pad 'causal' is for 1-D convolutions only; got pad='causal'": ({ones}) =>
      conv3d(ones(1, 3, 3, 3, 1), ones(1, 1, 1, 1, 1), {pad: 'causal'}),
  },
  dataFormat: {
    "conv2d: dataFormat must be one of NHWC, NCHW; got dataFormat='channelsLast'": small({dataFormat: 'channelsLast'}),
    "conv2d: dataFormat must be one of NHWC, NCHW; got dataFormat='nhwc'": small({dataFormat: 'nhwc'}),
    "conv1d: dataFormat must be one of NWC, NCW; got dataFormat='NHWC'": ({ones}) =>
      conv1d(ones(1, 5, 1), ones(3, 1, 1), {dataFormat: 'NHWC'}),
    "conv3dTranspose: dataFormat must be one of NDHWC, NCDHW; got dataFormat='NCHW'": ({ones}) =>
      conv3dTranspose(ones(1, 3, 3, 3, 1), ones(1, 1, 1, 1, 1), {dataFormat: 'NCHW'}),
  },
  groups: {
    'conv2d: groups must be an integer from 1 to 2147483647; got groups=0': small({groups: 0}),
    'conv2d: groups must be an integer from 1 to 2147483647; got groups=-2': small({groups: -2}),
    'conv2d: groups must be an integer from 1 to 2147483647; got groups=0.5': small({groups: 0.5}),
    'conv2d: groups must be an integer from 1 to 2147483647; got groups=NaN': small({groups: NaN}),
    'conv2d: groups must be an integer from 1 to 2147483647; got groups=1e+300': small({groups: 1e300}),
    "conv2d: groups must be an integer from 1 to 2147483647; got groups='2'": small({groups: '2'}),
    'groupedConv2d: groups must be an integer from 1 to 2147483647; got groups=[2]': ({ones}) =>
      groupedConv2d(ones(1, 5, 5, 4), ones(3, 3, 2, 4), [2]),
    'groupedConv2d: groups must be an integer from 1 to 2147483647; got groups=undefined': ({ones}) =>
      groupedConv2d(ones(1, 5, 5, 4), ones(3, 3, 4, 4)),
    'convMatrix: groups must be an integer from 1 to 2147483647; got groups=0': ({ones}) =>
      convMatrix(ones(3, 3), [4, 4], {groups: 0}),
  },
  groupsDivide: {
    'conv2d: groups must divide inChannels; got [groups, inChannels]=[3,4]': ({ones}) =>
      conv2d(ones(1, 5, 5, 4), ones(3, 3, 1, 6), {groups: 3}),
    'conv2d: groups must divide inChannels; got [groups, inChannels]=[2147483647,2]': small({groups: MAX}),
    'groupedConv2d: groups must divide outChannels; got [groups, outChannels]=[2,5]': ({ones}) =>
      groupedConv2d(ones(1, 5, 5, 4), ones(3, 3, 2, 5), 2),
    'conv2dTranspose: groups must divide inChannels; got [groups, inChannels]=[2,3]': ({ones}) =>
      conv2dTranspose(ones(1, 5, 5, 3), ones(3, 3, 1, 3), {groups: 2}),
    'convMatrix: groups must divide outChannels; got [groups, outChannels]=[2147483647,2]': ({ones}) =>
      convMatrix(ones(3, 3, 1, 2), [4, 4], {groups: MAX}),
    'spatiallySeparableConv2d: groups must divide mid; got [groups, mid]=[2,3]': ({ones}) =>
      spatiallySeparableConv2d(ones(1, 5, 5, 2), ones(3, 1, 1, 3), ones(1, 3, 1, 2), {groups: 2}),
  },
  channels: {
    'conv2d: x must have inChannels = 3 to match filter [...kernel, inChannels / groups, outChannels]; got [inChannels, filter.shape]=[4,[3,3,3,8]]':
      ({ones}) => conv2d(ones(1, 5, 5, 4), ones(3, 3, 3, 8)),
    'conv2d: x must have inChannels = 8 to match filter [...kernel, inChannels / groups, outChannels]; got [inChannels, filter.shape]=[4,[3,3,4,8]]':
      ({ones}) => conv2d(ones(1, 5, 5, 4), ones(3, 3, 4, 8), {groups: 2}),
    'conv2d: x must have inChannels = 2 to match filter [...kernel, inChannels / groups, outChannels]; got [inChannels, filter.shape]=[5,[3,3,2,2]]':
      small({dataFormat: 'NCHW'}),
    'conv2dTranspose: x must have inChannels = 2 to match filter [...kernel, outChannels / groups, inChannels]; got [inChannels, filter.shape]=[3,[3,3,3,2]]':
      ({ones}) => conv2dTranspose(ones(1, 5, 5, 3), ones(3, 3, 3, 2)),
    'depthwiseConv2d: x must have inChannels = 1 to match filter [...kernel, inChannels, channelMultiplier]; got [inChannels, filter.shape]=[3,[3,3,1,3]]':
      ({ones}) => depthwiseConv2d(ones(1, 5, 5, 3), ones(3, 3, 1, 3)),
    'depthwiseSeparableConv2d: x must have inChannels = 2 to match depthwiseFilter [...kernel, inChannels, channelMultiplier]; got [inChannels, depthwiseFilter.shape]=[3,[3,3,2,1]]':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 3), ones(3, 3, 2, 1), ones(1, 1, 2, 1)),
    'spatiallySeparableConv2d: x must have inChannels = 1 to match columnFilter [kh, 1, inChannels / groups, mid]; got [inChannels, columnFilter.shape]=[3,[3,1,1,2]]':
      ({ones}) => spatiallySeparableConv2d(ones(1, 5, 5, 3), ones(3, 1, 1, 2), ones(1, 3, 2, 1)),
  },
  depthwiseGroups: {
    'depthwiseConv2d: a depthwise convolution has as many groups as channels, groups must be left out; got groups=2': ({
      ones,
    }) => depthwiseConv2d(ones(1, 5, 5, 2), ones(3, 3, 2, 1), {groups: 2}),
    'depthwiseSeparableConv2d: a depthwise convolution has as many groups as channels, groups must be left out; got groups=1':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 2), ones(3, 3, 2, 1), ones(1, 1, 2, 1), {groups: 1}),
  },
  twice: {
    'dilatedConv2d: dilations are an argument of their own, the options must not hold them too; got options.dilations=2':
      ({ones}) => dilatedConv2d(ones(1, 9, 9, 1), ones(3, 3, 1, 1), 2, {dilations: 2}),
    'groupedConv2d: groups are an argument of their own, the options must not hold them too; got options.groups=4': ({
      ones,
    }) => groupedConv2d(ones(1, 5, 5, 4), ones(3, 3, 2, 4), 2, {groups: 4}),
  },
  mid: {
    'spatiallySeparableConv2d: the channels between the two filters must match; got [columnFilter.shape, rowFilter.shape]=[[3,1,1,2],[1,3,1,1]]':
      ({ones}) => spatiallySeparableConv2d(ones(1, 5, 5, 1), ones(3, 1, 1, 2), ones(1, 3, 1, 1)),
    'depthwiseSeparableConv2d: the channels between the two filters must match; got [depthwiseFilter.shape, pointwiseFilter.shape]=[[3,3,3,2],[1,1,3,8]]':
      ({ones}) => depthwiseSeparableConv2d(ones(1, 5, 5, 3), ones(3, 3, 3, 2), ones(1, 1, 3, 8)),
  },
  outputSize: {
    'conv2d: every output size must be at least 1; got output sizes=[-1,-1]': ({ones}) =>
      conv2d(ones(1, 3, 3, 1), ones(5, 5, 1, 1)),
    'conv2d: every output size must be at least 1; got output sizes=[3,0]': ({ones}) =>
      conv2d(ones(1, 5, 2, 1), ones(3, 3, 1, 1)),
    'conv1d: every output size must be at least 1; got output sizes=[-4294967289]': ({ones}) =>
      conv1d(ones(1, 5, 1), ones(3, 1, 1), {dilations: MAX}),
    'conv2dTranspose: every output size must be at least 1; got output sizes=[-1,-1]': smallTranspose({pad: 3}),
    'convMatrix: every output size must be at least 1; got output sizes=[0,0]': ({ones}) =>
      convMatrix(ones(3, 3), [2, 2]),
  },
  elements: {
    'conv2d: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,32773,32773,2]':
      small({pad: 2 ** 14}),
    'conv2d: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,2147483653,2147483653,2]':
      small({pad: 2 ** 30, strides: 2 ** 30}),
    'conv1d: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,4294967299,1]':
      ({ones}) => conv1d(ones(1, 5, 1), ones(3, 1, 1), {pad: 'causal', dilations: MAX}),
    'conv2dTranspose: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,4294967297,4294967297,1]':
      smallTranspose({strides: MAX}),
    'conv2dTranspose: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,60003,60003,1]':
      smallTranspose({strides: 30000, pad: 1, outputShape: [60001, 60001]}),
    'conv1dTranspose: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,8589934588,1]':
      ({ones}) => conv1dTranspose(ones(1, 4, 1), ones(3, 1, 1), {pad: 'same', strides: MAX}),
    'pointwiseConv2d: a tensor must have at most 2147483647 elements, also with its padding; got output.shape=[1,64,64,524288]':
      ({ones}) => pointwiseConv2d(ones(1, 64, 64, 1), ones(1, 1, 1, 2 ** 19)),
    'conv2dTranspose: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,64,64,524288]':
      ({ones}) => conv2dTranspose(ones(1, 64, 64, 1), ones(1, 1, 2 ** 19, 1)),
    'depthwiseSeparableConv2d: a tensor must have at most 2147483647 elements, also with its padding; got output.shape=[64,64,524288]':
      ({ones}) => depthwiseSeparableConv2d(ones(64, 64, 1), ones(1, 1, 1, 1), ones(1, 1, 1, 2 ** 19)),
    'spatiallySeparableConv2d: a tensor must have at most 2147483647 elements, also with its padding; got middle.shape=[1,64,64,524288]':
      ({ones}) => spatiallySeparableConv2d(ones(1, 64, 64, 1), ones(1, 1, 1, 2 ** 19), ones(1, 1, 2 ** 19, 1)),
    'convMatrix: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,2147483647,2147483647,1]':
      ({ones}) => convMatrix(ones(3, 3), [MAX, MAX]),
  },
  outputPadding: {
    'conv2dTranspose: outputPadding must be smaller than the larger of the stride and the dilation of its axis; got [outputPadding, strides, dilations]=[[2,2],[2,2],[1,1]]':
      smallTranspose({strides: 2, outputPadding: 2}),
    'conv2dTranspose: outputPadding must be smaller than the larger of the stride and the dilation of its axis; got [outputPadding, strides, dilations]=[[0,3],[2,2],[1,3]]':
      smallTranspose({strides: 2, dilations: [1, 3], outputPadding: [0, 3]}),
    'conv2dTranspose: outputPadding must be smaller than the larger of the stride and the dilation of its axis; got [outputPadding, strides, dilations]=[[1,1],[1,1],[1,1]]':
      smallTranspose({outputPadding: 1}),
  },
  outputPaddingSame: {
    "conv2dTranspose: outputPadding must be 0 with pad 'same', whose output size is input size times stride; got outputPadding=[1,1]":
      smallTranspose({strides: 2, pad: 'same', outputPadding: 1}),
  },
  outputPaddingShape: {
    'conv2dTranspose: outputPadding must be left out or agree with outputShape; got [outputShape, outputPadding]=[[7,7],[1,1]]':
      smallTranspose({strides: 2, outputPadding: 1, outputShape: [7, 7]}),
  },
  outputShape: {
    'conv2dTranspose: outputShape must hold an integer from 1 to 2147483647 per spatial axis; got outputShape=[2147483648,2]':
      smallTranspose({outputShape: [2 ** 31, 2]}),
    'conv2dTranspose: outputShape must hold an integer from 1 to 2147483647 per spatial axis; got outputShape=[0,5]':
      smallTranspose({outputShape: [0, 5]}),
    'conv2dTranspose: outputShape must hold an integer from 1 to 2147483647 per spatial axis; got outputShape=[5.5,5]':
      smallTranspose({outputShape: [5.5, 5]}),
    'conv2dTranspose: outputShape must hold an integer from 1 to 2147483647 per spatial axis; got outputShape=[1,5,5,1]':
      smallTranspose({outputShape: [1, 5, 5, 1]}),
    'conv2dTranspose: outputShape must hold an integer from 1 to 2147483647 per spatial axis; got outputShape=5':
      smallTranspose({outputShape: 5}),
    'conv2dTranspose: outputShape must hold an integer from 1 to 2147483647 per spatial axis; got outputShape=[undefined,undefined]':
      smallTranspose({outputShape: new Array(2)}),
  },
  outputShapeFits: {
    'conv2dTranspose: a convolution of outputShape with these strides, dilations and pad must give the size of x; got [outputShape, sizes of x]=[[7,9],[3,3]]':
      smallTranspose({strides: 2, outputShape: [7, 9]}),
    'conv1dTranspose: a convolution of outputShape with these strides, dilations and pad must give the size of x; got [outputShape, sizes of x]=[[7],[3]]':
      ({ones}) => conv1dTranspose(ones(1, 3, 1), ones(3, 1, 1), {pad: 'same', strides: 2, outputShape: [7]}),
    'conv2dTransposeMatrix: a convolution of outputShape with these strides, dilations and pad must give the size of x; got [outputShape, sizes of x]=[[2147483647,2],[3,3]]':
      ({ones}) => conv2dTransposeMatrix(ones(1, 3, 3, 1), ones(3, 3, 1, 1), {outputShape: [MAX, 2]}),
  },
  bias: {
    'conv2d: bias must have the shape [outChannels] = [2]; got bias.shape=[3]': ({ones}) =>
      conv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 2), {bias: ones(3)}),
    'conv2d: bias must have the shape [outChannels] = [2]; got bias.shape=[]': ({ones}) =>
      conv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 2), {bias: ones()}),
    'conv2d: bias must have the shape [outChannels] = [2]; got bias.shape=[1,1,2]': ({ones}) =>
      conv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 2), {bias: ones(1, 1, 2)}),
    'conv2dTranspose: bias must have the shape [outChannels] = [3]; got bias.shape=[2]': ({ones}) =>
      conv2dTranspose(ones(1, 5, 5, 2), ones(3, 3, 3, 2), {bias: ones(2)}),
    'depthwiseSeparableConv2d: bias must have the shape [outChannels] = [4]; got bias.shape=[2]': ({ones}) =>
      depthwiseSeparableConv2d(ones(1, 5, 5, 2), ones(3, 3, 2, 1), ones(1, 1, 2, 4), {bias: ones(2)}),
    // A flipped filter is made by kernels, which must not run before the bias is checked.
    'conv2d: bias must have the shape [outChannels] = [2]; got bias.shape=[1]': small({flipFilter: true, bias: [1]}),
  },
  activation: {
    "conv2d: activation must be one of linear, relu, relu6, elu, sigmoid, leakyrelu, prelu; got activation='tanh'":
      small({activation: 'tanh'}),
    "conv2d: activation must be one of linear, relu, relu6, elu, sigmoid, leakyrelu, prelu; got activation='ReLU'":
      small({activation: 'ReLU'}),
    'conv2d: activation must be one of linear, relu, relu6, elu, sigmoid, leakyrelu, prelu; got activation=a function':
      small({activation: tf.relu}),
  },
  alpha: {
    'conv2d: leakyreluAlpha must be a finite number; got leakyreluAlpha=NaN': small({
      activation: 'leakyrelu',
      leakyreluAlpha: NaN,
    }),
    'conv2d: leakyreluAlpha must be a finite number; got leakyreluAlpha=Infinity': small({
      activation: 'leakyrelu',
      leakyreluAlpha: Infinity,
    }),
    "conv2d: leakyreluAlpha must be a finite number; got leakyreluAlpha='0.2'": small({
      activation: 'leakyrelu',
      leakyreluAlpha: '0.2',
    }),
  },
  preluMissing: {
    "conv2d: activation 'prelu' needs preluActivationWeights; got preluActivationWeights=undefined": small({
      activation: 'prelu',
    }),
  },
  preluShape: {
    'conv2d: preluActivationWeights must broadcast to the output; got [preluActivationWeights.shape, output.shape]=[[3],[1,3,3,2]]':
      small({activation: 'prelu', preluActivationWeights: [1, 2, 3]}),
    'conv2d: preluActivationWeights must broadcast to the output; got [preluActivationWeights.shape, output.shape]=[[1,1,1,1,2],[1,3,3,2]]':
      small({activation: 'prelu', preluActivationWeights: [[[[[1, 2]]]]]}),
    'conv2d: preluActivationWeights must broadcast to the output; got [preluActivationWeights.shape, output.shape]=[[2,1,1,1],[1,3,3,2]]':
      ({ones}) =>
        conv2d(ones(1, 5, 5, 1), ones(3, 3, 1, 2), {activation: 'prelu', preluActivationWeights: ones(2, 1, 1, 1)}),
  },
  flip: {
    'conv2d: flipFilter must be true or false; got flipFilter=1': small({flipFilter: 1}),
    "convMatrix: flipFilter must be true or false; got flipFilter='false'": ({ones}) =>
      convMatrix(ones(3, 3), [4, 4], {flipFilter: 'false'}),
  },
  option: {
    "conv2d: an option must be one of strides, pad, dilations, groups, flipFilter, dataFormat, bias, activation, leakyreluAlpha, preluActivationWeights; got option='padding'":
      small({padding: 'same'}),
    "conv2d: an option must be one of strides, pad, dilations, groups, flipFilter, dataFormat, bias, activation, leakyreluAlpha, preluActivationWeights; got option='stride'":
      small({stride: 2}),
    "conv2d: an option must be one of strides, pad, dilations, groups, flipFilter, dataFormat, bias, activation, leakyreluAlpha, preluActivationWeights; got option='outputPadding'":
      small({outputPadding: 1}),
    "conv2dTranspose: an option must be one of strides, pad, dilations, groups, flipFilter, dataFormat, bias, activation, leakyreluAlpha, preluActivationWeights, outputShape, outputPadding; got option='output_shape'":
      smallTranspose({output_shape: [5, 5]}),
    "convMatrix: an option must be one of strides, pad, dilations, groups, flipFilter; got option='dataFormat'": ({
      ones,
    }) => convMatrix(ones(3, 3), [4, 4], {dataFormat: 'NCHW'}),
    "separateFilter: an option must be one of rank, tolerance; got option='rnk'": separate({rnk: 1}),
  },
  options: {
    'conv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=null':
      small(null),
    // As the built-in op takes them.
    'conv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=2':
      ({ones}) => conv2d(ones(1, 5, 5, 2), ones(3, 3, 2, 2), 2, 'same'),
    "conv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options='same'":
      small('same'),
    'conv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=[2,2]':
      small([2, 2]),
    'conv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=a function':
      small(() => ({})),
    'dilatedConv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=null':
      ({ones}) => dilatedConv2d(ones(1, 9, 9, 1), ones(3, 3, 1, 1), 2, null),
    "groupedConv2d: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options='same'":
      ({ones}) => groupedConv2d(ones(1, 5, 5, 4), ones(3, 3, 2, 4), 2, 'same'),
    'separateFilter: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=1':
      separate(1),
    'separateFilter: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; got options=null':
      separate(null),
  },
  matrixInput: {
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=undefined': ({
      ones,
    }) => convMatrix(ones(3, 3)),
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=4': ({
      ones,
    }) => convMatrix(ones(3, 3), 4),
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=[4,4,1]': ({
      ones,
    }) => convMatrix(ones(3, 3), [4, 4, 1]),
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=[4,0]': ({
      ones,
    }) => convMatrix(ones(3, 3), [4, 0]),
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=[4.5,4]': ({
      ones,
    }) => convMatrix(ones(3, 3), [4.5, 4]),
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=[2147483648,4]':
      ({ones}) => convMatrix(ones(3, 3), [2 ** 31, 4]),
    'convMatrix: inputShape must be [height, width], each an integer from 1 to 2147483647; got inputShape=[undefined,undefined]':
      ({ones}) => convMatrix(ones(3, 3), new Array(2)),
  },
  matrixSize: {
    'convMatrix: the matrix must have at most 134217728 elements (512 MiB); got matrix.shape=[49284,50176]': ({ones}) =>
      convMatrix(ones(3, 3), [224, 224]),
    'convMatrix: the matrix must have at most 134217728 elements (512 MiB); got matrix.shape=[1,134217729]': ({ones}) =>
      convMatrix(ones(1, 1), [1, 2 ** 27 + 1], {strides: MAX}),
    'conv2dTransposeMatrix: the matrix must have at most 134217728 elements (512 MiB); got matrix.shape=[20000,83232]':
      ({ones}) => conv2dTransposeMatrix(ones(1, 100, 100, 2), ones(3, 3, 8, 2)),
  },
  finite: {
    'separateFilter: every value of the filter must be finite; got value=NaN': () =>
      separateFilter([
        [1, NaN],
        [2, 3],
      ]),
    'separateFilter: every value of the filter must be finite; got value=-Infinity': () =>
      separateFilter([[1, -Infinity]]),
    // What float32 cannot hold.
    'separateFilter: every value of the filter must be finite; got value=Infinity': () => separateFilter([[1, 1e39]]),
  },
  separateRank: {
    'separateFilter: rank must be an integer from 1 to min(height * inChannels, width * outChannels) = 2; got rank=3':
      separate({rank: 3}),
    'separateFilter: rank must be an integer from 1 to min(height * inChannels, width * outChannels) = 2; got rank=0':
      separate({rank: 0}),
    'separateFilter: rank must be an integer from 1 to min(height * inChannels, width * outChannels) = 2; got rank=1.5':
      separate({rank: 1.5}),
    'separateFilter: rank must be an integer from 1 to min(height * inChannels, width * outChannels) = 2; got rank=NaN':
      separate({rank: NaN}),
    "separateFilter: rank must be an integer from 1 to min(height * inChannels, width * outChannels) = 2; got rank='1'":
      separate({rank: '1'}),
    'separateFilter: rank must be an integer from 1 to min(height * inChannels, width * outChannels) = 6; got rank=7':
      ({ones}) => separateFilter(ones(3, 3, 2, 4), {rank: 7}),
  },
  tolerance: {
    'separateFilter: tolerance must be a number from 0 to 1; got tolerance=-0.1': separate({tolerance: -0.1}),
    'separateFilter: tolerance must be a number from 0 to 1; got tolerance=1.1': separate({tolerance: 1.1}),
    'separateFilter: tolerance must be a number from 0 to 1; got tolerance=NaN': separate({tolerance: NaN}),
    "separateFilter: tolerance must be a number from 0 to 1; got tolerance='0.1'": separate({tolerance: '0.1'}),
    // Of no use with a rank, and still wrong.
    'separateFilter: tolerance must be a number from 0 to 1; got tolerance=2': separate({rank: 1, tolerance: 2}),
  },
  backend: {
    "accelerate: backendName must be that of a registered backend; got backendName='cuda'": () => accelerate('cuda'),
    "accelerate: backendName must be that of a registered backend; got backendName='toString'": () =>
      accelerate('toString'),
    'accelerate: backendName must be that of a registered backend; got backendName=null': () => accelerate(null),
    'accelerate: backendName must be that of a registered backend; got backendName=[object Object]': () =>
      accelerate({}),
  },
  ...BAD_BUILTIN_CALLS,
  ...BAD_GRAPH_NODES,
  gradientActivation: {
    "ConvND: the gradient needs the activation 'linear' (the ops apply other activations as a step of their own); got activation='relu'":
      ({ones}) => {
        const filter = ones(1, 1, 1, 1);
        return tf.grad(x => tf.engine().runKernel('ConvND', {x, filter}, unaryAttrs()))(ones(1, 1, 1, 1));
      },
  },
};

/** Attributes of ConvND for one pixel of one channel, with an activation that the kernel applies. */
function unaryAttrs(): tf.NamedAttrMap {
  const axis = {input: 1, kernel: 1, output: 1, stride: 1, dilation: 1, padBefore: 0, padAfter: 0};
  const geometry = {batch: 1, groups: 1, inChannels: 1, outChannels: 1, channelsLast: true, axes: [axis, axis, axis]};
  return {geometry, outputShape: [1, 1, 1, 1], activation: 'relu', leakyreluAlpha: 0} as unknown as tf.NamedAttrMap;
}
