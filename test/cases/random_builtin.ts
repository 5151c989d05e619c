import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import {values} from './accelerated_calls.js';

/*
 * Random calls of TensorFlow.js' convolution kernels: right ones, and ones that are wrong in one respect.
 */

type Attrs = {readonly [name: string]: unknown};

export interface RandomCall {
  readonly kernel: string;
  /** Shapes by the names of the inputs. */
  readonly inputs: {readonly [name: string]: readonly number[]};
  readonly attrs: Attrs;
  /** What is wrong with it, if anything is. */
  readonly wrong: string | undefined;
  /** Whether TensorFlow.js' cpu kernels are known to compute something else, see docs/decisions.md. */
  readonly differs: boolean;
}

const axis = fc.record({
  size: fc.integer({min: 1, max: 7}),
  kernel: fc.integer({min: 1, max: 4}),
  stride: fc.integer({min: 1, max: 3}),
  dilation: fc.integer({min: 1, max: 3}),
  before: fc.nat(3),
  after: fc.nat(3),
  /** How much the shape of a gradient is off where that is what is wrong. */
  off: fc.constantFrom(-2, -1, 1, 2, 9),
});
const common = fc.record({
  batch: fc.nat(2),
  inChannels: fc.integer({min: 1, max: 5}),
  outChannels: fc.integer({min: 1, max: 9}),
  channelsLast: fc.boolean(),
  depthwise: fc.boolean(),
  kind: fc.constantFrom('forward', 'fused', 'input', 'filter'),
  padding: fc.constantFrom('valid', 'same', 'number', 'explicit'),
  dimRoundingMode: fc.constantFrom(undefined, undefined, 'floor', 'ceil', 'round'),
  strided: fc.boolean(),
  activation: fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
  bias: fc.constantFrom('none', 'vector', 'scalar', 'one', 'full'),
});

const ODD = [0, -1, 1.5, NaN, Infinity, null, '2', [1], [1, 2, 3, 4], [], [1, 0, 1], [0, 1], {}];

/** Attributes that are wrong, or rarely seen, by what they are. */
const wrongAttrs = fc.oneof(
  fc.constantFrom(...ODD).map((strides): Attrs => ({strides})),
  // null stands for 1.
  fc.constantFrom(...ODD.filter(odd => odd !== null)).map((dilations): Attrs => ({dilations})),
  fc
    .constantFrom<unknown>(
      ...['SAME', 'Valid', 'causal', -1, 0.5, NaN, null, [], [1, 1], [[1, 1]], {}],
      [
        [0, 0],
        [0.5, 0],
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [-1, 0],
        [0, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      new Array(6).fill([0, 0]),
    )
    .map((pad): Attrs => ({pad})),
  fc.constantFrom('nhwc', 'NCWH', 'channelsLast', 3, 'NWC').map((dataFormat): Attrs => ({dataFormat})),
  fc.constantFrom('trunc', 'toString', 1).map((dimRoundingMode): Attrs => ({dimRoundingMode})),
  fc.constantFrom('tanh', 'toString', 3, 'RELU').map((activation): Attrs => ({activation})),
);

const shapeChange = fc.record({
  /** Of x, the filter, dy, the bias or the shape attribute. */
  input: fc.constantFrom('x', 'filter', 'dy', 'bias', 'inputShape', 'filterShape'),
  axis: fc.nat(4),
  by: fc.constantFrom(-9, -1, 1, 2),
});

type Axis = typeof axis extends fc.Arbitrary<infer T> ? T : never;
type Common = typeof common extends fc.Arbitrary<infer T> ? T : never;

const KERNELS = {
  forward: ['Conv2D', 'Conv3D', 'DepthwiseConv2dNative'],
  fused: ['FusedConv2D', 'Conv3D', 'FusedDepthwiseConv2D'],
  input: ['Conv2DBackpropInput', 'Conv3DBackpropInputV2', 'DepthwiseConv2dNativeBackpropInput'],
  filter: ['Conv2DBackpropFilter', 'Conv3DBackpropFilterV2', 'DepthwiseConv2dNativeBackpropFilter'],
} as const;

/** Output size of an axis as TensorFlow.js' documentation has it. */
function outputSize({size, kernel, before, after}: Axis, stride: number, dilation: number, mode: Common): number {
  const window = (kernel - 1) * dilation + 1;
  if (mode.padding === 'same') return Math.ceil(size / stride);
  if (mode.padding === 'valid') return Math.ceil((size - window + 1) / stride);
  const steps = (size - window + (mode.padding === 'number' ? 2 * before : before + after)) / stride;
  return Math[(mode.dimRoundingMode ?? 'floor') as 'floor'](steps) + 1;
}

function biasShape({bias}: Common, channels: number, y: readonly number[]): number[][] {
  return {none: [], vector: [[channels]], scalar: [[]], one: [[1]], full: [[...y]]}[bias];
}

function rightCall(axes: readonly Axis[], given: Common): RandomCall {
  const rank = axes.length;
  const solid = rank === 3;
  // What TensorFlow.js has in 3-D: no channels first, explicit padding, rounding or fused kernels.
  const it: Common = solid
    ? {
        ...given,
        depthwise: false,
        channelsLast: true,
        padding: given.padding === 'explicit' ? 'valid' : given.padding,
        dimRoundingMode: undefined,
      }
    : {...given, dimRoundingMode: ['valid', 'same'].includes(given.padding) ? undefined : given.dimRoundingMode};
  const isGradient = it.kind === 'input' || it.kind === 'filter';
  // A gradient has no dilations, a depthwise kernel not both and, as a gradient, no channels first.
  const strides = axes.map(({stride}) => (it.strided || isGradient ? stride : 1));
  const dilations = axes.map(({dilation}) => (it.strided || isGradient ? 1 : dilation));
  const channelsLast = it.channelsLast || (it.depthwise && isGradient);
  const number = axes[0].before;
  const sized = axes.map(one => ({...one, before: it.padding === 'number' ? number : one.before}));
  const spatial = sized.map((one, a) => outputSize(one, strides[a], dilations[a], it));
  const multiplier = Math.min(3, it.outChannels);
  const outChannels = it.depthwise ? it.inChannels * multiplier : it.outChannels;
  const layout = (sizes: readonly number[], channels: number) =>
    channelsLast ? [it.batch, ...sizes, channels] : [it.batch, channels, ...sizes];
  const x = layout(
    axes.map(({size}) => size),
    it.inChannels,
  );
  const filter = [...axes.map(({kernel}) => kernel), it.inChannels, it.depthwise ? multiplier : it.outChannels];
  const y = layout(
    spatial.map(size => Math.max(0, size)),
    outChannels,
  );
  const pairs = axes.map(({before, after}) => [before, after]);
  const pad = {
    valid: 'valid',
    same: 'same',
    number,
    explicit: channelsLast ? [[0, 0], ...pairs, [0, 0]] : [[0, 0], [0, 0], ...pairs],
  }[it.padding];
  const kernel = KERNELS[it.kind][solid ? 1 : it.depthwise ? 2 : 0];
  const isFused = it.kind === 'fused' && !solid;
  const [bias] = isFused ? biasShape(it, outChannels, y) : [];
  const inputs = {
    ...(it.kind === 'input' ? {} : {x}),
    ...(it.kind === 'filter' ? {} : {filter}),
    ...(isGradient ? {dy: y} : {}),
    ...(bias === undefined ? {} : {bias}),
    ...(isFused && it.activation === 'prelu' ? {preluActivationWeights: [outChannels]} : {}),
  };
  const differs =
    (it.padding === 'number' &&
      !axes.every(
        (one, a) => one.kernel === axes[0].kernel && strides[a] === strides[0] && dilations[a] === dilations[0],
      )) ||
    (it.depthwise && !channelsLast) ||
    (solid && it.padding === 'same' && axes.some((one, a) => strides[a] > one.kernel));
  return {
    kernel,
    inputs,
    attrs: {
      strides,
      pad,
      dilations,
      dataFormat: solid ? 'NDHWC' : channelsLast ? 'NHWC' : 'NCHW',
      dimRoundingMode: it.dimRoundingMode,
      ...(it.kind === 'input' ? {inputShape: x} : {}),
      ...(it.kind === 'filter' ? {filterShape: filter} : {}),
      ...(isFused ? {activation: it.activation, leakyreluAlpha: 0.3} : {}),
    },
    wrong: spatial.every(size => size >= 1) ? undefined : 'output sizes',
    differs,
  };
}

const changed = (shape: readonly number[], at: number, by: number): number[] =>
  shape.map((size, a) => (a === at % shape.length ? Math.max(0, size + by) : size));

type ShapeChange = typeof shapeChange extends fc.Arbitrary<infer T> ? T : never;

function withAttrs(right: RandomCall, attrs: Attrs): RandomCall {
  const [name] = Object.keys(attrs);
  if (name === 'activation' && right.attrs.activation === undefined) return right;
  // Of a dy for other padding, TensorFlow.js counts what lies within x; ours count the outputs that the padding has.
  const differs = right.differs || (name === 'pad' && 'dy' in right.inputs);
  return {...right, differs, wrong: name, attrs: {...right.attrs, ...attrs}};
}

function withShape(right: RandomCall, {input, axis: at, by}: ShapeChange): RandomCall {
  const shape: unknown = right.inputs[input] ?? right.attrs[input];
  if (!Array.isArray(shape) || shape.length === 0) return right;
  const moved = {[input]: changed(shape as number[], at, by)};
  // Groups, which TensorFlow.js does not know, and kernels that are not square any more.
  const channelAxis = String(right.attrs.dataFormat).startsWith('NC') ? 1 : shape.length - 1;
  const ofImage = input === 'x' || input === 'inputShape';
  const ofFilter = input === 'filter' || input === 'filterShape';
  const differs = right.differs || ofFilter || (ofImage && at % shape.length === channelAxis);
  return input in right.inputs
    ? {...right, differs, wrong: `${input}.shape`, inputs: {...right.inputs, ...moved}}
    : {...right, differs, wrong: input, attrs: {...right.attrs, ...moved}};
}

const keep = (right: RandomCall): RandomCall => right;

/** Every fourth call has a wrong attribute, every fourth a wrong shape. */
export const randomCall: fc.Arbitrary<RandomCall> = fc
  .tuple(
    fc.oneof(fc.array(axis, {minLength: 2, maxLength: 2}), fc.array(axis, {minLength: 3, maxLength: 3})),
    common,
    fc.oneof(
      fc.constant(keep),
      fc.constant(keep),
      wrongAttrs.map(attrs => (right: RandomCall) => withAttrs(right, attrs)),
      shapeChange.map(change => (right: RandomCall) => withShape(right, change)),
    ),
  )
  .map(([axes, it, change]) => change(rightCall(axes, it)));

/** Runs the kernel on tensors of fixed values, or what `change` makes of these. */
export const callKernel = (
  {kernel, inputs, attrs}: RandomCall,
  change: (values: tf.Tensor) => tf.Tensor = tensor => tensor,
): tf.Tensor =>
  tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [name, change(values(name, [...shape] as [number]))]),
    );
    return tf.engine().runKernel(kernel, tensors, attrs as tf.NamedAttrMap);
  });
