import * as tf from '@tensorflow/tfjs';
import type {ReferenceAxis, ReferenceConv} from './reference.js';
import {filterGradient, forward, inputGradient, product} from './sums.js';

/*
 * Which variants of backend tensorflow a test expects to run. What the loaded TensorFlow library computes depends on its
 * version, on the processor and on oneDNN, so the library is asked: its op runs on a small example, and every element has
 * to be what the float64 reference says. Nothing here uses kernels/node, whose own probe is what this checks.
 */

type LinearKernel = 'ConvND' | 'ConvNDBackpropInput' | 'ConvNDBackpropFilter';

const axis = (input: number, kernel: number, dilation = 1): ReferenceAxis => ({
  input,
  kernel,
  output: input - (kernel - 1) * dilation,
  stride: 1,
  dilation,
  padBefore: 0,
});

const CONV = {batch: 2, groups: 1, inChannels: 2, outChannels: 3, channelsLast: true, flipFilter: false} as const;
const CONV_2D: ReferenceConv = {...CONV, axes: [axis(6, 2), axis(7, 3)]};
const CONV_3D: ReferenceConv = {...CONV, axes: [axis(4, 2), axis(6, 2), axis(7, 3)]};
const DEPTHWISE: ReferenceConv = {...CONV_2D, groups: 3, inChannels: 3, outChannels: 6};
const DILATED_GROUPS: ReferenceConv = {...DEPTHWISE, axes: [axis(6, 2, 2), axis(7, 3, 2)]};

interface Question {
  /** The op of TensorFlow without which the variant cannot run. */
  readonly op: string;
  readonly kernel: LinearKernel;
  readonly example: ReferenceConv;
  /** Shape of the op's filter; its elements are in the order of the reference. */
  readonly filter: readonly number[];
}

const question = (op: string, kernel: LinearKernel, example: ReferenceConv, channels: readonly number[]): Question => ({
  op,
  kernel,
  example,
  filter: [...example.axes.map(one => one.kernel), ...channels],
});

/** By kernel and variant. A variant that is not among them runs on every library. */
export const QUESTIONS: ReadonlyMap<string, Question> = new Map([
  ['ConvND.native_2d', question('Conv2D', 'ConvND', CONV_2D, [2, 3])],
  ['ConvNDBackpropInput.native_2d', question('Conv2DBackpropInput', 'ConvNDBackpropInput', CONV_2D, [2, 3])],
  ['ConvNDBackpropFilter.native_2d', question('Conv2DBackpropFilter', 'ConvNDBackpropFilter', CONV_2D, [2, 3])],
  ['ConvND.native_3d', question('Conv3D', 'ConvND', CONV_3D, [2, 3])],
  ['ConvNDBackpropInput.native_3d', question('Conv3DBackpropInputV2', 'ConvNDBackpropInput', CONV_3D, [2, 3])],
  ['ConvNDBackpropFilter.native_3d', question('Conv3DBackpropFilterV2', 'ConvNDBackpropFilter', CONV_3D, [2, 3])],
  ['ConvND.native_depthwise', question('DepthwiseConv2dNative', 'ConvND', DEPTHWISE, [3, 2])],
  [
    'ConvNDBackpropInput.native_depthwise',
    question('DepthwiseConv2dNativeBackpropInput', 'ConvNDBackpropInput', DEPTHWISE, [3, 2]),
  ],
  [
    'ConvNDBackpropFilter.native_depthwise',
    question('DepthwiseConv2dNativeBackpropFilter', 'ConvNDBackpropFilter', DEPTHWISE, [3, 2]),
  ],
  // What it computes of values that are not finite.
  [
    'ConvNDBackpropFilter.padded_phases',
    question('Conv2DBackpropFilter', 'ConvNDBackpropFilter', DILATED_GROUPS, [1, 6]),
  ],
]);

/** What tfjs-node's backend has beyond the type of backends. */
interface NodeBackend {
  readonly binding: {readonly TF_ATTR_INT: number; readonly TF_ATTR_STRING: number; readonly TF_ATTR_TYPE: number} & {
    readonly TF_FLOAT: number;
  };
  executeSingleOutput(
    name: string,
    attrs: ReadonlyArray<{name: string; type: number; value: number | number[] | string}>,
    inputs: readonly tf.Tensor[],
  ): tf.Tensor;
}

/** Integers from -3 to 3, so that every sum is exact in float32. */
const integers = (length: number, factor: number): Float64Array =>
  Float64Array.from({length}, (_, i) => ((i * factor + 2) % 7) - 3);

/** What the op computes of x and filter, dy and filter, or x and dy. */
function byLibrary(
  {op, kernel, example, filter}: Question,
  [a, b]: readonly [Float64Array, Float64Array],
): ArrayLike<number> {
  // Its registration has no type for it.
  const backend = tf.backend() as unknown as NodeBackend;
  const {TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT} = backend.binding;
  const {batch, axes, inChannels, outChannels} = example;
  const shapes = {
    x: [batch, ...axes.map(({input}) => input), inChannels],
    y: [batch, ...axes.map(({output}) => output), outChannels],
    filter: [...filter],
  };
  const float = (values: Float64Array, shape: number[]) => tf.tensor(Float32Array.from(values), shape);
  const sizes = (shape: number[]) => tf.tensor1d(shape, 'int32');
  return tf.tidy(() => {
    const inputs = {
      ConvND: () => [float(a, shapes.x), float(b, shapes.filter)],
      ConvNDBackpropInput: () => [sizes(shapes.x), float(b, shapes.filter), float(a, shapes.y)],
      ConvNDBackpropFilter: () => [float(a, shapes.x), sizes(shapes.filter), float(b, shapes.y)],
    }[kernel]();
    const attrs = [
      {name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT},
      {name: 'strides', type: TF_ATTR_INT, value: [1, ...axes.map(({stride}) => stride), 1]},
      {name: 'dilations', type: TF_ATTR_INT, value: [1, ...axes.map(({dilation}) => dilation), 1]},
      {name: 'padding', type: TF_ATTR_STRING, value: 'VALID'},
    ];
    return backend.executeSingleOutput(op, attrs, inputs).dataSync();
  });
}

/** Whether the op computes the example, with a NaN as the element at `place` of its first operand. */
function isRight(asked: Question, place: number | undefined): boolean {
  const {kernel, example: c} = asked;
  const x = integers(c.batch * product(c.axes.map(({input}) => input)) * c.inChannels, 2);
  const y = integers(c.batch * product(c.axes.map(({output}) => output)) * c.outChannels, 3);
  const filter = integers(product(asked.filter), 5);
  const [products, a, b] = (
    {
      ConvND: [forward(c), x, filter],
      ConvNDBackpropInput: [inputGradient(c), y, filter],
      ConvNDBackpropFilter: [filterGradient(c), x, y],
    } as const
  )[kernel];
  if (place !== undefined) a[place] = NaN;
  const expected = products(a, b).values;
  try {
    const got = byLibrary(asked, [a, b]);
    // NaN equals NaN here, and 0 equals -0.
    return got.length === expected.length && expected.every((value, i) => Object.is(value + 0, got[i] + 0));
  } catch (error) {
    // The library says by a status that it does not compute this.
    if (String(error).includes('TF_Status')) return false;
    throw error;
  }
}

/** Whether the library that is loaded computes what a variant is made of. Backend tensorflow has to be the current one. */
export function isComputedByLibrary(kernel: string, variant: string): boolean {
  const asked = QUESTIONS.get(`${kernel}.${variant}`);
  return asked === undefined || [undefined, 0, 25].every(place => isRight(asked, place));
}
