import * as tf from '@tensorflow/tfjs';
import type {Activation} from 'tfjs-conv';
import type {Case} from '../cases/index.js';

/** A case that a built-in op of TensorFlow.js computes too. */
export interface Builtin {
  readonly one: Case;
  /** The built-in, on tensors in the order of the parameters. */
  readonly call: (tensors: readonly tf.Tensor[]) => tf.Tensor;
  /** Whether it has gradients. */
  readonly differentiable: boolean;
}

const builtin = (one: Case, call: Builtin['call'], differentiable = true): Builtin => ({one, call, differentiable});

const conv1d: readonly Builtin[] = [
  builtin(
    {name: 'valid, strided', op: 'conv1d', x: [2, 11, 3], filters: [[4, 3, 5]], options: {strides: 2}},
    ([x, f]) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, 2, 'valid'),
  ),
  builtin({name: 'same', op: 'conv1d', x: [11, 3], filters: [[4, 3, 5]], options: {pad: 'same'}}, ([x, f]) =>
    tf.conv1d(x as tf.Tensor2D, f as tf.Tensor3D, 1, 'same'),
  ),
  builtin(
    {name: 'dilated', op: 'conv1d', x: [2, 11, 3], filters: [[3, 3, 5]], options: {dilations: 3, pad: 'same'}},
    ([x, f]) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, 1, 'same', 'NWC', 3),
    false,
  ),
];

const size = {x: [2, 9, 8, 3], filters: [[3, 2, 3, 5]]} as const;

const conv2d: readonly Builtin[] = [
  builtin({...size, name: 'valid, strided', op: 'conv2d', options: {strides: [2, 3]}}, ([x, f]) =>
    tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, [2, 3], 'valid'),
  ),
  builtin({...size, name: 'same, strided', op: 'conv2d', options: {strides: [3, 2], pad: 'same'}}, ([x, f]) =>
    tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, [3, 2], 'same'),
  ),
  // The built-in finds both sizes of the result with the height of the filter when the padding is a number.
  builtin({name: 'number pad', op: 'conv2d', x: [2, 9, 8, 3], filters: [[3, 3, 3, 5]], options: {pad: 2}}, ([x, f]) =>
    tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 2),
  ),
  builtin(
    {
      ...size,
      name: 'explicit pad',
      op: 'conv2d',
      options: {
        pad: [
          [0, 0],
          [1, 2],
          [0, 3],
          [0, 0],
        ],
      },
    },
    ([x, f]) =>
      tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ]),
  ),
  builtin(
    {...size, name: 'dilated', op: 'dilatedConv2d', options: {dilations: [3, 2], pad: 'same'}},
    ([x, f]) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same', 'NHWC', [3, 2]),
    false,
  ),
  builtin(
    {...size, name: 'NCHW', op: 'conv2d', x: [2, 3, 8, 9], options: {dataFormat: 'NCHW', strides: [1, 2]}},
    ([x, f]) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, [1, 2], 'valid', 'NCHW'),
  ),
  builtin({name: 'unbatched', op: 'pointwiseConv2d', x: [5, 4, 7], filters: [[1, 1, 7, 3]]}, ([x, f]) =>
    tf.conv2d(x as tf.Tensor3D, f as tf.Tensor4D, 1, 'valid'),
  ),
];

const depthwise: readonly Builtin[] = [
  builtin(
    {
      name: 'strided',
      op: 'depthwiseConv2d',
      x: [2, 9, 8, 3],
      filters: [[3, 2, 3, 2]],
      options: {strides: [2, 2], pad: 'same'},
    },
    ([x, f]) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'),
  ),
  builtin(
    {name: 'multiplier 1', op: 'depthwiseConv2d', x: [9, 8, 5], filters: [[3, 3, 5, 1]], options: {pad: 1}},
    ([x, f]) => tf.depthwiseConv2d(x as tf.Tensor3D, f as tf.Tensor4D, 1, 1),
  ),
  builtin(
    {name: 'dilated', op: 'depthwiseConv2d', x: [2, 9, 8, 3], filters: [[3, 2, 3, 2]], options: {dilations: [2, 3]}},
    ([x, f]) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'valid', 'NHWC', [2, 3]),
    false,
  ),
  builtin(
    {
      name: 'strided',
      op: 'depthwiseSeparableConv2d',
      x: [2, 9, 8, 3],
      filters: [
        [3, 2, 3, 2],
        [1, 1, 6, 4],
      ],
      options: {strides: [2, 2], pad: 'same'},
    },
    ([x, f, g]) => tf.separableConv2d(x as tf.Tensor4D, f as tf.Tensor4D, g as tf.Tensor4D, 2, 'same'),
  ),
  builtin(
    {
      name: 'dilated',
      op: 'depthwiseSeparableConv2d',
      x: [2, 9, 8, 3],
      filters: [
        [3, 2, 3, 1],
        [1, 1, 3, 4],
      ],
      options: {dilations: [2, 1]},
    },
    ([x, f, g]) => tf.separableConv2d(x as tf.Tensor4D, f as tf.Tensor4D, g as tf.Tensor4D, 1, 'valid', [2, 1]),
    false,
  ),
];

const transposed: readonly Builtin[] = [
  builtin(
    {
      name: 'valid, strided',
      op: 'conv2dTranspose',
      x: [2, 4, 3, 2],
      filters: [[3, 4, 5, 2]],
      options: {strides: [2, 3]},
    },
    ([x, f]) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [2, 9, 10, 5], [2, 3], 'valid'),
  ),
  builtin(
    {
      name: 'same, strided',
      op: 'conv2dTranspose',
      x: [2, 4, 3, 2],
      filters: [[3, 4, 5, 2]],
      options: {strides: [2, 3], pad: 'same'},
    },
    ([x, f]) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [2, 8, 9, 5], [2, 3], 'same'),
  ),
  builtin(
    {
      name: 'a size that strides leave open',
      op: 'conv2dTranspose',
      x: [4, 3, 2],
      filters: [[3, 2, 5, 2]],
      options: {strides: [2, 3], outputShape: [10, 10]},
    },
    ([x, f]) => tf.conv2dTranspose(x as tf.Tensor3D, f as tf.Tensor4D, [10, 10, 5], [2, 3], 'valid'),
  ),
  builtin(
    {
      name: 'as a matrix',
      op: 'conv2dTransposeMatrix',
      x: [2, 4, 3, 2],
      filters: [[3, 2, 5, 2]],
      options: {strides: [2, 1], pad: 'same'},
    },
    ([x, f]) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [2, 8, 3, 5], [2, 1], 'same'),
  ),
  builtin(
    {
      name: 'strided',
      op: 'conv3dTranspose',
      x: [2, 2, 3, 2, 2],
      filters: [[2, 3, 1, 3, 2]],
      options: {strides: [2, 1, 3]},
    },
    ([x, f]) => tf.conv3dTranspose(x as tf.Tensor5D, f as tf.Tensor5D, [2, 4, 5, 4, 3], [2, 1, 3], 'valid'),
    false,
  ),
];

const conv3d: readonly Builtin[] = [
  // The built-in pads by a negative number where 'same' has windows that do not reach one another: not here.
  builtin(
    {
      name: 'strided',
      op: 'conv3d',
      x: [2, 4, 5, 6, 2],
      filters: [[2, 3, 4, 2, 3]],
      options: {strides: [1, 2, 3], pad: 'same'},
    },
    ([x, f]) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, [1, 2, 3], 'same'),
  ),
  builtin(
    {name: 'dilated', op: 'conv3d', x: [5, 6, 7, 2], filters: [[2, 3, 2, 2, 3]], options: {dilations: [3, 1, 2]}},
    ([x, f]) => tf.conv3d(x as tf.Tensor4D, f as tf.Tensor5D, 1, 'valid', 'NDHWC', [3, 1, 2]),
    false,
  ),
];

const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

const fused = ACTIVATIONS.flatMap((activation): Builtin[] => {
  const prelu = activation === 'prelu';
  const options = {bias: true, activation, leakyreluAlpha: 0.3, pad: 'same', ...(prelu ? {slopes: [6]} : {})} as const;
  const arguments_ = ([x, filter, bias, slopes]: readonly tf.Tensor[]) =>
    ({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      bias,
      strides: 1,
      pad: 'same',
      activation,
      leakyreluAlpha: 0.3,
      preluActivationWeights: slopes,
    }) as const;
  return [
    builtin({name: activation, op: 'conv2d', x: [2, 5, 4, 3], filters: [[3, 2, 3, 6]], options}, tensors =>
      tf.fused.conv2d(arguments_(tensors)),
    ),
    builtin({name: activation, op: 'depthwiseConv2d', x: [2, 5, 4, 3], filters: [[3, 2, 3, 2]], options}, tensors =>
      tf.fused.depthwiseConv2d(arguments_(tensors)),
    ),
  ];
});

/** Fused ops without an activation, whose gradients TensorFlow.js refuses. */
const fusedLinear: readonly Builtin[] = [
  builtin(
    {
      name: 'fused, dilated',
      op: 'dilatedConv2d',
      x: [2, 6, 7, 3],
      filters: [[3, 2, 3, 4]],
      options: {dilations: [2, 3], bias: true, pad: 'same'},
    },
    ([x, filter, bias]) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias,
        strides: 1,
        pad: 'same',
        dilations: [2, 3],
      }),
    false,
  ),
  builtin(
    {name: 'fused, unbatched', op: 'conv2d', x: [5, 6, 3], filters: [[2, 3, 3, 4]], options: {strides: 2}},
    ([x, filter]) => tf.fused.conv2d({x: x as tf.Tensor3D, filter: filter as tf.Tensor4D, strides: 2, pad: 'valid'}),
    false,
  ),
  builtin(
    {
      name: 'fused, NCHW',
      op: 'conv2d',
      x: [2, 3, 5, 4],
      filters: [[3, 2, 3, 5]],
      options: {dataFormat: 'NCHW', bias: true, strides: [1, 2]},
    },
    ([x, filter, bias]) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias,
        strides: [1, 2],
        pad: 'valid',
        dataFormat: 'NCHW',
      }),
    false,
  ),
  builtin(
    {
      name: 'fused, dilated, unbatched',
      op: 'depthwiseConv2d',
      x: [6, 7, 3],
      filters: [[3, 2, 3, 2]],
      options: {dilations: [2, 3], bias: true},
    },
    ([x, filter, bias]) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor3D,
        filter: filter as tf.Tensor4D,
        bias,
        strides: 1,
        pad: 'valid',
        dilations: [2, 3],
      }),
    false,
  ),
];

const DILATED_ACTIVATIONS = ['relu', 'sigmoid'] as const;

/** Fused ops with an activation, which TensorFlow.js unfuses where it records gradients. */
const fusedDilated = DILATED_ACTIVATIONS.map(activation =>
  builtin(
    {
      name: `fused, dilated, ${activation}`,
      op: 'dilatedConv2d',
      x: [2, 6, 7, 3],
      filters: [[3, 2, 3, 4]],
      options: {dilations: [1, 3], bias: true, activation},
    },
    ([x, filter, bias]) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias,
        strides: 1,
        pad: 'valid',
        dilations: [1, 3],
        activation,
      }),
    false,
  ),
);

/** Every kind of call that a built-in op takes, with its gradients where TensorFlow.js has them. */
export const BUILTINS: readonly Builtin[] = [
  ...conv1d,
  ...conv2d,
  ...depthwise,
  ...transposed,
  ...conv3d,
  ...fused,
  ...fusedLinear,
  ...fusedDilated,
];

/** Calls of which TensorFlow.js' own results are wrong. */
export const WRONG_BUILTINS: readonly Builtin[] = [
  builtin(
    {
      name: 'NCHW',
      op: 'depthwiseConv2d',
      x: [2, 3, 6, 3],
      filters: [[3, 2, 3, 2]],
      options: {dataFormat: 'NCHW', strides: [2, 1]},
    },
    ([x, f]) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, [2, 1], 'valid', 'NCHW'),
  ),
  builtin(
    {
      name: 'NCHW, dilated',
      op: 'depthwiseConv2d',
      x: [2, 3, 6, 7],
      filters: [[3, 2, 3, 2]],
      options: {dataFormat: 'NCHW', dilations: [2, 3], pad: 'same'},
    },
    ([x, f]) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same', 'NCHW', [2, 3]),
  ),
  builtin(
    {name: 'number pad, not square', op: 'conv2d', x: [2, 5, 6, 3], filters: [[3, 2, 3, 4]], options: {pad: 1}},
    ([x, f]) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 1),
  ),
  builtin(
    {
      name: "'same', strides beyond the filter",
      op: 'conv3d',
      x: [1, 4, 5, 6, 2],
      filters: [[1, 2, 1, 2, 3]],
      options: {strides: [3, 3, 2], pad: 'same'},
    },
    ([x, f]) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, [3, 3, 2], 'same'),
  ),
];
