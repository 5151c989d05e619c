import type {AttrValue, FunctionDef, GraphChangeKind, NodeDef} from '../../src/graph_model/optimize/types.js';
import {numbers} from '../support/data.js';
import {
  calls,
  definition,
  float,
  integer,
  integers,
  node,
  placeholder,
  sizes,
  text,
  texts,
  weight,
} from '../support/graphs.js';
import type {Weight} from '../support/graphs.js';
import {product} from '../support/sums.js';

/*
 * Graphs with what a rewrite is about, and graphs that look alike but must stay. All numbers are small integers, and scales
 * are powers of two, so that float32 holds every sum exactly, in any order: a rewrite that is right changes no bit.
 */
export interface Rewrite {
  readonly name: string;
  readonly nodes: readonly NodeDef[];
  readonly weights?: Readonly<Record<string, Weight>>;
  readonly functions?: readonly FunctionDef[];
  /** Shapes of the placeholders, by their names. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly string[];
  /** What is done, sorted; nothing for a graph that stays. */
  readonly changes: readonly GraphChangeKind[];
  /** Ops that are left beside constants and placeholders, sorted. */
  readonly ops: readonly string[];
  /** Sums of more than integers: relative to the largest result. */
  readonly rounding?: number;
}

const x = placeholder('x');
const IMAGE = {x: [2, 7, 6, 3]};
const LINE = {x: [2, 19, 3]};

/** Integers from -4 to 4. */
const some = (name: string, shape: readonly number[]): Weight => weight(shape, numbers(name, product(shape), true));
/** Powers of two of both signs. */
const scales = (shape: readonly number[]): Weight =>
  weight(
    shape,
    Array.from({length: product(shape)}, (_, n) => [2, -0.5, 1, -4, 0.25][n % 5]),
  );

type Attrs = Record<string, AttrValue>;

export const conv2d = (name: string, input: readonly string[], attrs: Attrs = {}, op = 'Conv2D'): NodeDef =>
  node(name, op, [...input], {
    T: {type: 'DT_FLOAT'},
    strides: integers(1, 1, 1, 1),
    padding: text('VALID'),
    data_format: text('NHWC'),
    ...attrs,
  });

const conv3d = (name: string, input: readonly string[], attrs: Attrs = {}, op = 'Conv3D'): NodeDef =>
  conv2d(name, input, {strides: integers(1, 1, 1, 1, 1), data_format: text('NDHWC'), ...attrs}, op);

const SAME = {padding: text('SAME')};
const float1 = {T: {type: 'DT_FLOAT'}};
const op = (name: string, type: string, input: readonly string[], attrs: Attrs = float1): NodeDef =>
  node(name, type, [...input], attrs);

const f = some('f', [3, 2, 3, 4]);
const b = some('b', [4]);
const y = conv2d('y', ['x', 'f'], SAME);

const one = (
  name: string,
  nodes: readonly NodeDef[],
  weights: Readonly<Record<string, Weight>>,
  changes: readonly GraphChangeKind[],
  ops: readonly string[],
  more: Partial<Rewrite> = {},
): Rewrite => ({name, nodes: [x, ...nodes], weights, inputs: IMAGE, outputs: ['z'], changes, ops, ...more});

const stays = (
  name: string,
  nodes: readonly NodeDef[],
  weights: Readonly<Record<string, Weight>>,
  more: Partial<Rewrite> = {},
): Rewrite => {
  const ops = nodes.map(each => each.op).sort();
  return one(name, nodes, weights, [], ops, more);
};

const batchNorm = (name: string, input: string, attrs: Attrs = {}, type = 'FusedBatchNormV3'): NodeDef =>
  op(name, type, [input, 'gamma', 'beta', 'mean', 'variance'], {
    epsilon: float(0),
    is_training: {b: false},
    data_format: text('NHWC'),
    ...float1,
    ...attrs,
  });
/** 1 / sqrt(variance) is 2, 1, 1/2, 4. */
const normal = {
  gamma: scales([4]),
  beta: some('beta', [4]),
  mean: some('mean', [4]),
  variance: weight([4], [0.25, 1, 4, 0.0625]),
};

const afterConvolution: Rewrite[] = [
  one('BiasAdd behind a convolution', [y, op('z', 'BiasAdd', ['y', 'b'])], {f, b}, ['folded offset'], ['_FusedConv2D']),
  one(
    'Add of [1, 1, 1, C]',
    [y, op('z', 'AddV2', ['y', 'b'])],
    {f, b: some('b', [1, 1, 1, 4])},
    ['folded offset'],
    ['_FusedConv2D'],
  ),
  one(
    'Add of one number, constant first',
    [y, op('z', 'Add', ['b', 'y'])],
    {f, b: weight([], [3])},
    ['folded offset'],
    ['_FusedConv2D'],
  ),
  one('c - y', [y, op('z', 'Sub', ['b', 'y'])], {f, b}, ['folded scale'], ['_FusedConv2D']),
  one('y - c', [y, op('z', 'Sub', ['y', 'b'])], {f, b}, ['folded offset'], ['_FusedConv2D']),
  one('Mul', [y, op('z', 'Mul', ['y', 'b'])], {f, b: scales([4])}, ['folded scale'], ['Conv2D']),
  one('RealDiv', [y, op('z', 'RealDiv', ['y', 'b'])], {f, b: scales([4])}, ['folded scale'], ['Conv2D']),
  ...['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3'].map(type =>
    one(
      `${type}`,
      [y, batchNorm('z', 'y', {}, type)],
      {f, ...normal},
      ['folded batch normalization'],
      ['_FusedConv2D'],
    ),
  ),
  one(
    '_FusedBatchNormEx with Relu',
    [y, batchNorm('z', 'y', {activation_mode: text('Relu')}, '_FusedBatchNormEx')],
    {f, ...normal},
    ['folded batch normalization', 'fused activation', 'simplified'],
    ['_FusedConv2D'],
  ),
  one(
    'scale and offset of a depthwise convolution',
    [
      conv2d('y', ['x', 'f'], {...SAME, strides: integers(1, 2, 2, 1)}, 'DepthwiseConv2dNative'),
      op('s', 'Mul', ['y', 's6']),
      op('z', 'AddV2', ['s', 'b6']),
    ],
    {f: some('f', [3, 2, 3, 2]), s6: scales([6]), b6: some('b6', [6])},
    ['folded offset', 'folded scale'],
    ['FusedDepthwiseConv2dNative'],
  ),
  one(
    'scale and offset of Conv3D',
    [conv3d('y', ['x', 'f'], SAME), op('s', 'Mul', ['y', 's']), op('z', 'AddV2', ['s', 'b'])],
    {f: some('f', [2, 3, 2, 3, 4]), s: scales([4]), b},
    ['folded offset', 'folded scale'],
    ['_FusedConv3D'],
    {
      nodes: [x, conv3d('y', ['x', 'f'], SAME), op('m', 'Mul', ['y', 's']), op('z', 'AddV2', ['m', 'b'])],
      inputs: {x: [1, 3, 4, 5, 3]},
    },
  ),
  one(
    'a bias that is there is scaled',
    [
      conv2d('y', ['x', 'f', 'b'], {fused_ops: texts('BiasAdd'), num_args: integer(1)}, '_FusedConv2D'),
      batchNorm('z', 'y'),
    ],
    {f, b, ...normal},
    ['folded batch normalization'],
    ['_FusedConv2D'],
  ),
  one(
    'BiasAdd behind Squeeze of a 1-D convolution',
    [
      op('e', 'ExpandDims', ['x', 'axis']),
      conv2d('y', ['e', 'f']),
      op('q', 'Squeeze', ['y'], {squeeze_dims: integers(-3)}),
      op('r', 'BiasAdd', ['q', 'b']),
      op('z', 'Relu', ['r']),
    ],
    {f: some('f', [1, 5, 3, 4]), axis: {shape: [], values: [-3], dtype: 'int32'}, b},
    ['folded offset', 'fused activation'],
    ['ExpandDims', 'Squeeze', '_FusedConv2D'],
    {inputs: LINE},
  ),
  one(
    'bias behind a sum',
    [y, conv2d('u', ['x', 'g'], SAME), op('s', 'AddV2', ['u', 'y']), op('z', 'BiasAdd', ['s', 'b'])],
    {f, g: some('g', [1, 1, 3, 4]), b},
    ['folded offset'],
    ['AddV2', 'Conv2D', '_FusedConv2D'],
  ),
];

const transposed = (attrs: Attrs = {}): NodeDef =>
  conv2d('y', ['size', 'f', 'x'], {...SAME, strides: integers(1, 2, 2, 1), ...attrs}, 'Conv2DBackpropInput');

const afterTransposed: Rewrite[] = [
  one(
    'batch normalization and an activation of a transposed convolution',
    [transposed(), batchNorm('n', 'y'), op('z', 'Relu', ['n'])],
    {f: some('f', [3, 2, 4, 3]), size: sizes([2, 14, 12, 4]), ...normal},
    ['folded batch normalization', 'fused activation'],
    ['_FusedConv2DBackpropInput'],
  ),
  one(
    'LeakyRelu of a transposed convolution whose sizes are computed',
    [
      op('shape', 'Shape', ['x'], {}),
      op('batch', 'StridedSlice', ['shape', 'i0', 'i1', 'i1'], {shrink_axis_mask: integer(1)}),
      op('size', 'Pack', ['batch', 'height', 'width', 'channels'], {axis: integer(0)}),
      transposed(),
      op('z', 'LeakyRelu', ['y'], {...float1, alpha: float(0.25)}),
    ],
    {
      f: some('f', [3, 2, 4, 3]),
      i0: sizes([0]),
      i1: sizes([1]),
      height: {shape: [], values: [14], dtype: 'int32'},
      width: {shape: [], values: [12], dtype: 'int32'},
      channels: {shape: [], values: [4], dtype: 'int32'},
    },
    ['fused activation'],
    ['Pack', 'Shape', 'StridedSlice', '_FusedConv2DBackpropInput'],
  ),
  one(
    'bias and activation of a transposed 3-D convolution',
    [
      conv3d('y', ['size', 'f', 'x'], {strides: integers(1, 2, 2, 2, 1)}, 'Conv3DBackpropInputV2'),
      op('a', 'BiasAdd', ['y', 'b']),
      op('z', 'Relu', ['a']),
    ],
    {f: some('f', [2, 2, 2, 4, 3]), size: sizes([1, 6, 8, 10, 4]), b},
    ['folded offset', 'fused activation'],
    ['_FusedConv3DBackpropInputV2'],
    {inputs: {x: [1, 3, 4, 5, 3]}},
  ),
];

const afterTransposedStays: Rewrite[] = [
  stays(
    'a transposed convolution of two groups',
    [transposed(), op('a', 'AddV2', ['y', 'b']), op('z', 'Relu', ['a'])],
    {f: some('f', [3, 2, 2, 4]), size: sizes([2, 14, 12, 4]), b: weight([], [1])},
    {inputs: {x: [2, 7, 6, 4]}},
  ),
];

const afterConvolutionStays: Rewrite[] = [
  stays('batch normalization whose mean is read', [y, batchNorm('n', 'y'), op('z', 'AddV2', ['n', 'n:1'])], {
    f,
    ...normal,
  }),
  stays('two readers of the convolution', [y, op('s', 'BiasAdd', ['y', 'b']), op('z', 'Mul', ['s', 'y'])], {f, b}),
  stays('the convolution is an output, too', [y, op('z', 'BiasAdd', ['y', 'b'])], {f, b}, {outputs: ['y', 'z']}),
  stays(
    'a scale behind an activation',
    [
      conv2d('y', ['x', 'f', 'b'], {fused_ops: texts('BiasAdd', 'Relu'), num_args: integer(1)}, '_FusedConv2D'),
      op('z', 'Mul', ['y', 'b']),
    ],
    {f, b},
  ),
  stays('a constant for each pixel', [y, op('z', 'Mul', ['y', 's'])], {f, s: some('s', [7, 6, 4])}),
  stays('a constant that adds channels', [conv2d('y', ['x', 'f']), op('z', 'Mul', ['y', 's'])], {
    f: some('f', [3, 2, 3, 1]),
    s: scales([4]),
  }),
  stays('a constant that adds axes', [y, op('z', 'Mul', ['y', 's'])], {f, s: scales([1, 1, 1, 1, 4])}),
  stays('products that are infinite', [y, op('z', 'Mul', ['y', 's'])], {
    f: weight(
      [1, 1, 3, 4],
      Array.from({length: 12}, () => 2 ** 100),
    ),
    s: weight([4], [1, 2, 4, 2 ** 100]),
  }),
  stays(
    'variance 0 without epsilon',
    [y, batchNorm('z', 'y')],
    {f, ...normal, variance: weight([4], [1, 0, 1, 1])},
    {rounding: 1},
  ),
  stays(
    'a filter that is computed',
    [op('g', 'Tanh', ['f']), conv2d('y', ['x', 'g'], SAME), op('z', 'BiasAdd', ['y', 'b'])],
    {f, b},
  ),
  stays('a control input', [y, node('z', 'BiasAdd', ['y', 'b', '^x'], float1)], {f, b}),
];

const activations: Rewrite[] = [
  ...(['Relu', 'Relu6'] as const).map(type =>
    one(`${type}`, [y, op('z', type, ['y'])], {f}, ['fused activation'], ['_FusedConv2D']),
  ),
  ...(['Elu', 'Sigmoid'] as const).map(type =>
    one(`${type}`, [y, op('z', type, ['y'])], {f}, ['fused activation'], ['_FusedConv2D'], {rounding: 2 ** -22}),
  ),
  one(
    'LeakyRelu',
    [y, op('z', 'LeakyRelu', ['y'], {...float1, alpha: float(0.25)})],
    {f},
    ['fused activation'],
    ['_FusedConv2D'],
  ),
  one(
    'LeakyRelu of a depthwise convolution',
    [
      conv2d('y', ['x', 'f'], {}, 'DepthwiseConv2dNative'),
      op('z', 'LeakyRelu', ['y'], {...float1, alpha: float(0.25)}),
    ],
    {f: some('f', [3, 2, 3, 2])},
    ['fused activation'],
    ['FusedDepthwiseConv2dNative'],
  ),
  one('Prelu', [y, op('z', 'Prelu', ['y', 's'])], {f, s: scales([1, 1, 4])}, ['fused activation'], ['_FusedConv2D']),
  one(
    'ClipByValue(0, 6)',
    [y, op('z', 'ClipByValue', ['y', 'low', 'high'])],
    {f, low: weight([], [0]), high: weight([], [6])},
    ['fused activation'],
    ['_FusedConv2D'],
  ),
  one(
    'max(y, 0)',
    [y, op('z', 'Maximum', ['y', 'low'])],
    {f, low: weight([], [0])},
    ['fused activation'],
    ['_FusedConv2D'],
  ),
  one(
    'max(min(y, 6), 0)',
    [y, op('m', 'Minimum', ['y', 'high']), op('z', 'Maximum', ['low', 'm'])],
    {f, low: weight([], [0]), high: weight([], [6])},
    ['fused activation', 'simplified'],
    ['_FusedConv2D'],
  ),
  one(
    'max(min(relu(y), 6), 0)',
    [y, op('r', 'Relu', ['y']), op('m', 'Minimum', ['r', 'high']), op('z', 'Maximum', ['m', 'low'])],
    {f, low: weight([], [0]), high: weight([], [6])},
    ['fused activation', 'fused activation', 'fused activation'],
    ['_FusedConv2D'],
  ),
  one(
    'relu(y) - a relu(-y)',
    [
      y,
      op('p', 'Relu', ['y']),
      op('n', 'Neg', ['y']),
      op('r', 'Relu', ['n']),
      op('m', 'Mul', ['s', 'r']),
      op('z', 'AddV2', ['p', 'm']),
    ],
    {f, s: scales([1, 1, 4])},
    ['fused activation', 'simplified'],
    ['_FusedConv2D'],
  ),
  one(
    'relu(y) + a (y - |y|) / 2',
    [
      y,
      op('p', 'Relu', ['y']),
      op('n', 'Abs', ['y']),
      op('r', 'Sub', ['y', 'n']),
      op('m', 'Mul', ['s', 'r']),
      op('h', 'Mul', ['m', 'half']),
      op('z', 'Add', ['p', 'h']),
    ],
    {f, s: scales([4]), half: weight([], [0.5])},
    ['fused activation', 'simplified'],
    ['_FusedConv2D'],
  ),
  one(
    'max(y, 0) + a min(y, 0)',
    [
      y,
      op('p', 'Maximum', ['zero', 'y']),
      op('n', 'Minimum', ['y', 'zero']),
      op('m', 'Mul', ['n', 's']),
      op('z', 'Add', ['m', 'p']),
    ],
    {f, s: scales([4]), zero: weight([], [0])},
    ['fused activation', 'simplified'],
    ['_FusedConv2D'],
  ),
  one(
    'max(y, a y)',
    [y, op('m', 'Mul', ['y', 'a']), op('z', 'Maximum', ['m', 'y'])],
    {f, a: weight([], [0.25])},
    ['fused activation', 'simplified'],
    ['_FusedConv2D'],
  ),
  one(
    'Prelu written out behind Relu',
    [
      y,
      op('r', 'Relu', ['y']),
      op('n', 'Abs', ['r']),
      op('d', 'Sub', ['r', 'n']),
      op('m', 'Mul', ['d', 's']),
      op('a', 'Add', ['r', 'm']),
      op('z', 'Tanh', ['a']),
    ],
    {f, s: scales([4])},
    ['fused activation', 'simplified'],
    ['Tanh', '_FusedConv2D'],
  ),
  one(
    'Relu behind max pooling',
    [
      y,
      op('p', 'MaxPool', ['y'], {ksize: integers(1, 2, 2, 1), strides: integers(1, 2, 2, 1), padding: text('VALID')}),
      op('z', 'Relu', ['p']),
    ],
    {f},
    ['fused activation'],
    ['MaxPool', '_FusedConv2D'],
  ),
];

const activationsStay: Rewrite[] = [
  stays('Tanh', [y, op('z', 'Tanh', ['y'])], {f}),
  stays('two readers before the activation', [y, op('r', 'Relu', ['y']), op('z', 'AddV2', ['r', 'y'])], {f}),
  stays('max(y, 1)', [y, op('z', 'Maximum', ['y', 'low'])], {f, low: weight([], [1])}),
  stays('ClipByValue(0, 5)', [y, op('z', 'ClipByValue', ['y', 'low', 'high'])], {
    f,
    low: weight([], [0]),
    high: weight([], [5]),
  }),
  stays('slopes of each pixel', [y, op('z', 'Prelu', ['y', 's'])], {f, s: some('s', [7, 6, 4])}),
  stays('max(y, 2 y)', [y, op('m', 'Mul', ['y', 'a']), op('z', 'Maximum', ['m', 'y'])], {f, a: weight([], [2])}),
  stays(
    'Relu behind average pooling',
    [
      y,
      op('p', 'AvgPool', ['y'], {ksize: integers(1, 2, 2, 1), strides: integers(1, 2, 2, 1), padding: text('VALID')}),
      op('z', 'Relu', ['p']),
    ],
    {f},
  ),
  stays('hard swish', [y, op('a', 'AddV2', ['y', 'three']), op('r', 'Relu6', ['a']), op('z', 'Mul', ['y', 'r'])], {
    f,
    three: weight([], [3]),
  }),
];

const beforeConvolution: Rewrite[] = [
  one(
    'a scale before a convolution',
    [op('m', 'Mul', ['x', 's']), conv2d('z', ['m', 'f'], SAME)],
    {f, s: scales([3])},
    ['folded scale'],
    ['Conv2D'],
  ),
  one(
    'an offset where nothing is padded',
    [op('m', 'Sub', ['x', 's']), conv2d('z', ['m', 'f'])],
    {f, s: some('s', [3])},
    ['folded offset'],
    ['_FusedConv2D'],
  ),
  one(
    'an offset before a window of one tap',
    [op('m', 'AddV2', ['x', 's']), conv2d('z', ['m', 'f'], {...SAME, strides: integers(1, 2, 2, 1)})],
    {f: some('f', [1, 1, 3, 4]), s: weight([], [2])},
    ['folded offset'],
    ['_FusedConv2D'],
  ),
  one(
    'batch normalization before a depthwise convolution',
    [batchNorm('m', 'x'), conv2d('z', ['m', 'f'], {}, 'DepthwiseConv2dNative')],
    {f: some('f', [3, 2, 4, 2]), ...normal},
    ['folded offset'],
    ['FusedDepthwiseConv2dNative'],
    {inputs: {x: [2, 7, 6, 4]}},
  ),
  one(
    'a scale before two convolutions',
    [
      op('m', 'Mul', ['x', 's']),
      conv2d('u', ['m', 'f'], SAME),
      conv2d('v', ['m', 'g'], SAME),
      op('z', 'AddV2', ['u', 'v']),
    ],
    {f, g: some('g', [1, 1, 3, 4]), s: scales([3])},
    ['folded scale', 'folded scale'],
    ['AddV2', 'Conv2D', 'Conv2D'],
  ),
  one(
    'the factor of hard swish',
    [
      conv2d('y', ['x', 'f'], SAME),
      op('h', 'Mul', ['y', 'half']),
      op('a', 'AddV2', ['y', 'three']),
      op('r', 'Relu6', ['a']),
      op('m', 'Mul', ['h', 'r']),
      conv2d('z', ['m', 'g']),
    ],
    {f, g: some('g', [2, 2, 4, 3]), half: weight([], [0.5]), three: weight([], [3])},
    ['folded scale'],
    ['AddV2', 'Conv2D', 'Conv2D', 'Mul', 'Relu6'],
  ),
];

const beforeConvolutionStays: Rewrite[] = [
  stays('an offset before padding', [op('m', 'AddV2', ['x', 's']), conv2d('z', ['m', 'f'], SAME)], {
    f,
    s: some('s', [3]),
  }),
  stays(
    'a scale that somebody else reads',
    [op('m', 'Mul', ['x', 's']), conv2d('y', ['m', 'f'], SAME), op('t', 'Tanh', ['m'])],
    {f, s: scales([3])},
    {outputs: ['y', 't']},
  ),
  stays(
    'a scale of more channels than a group has',
    [op('m', 'Mul', ['x', 's']), conv2d('z', ['m', 'f'], SAME)],
    {f: some('f', [3, 2, 2, 4]), s: scales([4])},
    {inputs: {x: [2, 7, 6, 4]}},
  ),
];

const zeros = (...rows: number[][]): Weight => ({shape: [rows.length, 2], values: rows.flat(), dtype: 'int32'});

const padding: Rewrite[] = [
  one(
    'Pad',
    [op('p', 'Pad', ['x', 'pads']), conv2d('z', ['p', 'f'], {strides: integers(1, 2, 2, 1)})],
    {f, pads: zeros([0, 0], [1, 2], [0, 3], [0, 0])},
    ['explicit padding'],
    ['Conv2D'],
  ),
  one(
    'PadV2 of zeros before explicit padding',
    [
      op('p', 'PadV2', ['x', 'pads', 'zero']),
      conv2d('z', ['p', 'f'], {padding: text('EXPLICIT'), explicit_paddings: integers(0, 0, 1, 0, 0, 2, 0, 0)}),
    ],
    {f, pads: zeros([0, 0], [1, 2], [0, 3], [0, 0]), zero: weight([], [0])},
    ['explicit padding'],
    ['Conv2D'],
  ),
  one(
    'Pad before ExpandDims, as of a causal convolution',
    [
      op('p', 'Pad', ['x', 'pads']),
      op('e', 'ExpandDims', ['p', 'axis']),
      conv2d('y', ['e', 'f']),
      op('z', 'Squeeze', ['y'], {squeeze_dims: integers(1)}),
    ],
    {f: some('f', [1, 5, 3, 4]), axis: {shape: [], values: [1], dtype: 'int32'}, pads: zeros([0, 0], [4, 0], [0, 0])},
    ['explicit padding'],
    ['Conv2D', 'ExpandDims', 'Squeeze'],
    {inputs: LINE},
  ),
  one(
    'Pad of Conv3D',
    [op('p', 'Pad', ['x', 'pads']), conv3d('z', ['p', 'f'])],
    {f: some('f', [2, 3, 2, 3, 4]), pads: zeros([0, 0], [1, 2], [0, 3], [1, 1], [0, 0])},
    ['explicit padding'],
    ['Conv3D'],
    {inputs: {x: [1, 3, 4, 5, 3]}},
  ),
];

const paddingStays: Rewrite[] = [
  stays('Pad of the batch', [op('p', 'Pad', ['x', 'pads']), conv2d('z', ['p', 'f'])], {
    f,
    pads: zeros([1, 0], [1, 2], [0, 3], [0, 0]),
  }),
  stays('Pad of the channels', [op('p', 'Pad', ['x', 'pads']), conv2d('z', ['p', 'f'])], {
    f: some('f', [3, 2, 4, 4]),
    pads: zeros([0, 0], [1, 2], [0, 3], [0, 1]),
  }),
  stays('PadV2 of ones', [op('p', 'PadV2', ['x', 'pads', 'one']), conv2d('z', ['p', 'f'])], {
    f,
    pads: zeros([0, 0], [1, 2], [0, 3], [0, 0]),
    one: weight([], [1]),
  }),
  stays(
    'Pad before SAME',
    [op('p', 'Pad', ['x', 'pads']), conv2d('z', ['p', 'f'], {...SAME, strides: integers(1, 2, 2, 1)})],
    {f, pads: zeros([0, 0], [1, 2], [0, 3], [0, 0])},
  ),
  stays(
    'Pad before max pooling',
    [
      op('p', 'Pad', ['x', 'pads']),
      op('z', 'MaxPool', ['p'], {ksize: integers(1, 2, 2, 1), strides: integers(1, 2, 2, 1), padding: text('VALID')}),
    ],
    {pads: zeros([0, 0], [1, 2], [0, 3], [0, 0])},
  ),
  stays(
    'MirrorPad',
    [op('p', 'MirrorPad', ['x', 'pads'], {...float1, mode: text('REFLECT')}), conv2d('z', ['p', 'f'])],
    {f, pads: zeros([0, 0], [1, 2], [0, 3], [0, 0])},
  ),
];

const blocks = (name: string, type: 'SpaceToBatchND' | 'BatchToSpaceND', input: string, rows: string): NodeDef =>
  op(name, type, [input, 'block', rows]);

/** Nodes by which Keras computes paddings and crops when the sizes are not known: `base` before, and so much behind that blocks fit. */
const dynamicPaddings = (base: readonly [number, number]): {nodes: NodeDef[]; weights: Record<string, Weight>} => ({
  nodes: [
    op('size', 'Shape', ['x'], {}),
    op('length', 'StridedSlice', ['size', 'i1', 'i2', 'i1'], {shrink_axis_mask: integer(1)}),
    op('lengths', 'Pack', ['length'], {axis: integer(0)}),
    op('padded', 'AddV2', ['lengths', 'base']),
    op('rest', 'FloorMod', ['padded', 'block']),
    op('missing', 'Sub', ['block', 'rest']),
    op('extra', 'FloorMod', ['missing', 'block']),
    op('ends', 'AddV2', ['end', 'extra']),
    op('end0', 'StridedSlice', ['ends', 'i0', 'i1', 'i1'], {shrink_axis_mask: integer(1)}),
    op('extra0', 'StridedSlice', ['extra', 'i0', 'i1', 'i1'], {shrink_axis_mask: integer(1)}),
    op('row', 'Pack', ['start', 'end0'], {axis: integer(0)}),
    op('crop', 'Pack', ['nothing', 'extra0'], {axis: integer(0)}),
    op('pads', 'Pack', ['row'], {axis: integer(0)}),
    op('crops', 'ExpandDims', ['crop', 'nothing']),
  ],
  weights: {
    ...Object.fromEntries([0, 1, 2].map(i => [`i${i}`, sizes([i])])),
    base: sizes([base[0] + base[1]]),
    end: sizes([base[1]]),
    start: {shape: [], values: [base[0]], dtype: 'int32'},
    nothing: {shape: [], values: [0], dtype: 'int32'},
  },
});

const dilated1d = (base: readonly [number, number], length: number): Rewrite => {
  const {nodes, weights} = dynamicPaddings(base);
  return one(
    `1-D, padding by ${base.join(' and ')} computed for ${length} elements`,
    [
      ...nodes,
      blocks('batches', 'SpaceToBatchND', 'x', 'pads'),
      op('e', 'ExpandDims', ['batches', 'axis']),
      conv2d('y', ['e', 'f']),
      op('q', 'Squeeze', ['y'], {squeeze_dims: integers(-3)}),
      blocks('s', 'BatchToSpaceND', 'q', 'crops'),
      op('z', 'BiasAdd', ['s', 'b']),
    ],
    {...weights, block: sizes([3]), f: some('f', [1, 3, 3, 4]), b, axis: {shape: [], values: [-3], dtype: 'int32'}},
    ['dilated convolution', 'folded offset'],
    ['ExpandDims', 'Squeeze', '_FusedConv2D'],
    {inputs: {x: [2, length, 3]}},
  );
};

const sandwich = (conv: NodeDef): NodeDef[] => [
  blocks('batches', 'SpaceToBatchND', 'x', 'pads'),
  conv,
  blocks('z', 'BatchToSpaceND', conv.name, 'crops'),
];
const dilatedWeights = {f, block: sizes([2, 3]), pads: zeros([2, 3], [3, 3]), crops: zeros([0, 1], [0, 0])};

const dilated: Rewrite[] = [
  one('SAME, 2-D', sandwich(conv2d('y', ['batches', 'f'])), dilatedWeights, ['dilated convolution'], ['Conv2D']),
  one(
    'crops in front',
    sandwich(conv2d('y', ['batches', 'f'])),
    {...dilatedWeights, crops: zeros([1, 1], [2, 2])},
    ['dilated convolution'],
    ['Conv2D'],
  ),
  one(
    'a block for the height alone',
    sandwich(conv2d('y', ['batches', 'f'])),
    {f, block: sizes([2]), pads: zeros([2, 3]), crops: zeros([0, 1])},
    ['dilated convolution'],
    ['Conv2D'],
  ),
  one(
    'with a bias and an activation within',
    [
      blocks('batches', 'SpaceToBatchND', 'x', 'pads'),
      conv2d('y', ['batches', 'f']),
      op('a', 'BiasAdd', ['y', 'b']),
      op('r', 'Relu', ['a']),
      blocks('z', 'BatchToSpaceND', 'r', 'crops'),
    ],
    {...dilatedWeights, b},
    ['dilated convolution', 'folded offset', 'fused activation'],
    ['_FusedConv2D'],
  ),
  one(
    'depthwise',
    sandwich(conv2d('y', ['batches', 'f'], {}, 'DepthwiseConv2dNative')),
    {...dilatedWeights, f: some('f', [3, 2, 3, 2])},
    ['dilated convolution'],
    ['DepthwiseConv2dNative'],
  ),
  one(
    '3-D',
    sandwich(conv3d('y', ['batches', 'f'])),
    {
      f: some('f', [2, 3, 2, 3, 4]),
      block: sizes([2, 2, 3]),
      pads: zeros([1, 2], [2, 2], [3, 1]),
      crops: zeros([0, 1], [0, 0], [0, 1]),
    },
    ['dilated convolution'],
    ['Conv3D'],
    {inputs: {x: [1, 3, 4, 5, 3]}},
  ),
  ...(
    [
      [0, 0],
      [3, 3],
      [6, 0],
    ] as const
  ).flatMap(base => [18, 19, 20].map(length => dilated1d(base, length))),
];

const dilatedStays: Rewrite[] = [
  stays('strides within', sandwich(conv2d('y', ['batches', 'f'], {strides: integers(1, 2, 2, 1)})), dilatedWeights),
  stays('padding within', sandwich(conv2d('y', ['batches', 'f'], SAME)), dilatedWeights),
  stays('more crops than padding', sandwich(conv2d('y', ['batches', 'f'])), {
    ...dilatedWeights,
    pads: zeros([0, 1], [3, 3]),
    crops: zeros([1, 0], [0, 0]),
  }),
  stays(
    'other blocks behind',
    [
      blocks('batches', 'SpaceToBatchND', 'x', 'pads'),
      conv2d('y', ['batches', 'f']),
      op('z', 'BatchToSpaceND', ['y', 'other', 'crops']),
    ],
    {...dilatedWeights, pads: zeros([2, 3], [3, 3]), other: sizes([3, 2])},
  ),
  stays('an output between', [...sandwich(conv2d('y', ['batches', 'f']))], dilatedWeights, {outputs: ['y', 'z']}),
];

const permute = (name: string, input: string, order: string): NodeDef => op(name, 'Transpose', [input, order]);
const orders = {last: sizes([0, 2, 3, 1]), first: sizes([0, 3, 1, 2])};

const simplifications: Rewrite[] = [
  one('Identity', [op('i', 'Identity', ['x']), conv2d('z', ['i', 'f'])], {f}, ['removed identity'], ['Conv2D']),
  one(
    'arithmetic of constants',
    [
      op('e', 'Rsqrt', ['v']),
      op('m', 'Mul', ['e', 's']),
      op('n', 'Mul', ['b', 'm']),
      op('o', 'Neg', ['n']),
      y,
      op('a', 'Mul', ['y', 'm']),
      op('z', 'AddV2', ['a', 'o']),
    ],
    {f, b, s: scales([4]), v: normal.variance},
    ['folded constant', 'folded constant', 'folded constant', 'folded constant', 'folded offset', 'folded scale'],
    ['_FusedConv2D'],
  ),
  one(
    'a filter that is reshaped and permuted',
    [op('r', 'Reshape', ['f', 'shape']), op('t', 'Transpose', ['r', 'order']), conv2d('z', ['x', 't'])],
    {f: some('f', [24, 3]), shape: sizes([3, 2, 4, -1]), order: sizes([0, 1, 3, 2])},
    ['folded constant', 'folded constant'],
    ['Conv2D'],
  ),
  one(
    'what is the same',
    [y, conv2d('u', ['x', 'f'], SAME), op('z', 'Mul', ['y', 'u'])],
    {f},
    ['simplified'],
    ['Conv2D', 'Mul'],
  ),
  one(
    'channels first by permutations',
    [
      permute('a', 'x', 'last'),
      conv2d('y', ['a', 'f']),
      permute('c', 'y', 'first'),
      op('r', 'Relu', ['c']),
      op('m', 'Mul', ['r', 's']),
      op('p', 'Pad', ['m', 'pads']),
      permute('d', 'p', 'last'),
      conv2d('u', ['d', 'g']),
      permute('z', 'u', 'first'),
    ],
    {f, g: some('g', [3, 2, 4, 3]), s: scales([4, 1, 1]), pads: zeros([0, 0], [0, 0], [1, 2], [0, 3]), ...orders},
    ['explicit padding', 'folded scale', 'fused activation', 'simplified'],
    ['Conv2D', 'Transpose', 'Transpose', '_FusedConv2D'],
    {inputs: {x: [2, 3, 7, 6]}},
  ),
  one(
    'joined channels of permuted tensors',
    [
      permute('a', 'x', 'last'),
      conv2d('y', ['a', 'f']),
      permute('c', 'y', 'first'),
      op('j', 'ConcatV2', ['c', 'c', 'axis']),
      permute('z', 'j', 'last'),
    ],
    {f, axis: {shape: [], values: [1], dtype: 'int32'}, ...orders},
    ['simplified'],
    ['ConcatV2', 'Conv2D', 'Identity', 'Transpose'],
    {inputs: {x: [2, 3, 7, 6]}},
  ),
  one(
    'ExpandDims behind Squeeze',
    [
      op('e', 'ExpandDims', ['x', 'axis']),
      conv2d('y', ['e', 'f']),
      op('q', 'Squeeze', ['y'], {squeeze_dims: integers(-3)}),
      op('g', 'ExpandDims', ['q', 'axis']),
      conv2d('u', ['g', 'h']),
      op('z', 'Squeeze', ['u'], {squeeze_dims: integers(-3)}),
    ],
    {f: some('f', [1, 5, 3, 4]), h: some('h', [1, 2, 4, 2]), axis: {shape: [], values: [-3], dtype: 'int32'}},
    ['simplified'],
    ['Conv2D', 'Conv2D', 'ExpandDims', 'Squeeze'],
    {inputs: LINE},
  ),
];

const simplificationsStay: Rewrite[] = [
  stays('Identity that is the output', [y, op('z', 'Identity', ['y'])], {f}),
  stays(
    'a broadcast that grows',
    [op('m', 'Mul', ['p', 'q']), op('z', 'AddV2', ['m', 'x'])],
    {p: some('p', [90, 1, 1]), q: some('q', [90, 1])},
    {inputs: {x: [1, 1, 1]}},
  ),
  stays(
    'permutations of which none cancels',
    [permute('a', 'x', 'last'), op('r', 'Reshape', ['a', 'shape']), permute('z', 'r', 'last')],
    {last: sizes([0, 2, 3, 1]), shape: sizes([2, 3, -1, 2])},
  ),
];

const inner = definition('inner', ['u'], [conv2d('c', ['u', 'outer/f']), op('d', 'AddV2', ['c:0', 'c:0'])], {
  r: 'd:z:0',
});

const inlining: Rewrite[] = [
  one(
    'a call',
    [op('z', 'PartitionedCall', ['x'], {f: calls('inner')})],
    {'outer/f': f},
    ['inlined call'],
    ['AddV2', 'Conv2D', 'Identity'],
    {functions: [{...inner, nodeDef: [node('outer/f', 'Const'), ...(inner.nodeDef ?? [])]}]},
  ),
  one(
    'a call within a call, whose second output is asked for',
    [op('p', 'StatefulPartitionedCall', ['x', 'x'], {f: calls('middle')}), op('z', 'Tanh', ['p:1'])],
    {'outer/f': f},
    ['inlined call', 'inlined call'],
    ['AddV2', 'Conv2D', 'Tanh'],
    {
      functions: [
        {...inner, nodeDef: [node('outer/f', 'Const'), ...(inner.nodeDef ?? [])]},
        definition(
          'middle',
          ['a', 'b'],
          [op('call', 'PartitionedCall', ['b'], {f: calls('inner')}), op('n', 'Neg', ['a'])],
          {first: 'n:y:0', second: 'call:output:0'},
        ),
      ],
    },
  ),
];

const inliningStays: Rewrite[] = [
  stays(
    'a function that is not there',
    [op('p', 'PartitionedCall', ['x'], {f: calls('nobody')}), op('z', 'Tanh', ['x'])],
    {},
  ),
];

/** Graphs that a rewrite is about. */
export const REWRITES: readonly Rewrite[] = [
  ...afterConvolution,
  ...afterTransposed,
  ...activations,
  ...beforeConvolution,
  ...padding,
  ...dilated,
  ...simplifications,
  ...inlining,
];

/** Graphs that look alike, and must stay. */
export const LEFT_ALONE: readonly Rewrite[] = [
  ...afterConvolutionStays,
  ...afterTransposedStays,
  ...activationsStay,
  ...beforeConvolutionStays,
  ...paddingStays,
  ...dilatedStays,
  ...simplificationsStay,
  ...inliningStays,
];
