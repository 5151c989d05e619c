import * as tf from '@tensorflow/tfjs';
import {GRAPH_OPS} from '../../src/graph_model/ops/table.js';

/*
 * Nodes of graphs that must be errors when they run: what nothing checks before, as a graph is a file. The inputs and
 * attributes are as TensorFlow.js hands them to an op.
 */

/** Makes the tensors of a call. */
interface MakesTensors {
  readonly ones: (...shape: number[]) => tf.Tensor;
  readonly typed: (dtype: 'int32', ...shape: number[]) => tf.Tensor;
}

export type BadNode = (tensors: MakesTensors) => unknown;

type Attrs = Readonly<Record<string, unknown>>;

function run(op: string, inputs: readonly (tf.Tensor | undefined)[], attrs: Attrs): unknown {
  const executor = GRAPH_OPS.get(op)?.run;
  // What no type lets through.
  return executor?.({inputs, attrs} as Parameters<typeof executor>[0]);
}

const PLANAR: Attrs = {strides: [1, 1, 1, 1], padding: 'valid', data_format: 'nhwc'};

/** x of 4x4 with 4 channels, and 6 filters of 3x3. */
const conv2d =
  (attrs: Attrs): BadNode =>
  ({ones}) =>
    run('Conv2D', [ones(1, 4, 4, 4), ones(3, 3, 4, 6)], {...PLANAR, ...attrs});

const fused =
  (attrs: Attrs, ...args: readonly (readonly number[])[]): BadNode =>
  ({ones}) =>
    run('_FusedConv2D', [ones(1, 4, 4, 4), ones(3, 3, 4, 6), ...args.map(shape => ones(...shape))], {
      ...PLANAR,
      ...attrs,
    });

const line =
  (attrs: Attrs): BadNode =>
  ({ones}) =>
    run('Conv1D', [ones(1, 4, 4), ones(3, 4, 6)], {stride: 1, padding: 'valid', ...attrs});

const STEPS = 'must hold 4 numbers in the order of data_format, each an integer from 1 to 2147483647';
const PADDINGS = 'must hold 8 numbers, [before, after] of every axis, each an integer from 0 to 2147483647';
const FUSED = 'biasadd, fusedbatchnorm, add, tanh, _fusedhardswish, relu, relu6, elu, sigmoid, leakyrelu, prelu';
const SIZES = 'must be a tensor of the 4 sizes in the order of data_format, each an integer from 0 to 2147483647';

/** What each rule says of nodes that break it. */
export const BAD_GRAPH_NODES = {
  steps: {
    [`Conv2D: strides ${STEPS}, and 1 for batch and channels; got strides=undefined`]: conv2d({strides: undefined}),
    [`Conv2D: strides ${STEPS}, and 1 for batch and channels; got strides=[1,1]`]: conv2d({strides: [1, 1]}),
    [`Conv2D: strides ${STEPS}, and 1 for batch and channels; got strides=[1,0,1,1]`]: conv2d({strides: [1, 0, 1, 1]}),
    [`Conv2D: strides ${STEPS}, and 1 for batch and channels; got strides=[1,NaN,1,1]`]: conv2d({
      strides: [1, NaN, 1, 1],
    }),
    [`Conv2D: strides ${STEPS}, and 1 for batch and channels; got strides=[2,1,1,1]`]: conv2d({strides: [2, 1, 1, 1]}),
    [`Conv2D: strides ${STEPS}, and 1 for batch and channels; got strides=[1,2,2,1]`]: ({ones}) =>
      run('Conv2D', [ones(1, 4, 4, 4), ones(3, 3, 4, 6)], {...PLANAR, strides: [1, 2, 2, 1], data_format: 'nchw'}),
    [`Conv2D: dilations ${STEPS}, and 1 for batch and channels; got dilations=[1,1.5,1,1]`]: conv2d({
      dilations: [1, 1.5, 1, 1],
    }),
    [`Conv2DBackpropInput: dilations ${STEPS}, and 1 for batch and channels; got dilations='2'`]: ({ones, typed}) =>
      run('Conv2DBackpropInput', [typed('int32', 4), ones(1, 1, 1, 1), ones(1, 1, 1, 1)], {...PLANAR, dilations: '2'}),
  },
  padding: {
    "Conv2D: padding must be 'VALID', 'SAME' or 'EXPLICIT'; got padding='full'": conv2d({padding: 'full'}),
    "Conv2D: padding must be 'VALID', 'SAME' or 'EXPLICIT'; got padding=undefined": conv2d({padding: undefined}),
    "Conv1D: padding must be 'VALID', 'SAME' or 'EXPLICIT'; got padding=''": line({padding: ''}),
  },
  explicitPaddings: {
    [`Conv2D: explicit_paddings ${PADDINGS}; got explicit_paddings=undefined`]: conv2d({padding: 'explicit'}),
    [`Conv2D: explicit_paddings ${PADDINGS}; got explicit_paddings=[1,1,1,1]`]: conv2d({
      padding: 'explicit',
      explicit_paddings: [1, 1, 1, 1],
    }),
    [`Conv2D: explicit_paddings ${PADDINGS}; got explicit_paddings=[0,0,1,-1,1,1,0,0]`]: conv2d({
      padding: 'explicit',
      explicit_paddings: [0, 0, 1, -1, 1, 1, 0, 0],
    }),
  },
  fusedOps: {
    [`_FusedConv2D: fused_ops must be among ${FUSED}; got fused_ops=['BiasAdd','Swish']`]: fused(
      {fused_ops: ['BiasAdd', 'Swish']},
      [6],
    ),
    [`_FusedConv2D: fused_ops must be among ${FUSED}; got fused_ops=3`]: fused({fused_ops: 3}),
    [`_FusedConv2D: fused_ops must be among ${FUSED}; got fused_ops=['constructor']`]: fused({
      fused_ops: ['constructor'],
    }),
  },
  perChannel: {
    '_FusedConv2D: bias must hold one value per output channel; got [bias.shape, outChannels]=[[5],6]': fused(
      {fused_ops: ['biasadd']},
      [5],
    ),
    '_FusedConv2D: mean must hold one value per output channel; got [mean.shape, outChannels]=[[1],6]': fused(
      {fused_ops: ['fusedbatchnorm']},
      [6],
      [6],
      [1],
      [6],
    ),
  },
  epsilon: {
    '_FusedConv2D: epsilon must be a finite number; got epsilon=NaN': fused(
      {fused_ops: ['fusedbatchnorm'], epsilon: NaN},
      [6],
      [6],
      [6],
      [6],
    ),
  },
  sizes: {
    [`Conv2DBackpropInput: input_sizes ${SIZES}; got input_sizes=[1,1,1]`]: ({ones, typed}) =>
      run('Conv2DBackpropInput', [typed('int32', 3), ones(1, 1, 1, 1), ones(1, 1, 1, 1)], PLANAR),
    [`Conv2DBackpropFilter: filter_sizes ${SIZES}; got filter_sizes=[1,1,1,1,1]`]: ({ones, typed}) =>
      run('Conv2DBackpropFilter', [ones(1, 1, 1, 1), typed('int32', 5), ones(1, 1, 1, 1)], PLANAR),
  },
  sameBatch: {
    'Conv2DBackpropInput: input_sizes must have the batch of x; got [input_sizes, x.shape]=[[1,1,1,1],[2,1,1,1]]': ({
      ones,
      typed,
    }) => run('Conv2DBackpropInput', [typed('int32', 4), ones(1, 1, 1, 1), ones(2, 1, 1, 1)], PLANAR),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, BadNode>>>>;
