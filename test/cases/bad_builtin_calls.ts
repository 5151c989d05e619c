import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';

/*
 * Calls of TensorFlow.js' convolution kernels and ops that must be errors where ours stand in for them. Most kernels get
 * them through an op that checks little, a GraphModel or a gradient; here mostly without one, which checks nothing.
 */

/** Makes the tensors of a call. */
interface MakesTensors {
  readonly ones: (...shape: number[]) => tf.Tensor;
  readonly typed: (dtype: 'int32' | 'bool' | 'complex64' | 'string', ...shape: number[]) => tf.Tensor;
  readonly disposed: (...shape: number[]) => tf.Tensor;
}

export type BadBuiltinCall = (tensors: MakesTensors) => unknown;

/** Makes an input, or gives nothing for it. */
type Input = (tensors: MakesTensors) => tf.Tensor | null | undefined;

const ones =
  (...shape: number[]): Input =>
  tensors =>
    tensors.ones(...shape);
const typed =
  (dtype: 'complex64' | 'string' | 'int32', ...shape: number[]): Input =>
  tensors =>
    tensors.typed(dtype, ...shape);

/** Runs with the kernels replaced. */
export function accelerated<T>(call: () => T): T {
  const restore = accelerate();
  try {
    return call();
  } finally {
    restore();
  }
}

type Attrs = Readonly<Record<string, unknown>>;

function kernel(name: string, inputs: Readonly<Record<string, Input>>, attrs: Attrs): BadBuiltinCall {
  return tensors => {
    const made = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input(tensors)]));
    // What no type lets through.
    return accelerated(() => tf.engine().runKernel(name, made as tf.NamedTensorMap, attrs as tf.NamedAttrMap));
  };
}

const PLANAR: Attrs = {strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1};
const SOLID: Attrs = {...PLANAR, dataFormat: 'NDHWC'};

const x = ones(1, 5, 4, 2);
const filter = ones(3, 2, 2, 3);

/** Calls of Conv2D on 5x4 with a 3x2 filter, two channels and three filters. */
const conv2d = (attrs: Attrs): BadBuiltinCall => kernel('Conv2D', {x, filter}, {...PLANAR, ...attrs});
const shapes = (image: number[], weights: number[], attrs: Attrs = {}): BadBuiltinCall =>
  kernel('Conv2D', {x: ones(...image), filter: ones(...weights)}, {...PLANAR, ...attrs});
const depthwise = (weights: number[], attrs: Attrs = {}): BadBuiltinCall =>
  kernel('DepthwiseConv2dNative', {x, filter: ones(...weights)}, {...PLANAR, ...attrs});
const conv3d = (attrs: Attrs): BadBuiltinCall =>
  kernel('Conv3D', {x: ones(1, 3, 4, 5, 2), filter: ones(2, 2, 2, 2, 3)}, {...SOLID, ...attrs});
const fused = (inputs: Readonly<Record<string, Input>>, attrs: Attrs = {}): BadBuiltinCall =>
  kernel('FusedConv2D', {x, filter, ...inputs}, {...PLANAR, activation: 'linear', ...attrs});
const transposed = (dy: number[], inputShape: unknown, attrs: Attrs = {}): BadBuiltinCall =>
  kernel('Conv2DBackpropInput', {dy: ones(...dy), filter}, {...PLANAR, inputShape, ...attrs});
const filterGradient = (dy: number[], filterShape: unknown): BadBuiltinCall =>
  kernel('Conv2DBackpropFilter', {x, dy: ones(...dy)}, {...PLANAR, filterShape});

const COUNT = 'an integer from 1 to 2147483647';
const FROM_0 = 'an integer from 0 to 2147483647';
const OF_CHANNELS =
  'the input channels of the filter must divide those of x, into groups that divide its output channels';
const DY =
  'dy (the x of a transposed convolution) must have the shape that inputShape (its outputShape) leads to; got [dy.shape, expected shape]=';
const DY_OF_X = 'dy must have the shape that a convolution of x leads to; got [dy.shape, expected shape]=';
const EPILOGUE = 'must be one value, one per output channel, or broadcast to the output; got';
const ACTIVATIONS = 'activation must be one of linear, relu, relu6, elu, sigmoid, leakyrelu, prelu';

/** The rules that only stand-ins have: what each says of calls that break it. */
export const BAD_BUILTIN_CALLS = {
  missing: {
    'Conv2D: x must be given; got x=undefined': kernel('Conv2D', {filter}, PLANAR),
    'Conv2D: filter must be given; got filter=null': kernel('Conv2D', {x, filter: () => null}, PLANAR),
    'Conv3DBackpropInputV2: dy must be given; got dy=undefined': kernel('Conv3DBackpropInputV2', {filter}, SOLID),
  },
  numeric: {
    "Conv3D: x must be a float32, int32 or bool tensor; got x.dtype='complex64'": kernel(
      'Conv3D',
      {x: typed('complex64', 1, 2, 2, 2, 1), filter: ones(2, 2, 2, 1, 1)},
      SOLID,
    ),
    "Conv2DBackpropInput: filter must be a float32, int32 or bool tensor; got filter.dtype='string'": kernel(
      'Conv2DBackpropInput',
      {dy: ones(1, 1, 1, 1), filter: typed('string', 1, 1, 1, 1)},
      {...PLANAR, inputShape: [1, 1, 1, 1]},
    ),
    "FusedConv2D: bias must be a float32, int32 or bool tensor; got bias.dtype='complex64'": fused({
      bias: typed('complex64', 3),
    }),
    "FusedConv2D: preluActivationWeights must be a float32, int32 or bool tensor; got preluActivationWeights.dtype='complex64'":
      fused({preluActivationWeights: typed('complex64', 3)}, {activation: 'prelu'}),
  },
  shape: {
    [`Conv2DBackpropInput: inputShape must hold 4 sizes, each ${FROM_0}; got inputShape=undefined`]: transposed(
      [1, 3, 3, 3],
      undefined,
    ),
    [`Conv2DBackpropInput: inputShape must hold 4 sizes, each ${FROM_0}; got inputShape=[1,5,NaN,2]`]: transposed(
      [1, 3, 3, 3],
      [1, 5, NaN, 2],
    ),
    [`Conv2DBackpropInput: inputShape must hold 4 sizes, each ${FROM_0}; got inputShape=[-1,5,4,2]`]: transposed(
      [1, 3, 3, 3],
      [-1, 5, 4, 2],
    ),
    [`Conv2DBackpropInput: inputShape must hold 4 sizes, each ${FROM_0}; got inputShape=[5,4,2]`]: transposed(
      [1, 3, 3, 3],
      [5, 4, 2],
    ),
    [`Conv2DBackpropFilter: filterShape must hold 4 sizes, each ${FROM_0}; got filterShape=[3,2,2,1.5]`]:
      filterGradient([1, 3, 3, 3], [3, 2, 2, 1.5]),
  },
  dimRoundingMode: {
    "Conv2D: dimRoundingMode must be 'floor', 'round', 'ceil' or left out; got dimRoundingMode='trunc'": conv2d({
      pad: 1,
      dimRoundingMode: 'trunc',
    }),
    "Conv2D: dimRoundingMode must be 'floor', 'round', 'ceil' or left out; got dimRoundingMode='toString'": conv2d({
      pad: 1,
      dimRoundingMode: 'toString',
    }),
  },
  filterChannels: {
    [`Conv2D: ${OF_CHANNELS}; got [inChannels, filter.shape]=[2,[3,2,4,3]]`]: shapes([1, 5, 4, 2], [3, 2, 4, 3]),
    [`Conv2D: ${OF_CHANNELS}; got [inChannels, filter.shape]=[4,[3,2,3,3]]`]: shapes([1, 5, 4, 4], [3, 2, 3, 3]),
    [`Conv2D: ${OF_CHANNELS}; got [inChannels, filter.shape]=[4,[3,2,2,3]]`]: shapes([1, 5, 4, 4], [3, 2, 2, 3]),
    [`Conv2D: ${OF_CHANNELS}; got [inChannels, filter.shape]=[4,[3,2,0,3]]`]: shapes([1, 5, 4, 4], [3, 2, 0, 3]),
    [`Conv2D: ${OF_CHANNELS}; got [inChannels, filter.shape]=[0,[3,2,2,3]]`]: shapes([1, 5, 4, 0], [3, 2, 2, 3]),
    [`Conv2D: ${OF_CHANNELS}; got [inChannels, filter.shape]=[5,[3,2,2,3]]`]: shapes([1, 5, 4, 2], [3, 2, 2, 3], {
      dataFormat: 'NCHW',
    }),
    [`Conv2DBackpropInput: ${OF_CHANNELS}; got [inChannels, filter.shape]=[3,[3,2,2,3]]`]: transposed(
      [1, 3, 3, 3],
      [1, 5, 4, 3],
    ),
  },
  dyShape: {
    // Smaller than what the geometry gives, and of another batch or other channels.
    [`Conv2DBackpropInput: ${DY}[[1,3,3,3],[1,5,3,3]]`]: transposed([1, 3, 3, 3], [1, 7, 4, 2]),
    [`Conv2DBackpropInput: ${DY}[[1,3,3,3],[2,3,3,3]]`]: transposed([1, 3, 3, 3], [2, 5, 4, 2]),
    [`Conv2DBackpropInput: ${DY}[[1,3,3,2],[1,3,3,3]]`]: transposed([1, 3, 3, 2], [1, 5, 4, 2]),
    [`Conv2DBackpropInput: ${DY}[[3,3,3],[1,3,3,3]]`]: transposed([3, 3, 3], [1, 5, 4, 2]),
    [`Conv2DBackpropInput: ${DY}[[1,2,2,3],[1,3,3,3]]`]: transposed([1, 2, 2, 3], [1, 7, 6, 2], {strides: 2}),
    [`Conv3DBackpropInputV2: ${DY}[[1,1,1,1,1],[1,2,1,1,1]]`]: kernel(
      'Conv3DBackpropInputV2',
      {dy: ones(1, 1, 1, 1, 1), filter: ones(2, 2, 2, 1, 1)},
      {strides: 1, pad: 'valid', inputShape: [1, 3, 2, 2, 1]},
    ),
    [`DepthwiseConv2dNativeBackpropInput: ${DY}[[1,3,3,4],[1,3,3,2]]`]: kernel(
      'DepthwiseConv2dNativeBackpropInput',
      {dy: ones(1, 3, 3, 4), filter: ones(3, 2, 2, 1)},
      {...PLANAR, inputShape: [1, 5, 4, 2]},
    ),
  },
  dyShapeOfX: {
    [`Conv2DBackpropFilter: ${DY_OF_X}[[1,2,3,3],[1,3,3,3]]`]: filterGradient([1, 2, 3, 3], [3, 2, 2, 3]),
    [`Conv2DBackpropFilter: ${DY_OF_X}[[1,3,3,3],[1,3,3,4]]`]: filterGradient([1, 3, 3, 3], [3, 2, 2, 4]),
    [`Conv2DBackpropFilter: ${DY_OF_X}[[2,3,3,3],[1,3,3,3]]`]: filterGradient([2, 3, 3, 3], [3, 2, 2, 3]),
    // A larger one is not cropped: it shows another layout.
    [`DepthwiseConv2dNativeBackpropFilter: ${DY_OF_X}[[1,3,4,2],[1,3,3,2]]`]: kernel(
      'DepthwiseConv2dNativeBackpropFilter',
      {x, dy: ones(1, 3, 4, 2)},
      {...PLANAR, filterShape: [3, 2, 2, 1]},
    ),
    [`DepthwiseConv2dNativeBackpropFilter: ${DY_OF_X}[[1,3,3,2],[1,3,3,4]]`]: kernel(
      'DepthwiseConv2dNativeBackpropFilter',
      {x, dy: ones(1, 3, 3, 2)},
      {...PLANAR, filterShape: [3, 2, 2, 2]},
    ),
  },
  epilogue: {
    [`FusedConv2D: bias ${EPILOGUE} [bias.shape, output.shape]=[[2],[1,3,3,3]]`]: fused({bias: ones(2)}),
    // It would make the result larger.
    [`FusedConv2D: bias ${EPILOGUE} [bias.shape, output.shape]=[[2,1,1,3],[1,3,3,3]]`]: fused({bias: ones(2, 1, 1, 3)}),
    [`FusedConv2D: bias ${EPILOGUE} [bias.shape, output.shape]=[[1,1,3,3,3],[1,3,3,3]]`]: fused({
      bias: ones(1, 1, 3, 3, 3),
    }),
    // A width is no channel.
    [`FusedConv2D: bias ${EPILOGUE} [bias.shape, output.shape]=[[4],[1,3,5,4]]`]: kernel(
      'FusedConv2D',
      {x: ones(1, 2, 7, 5), filter, bias: ones(4)},
      {...PLANAR, dataFormat: 'NCHW', activation: 'relu'},
    ),
    [`FusedConv2D: preluActivationWeights ${EPILOGUE} [preluActivationWeights.shape, output.shape]=[[4],[1,3,3,3]]`]:
      fused({preluActivationWeights: ones(4)}, {activation: 'prelu'}),
    [`FusedDepthwiseConv2D: preluActivationWeights ${EPILOGUE} [preluActivationWeights.shape, output.shape]=[[2,1],[1,3,3,2]]`]:
      kernel(
        'FusedDepthwiseConv2D',
        {x, filter: ones(3, 2, 2, 1), preluActivationWeights: ones(2, 1)},
        {...PLANAR, activation: 'prelu'},
      ),
  },
} as const satisfies {readonly [rule: string]: {readonly [message: string]: BadBuiltinCall}};

const strides = (kernelName: string, value: string) =>
  `${kernelName}: strides must be one number or one per spatial axis, each ${COUNT}; got strides=${value}`;
const dilations = (kernelName: string, value: string) =>
  `${kernelName}: dilations must be one number or one per spatial axis, each ${COUNT}; got dilations=${value}`;
const pad = (kernelName: string, value: string) =>
  `${kernelName}: pad must be 'valid', 'same', 'causal' (1-D), ${FROM_0}, or a pair of them per spatial axis; got pad=${value}`;

/** Calls that break a rule of the ops. */
export const BAD_ATTRIBUTES: {readonly [message: string]: BadBuiltinCall} = {
  [strides('Conv2D', '0')]: conv2d({strides: 0}),
  [strides('Conv2D', '-1')]: conv2d({strides: -1}),
  [strides('Conv2D', '1.5')]: conv2d({strides: 1.5}),
  [strides('Conv2D', 'NaN')]: conv2d({strides: NaN}),
  [strides('Conv2D', '[1,2,3]')]: conv2d({strides: [1, 2, 3]}),
  [strides('Conv2D', '[2]')]: conv2d({strides: [2]}),
  [strides('Conv2D', 'null')]: conv2d({strides: null}),
  [strides('Conv3D', '[1,2]')]: conv3d({strides: [1, 2]}),
  [strides('Conv3D', '[1,0,1]')]: conv3d({strides: [1, 0, 1]}),
  [strides('DepthwiseConv2dNative', '[1,Infinity]')]: depthwise([3, 2, 2, 1], {strides: [1, Infinity]}),
  [strides('FusedConv2D', '0')]: fused({}, {strides: 0}),
  [strides('Conv2DBackpropInput', '0')]: transposed([1, 3, 3, 3], [1, 5, 4, 2], {strides: 0}),
  [dilations('Conv2D', '0')]: conv2d({dilations: 0}),
  [dilations('Conv2D', '[1,-1]')]: conv2d({dilations: [1, -1]}),
  [dilations('DepthwiseConv2dNative', '1.5')]: depthwise([3, 2, 2, 1], {dilations: 1.5}),
  [dilations('Conv3D', '[0,0,0]')]: conv3d({dilations: [0, 0, 0]}),
  [pad('Conv2D', "'SAME'")]: conv2d({pad: 'SAME'}),
  [pad('Conv2D', "'VALID'")]: conv2d({pad: 'VALID'}),
  [pad('Conv2D', '0.5')]: conv2d({pad: 0.5}),
  [pad('Conv2D', '-1')]: conv2d({pad: -1}),
  [pad('Conv2D', 'NaN')]: conv2d({pad: NaN}),
  [pad('Conv2D', 'null')]: conv2d({pad: null}),
  [pad('Conv2D', '[[0,0],[1,1],[1,1]]')]: conv2d({
    pad: [
      [0, 0],
      [1, 1],
      [1, 1],
    ],
  }),
  [pad('Conv2D', '[[0,0],[-1,1],[1,1],[0,0]]')]: conv2d({
    pad: [
      [0, 0],
      [-1, 1],
      [1, 1],
      [0, 0],
    ],
  }),
  [pad('Conv2D', '[[0,0],[NaN,1],[1,1],[0,0]]')]: conv2d({
    pad: [
      [0, 0],
      [NaN, 1],
      [1, 1],
      [0, 0],
    ],
  }),
  [pad('Conv2D', '[[0,0],[1],[1,1],[0,0]]')]: conv2d({pad: [[0, 0], [1], [1, 1], [0, 0]]}),
  [pad('Conv3D', "'SAME'")]: conv3d({pad: 'SAME'}),
  [pad('FusedConv2D', "'Same'")]: fused({}, {pad: 'Same'}),
  "Conv2D: pad 'causal' is for 1-D convolutions only; got pad='causal'": conv2d({pad: 'causal'}),
  "Conv2D: dataFormat must be one of NHWC, NCHW; got dataFormat='nchw'": conv2d({dataFormat: 'nchw'}),
  "Conv2D: dataFormat must be one of NHWC, NCHW; got dataFormat='NHCW'": conv2d({dataFormat: 'NHCW'}),
  "Conv3D: dataFormat must be one of NDHWC, NCDHW; got dataFormat='NCHW'": conv3d({dataFormat: 'NCHW'}),
  'Conv2D: every output size must be at least 1; got output sizes=[-5,-5]': shapes([1, 4, 4, 1], [10, 10, 1, 1]),
  'Conv2D: every output size must be at least 1; got output sizes=[0,4]': shapes([1, 4, 4, 1], [5, 1, 1, 1]),
  'Conv3D: every output size must be at least 1; got output sizes=[2,3,0]': kernel(
    'Conv3D',
    {x: ones(1, 3, 4, 1, 2), filter: ones(2, 2, 2, 2, 3)},
    SOLID,
  ),
  'Conv2DBackpropInput: every output size must be at least 1; got output sizes=[0,3]': transposed(
    [1, 1, 3, 3],
    [1, 2, 4, 2],
  ),
  'Conv2D: every size of x but the batch must be at least 1; got x.shape=[1,0,4,2]': shapes(
    [1, 0, 4, 2],
    [3, 2, 2, 3],
    {
      pad: 'same',
    },
  ),
  'Conv2D: every size of filter must be at least 1; got filter.shape=[0,2,2,3]': shapes([1, 5, 4, 2], [0, 2, 2, 3]),
  'Conv2D: a tensor must have at most 2147483647 elements, also with its padding; got padded.shape=[1,200005,200004,2]':
    conv2d({pad: 100000}),
  'Conv2D: x must have the shape [batch, height, width, channels] in the order of dataFormat; got x.shape=[5,4,2]':
    kernel('Conv2D', {x: ones(5, 4, 2), filter}, PLANAR),
  'Conv2D: filter must have the shape [...kernel, inChannels / groups, outChannels]; got filter.shape=[3,2,2]': kernel(
    'Conv2D',
    {x, filter: ones(3, 2, 2)},
    PLANAR,
  ),
  'DepthwiseConv2dNative: x must have inChannels = 3 to match filter [...kernel, inChannels, channelMultiplier]; got [inChannels, filter.shape]=[2,[3,2,3,1]]':
    depthwise([3, 2, 3, 1]),
  'Conv2D: x must not be disposed; got x.isDisposed=true': kernel(
    'Conv2D',
    {x: tensors => tensors.disposed(1, 5, 4, 2), filter},
    PLANAR,
  ),
  [`FusedConv2D: ${ACTIVATIONS}; got activation='tanh'`]: fused({}, {activation: 'tanh'}),
  [`FusedConv2D: ${ACTIVATIONS}; got activation='toString'`]: fused({}, {activation: 'toString'}),
  "FusedConv2D: activation 'prelu' needs preluActivationWeights; got preluActivationWeights=undefined": fused(
    {},
    {activation: 'prelu'},
  ),
  'FusedConv2D: leakyreluAlpha must be a finite number; got leakyreluAlpha=NaN': fused(
    {},
    {activation: 'leakyrelu', leakyreluAlpha: NaN},
  ),
};
