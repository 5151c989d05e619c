import {show} from './show.js';

/*
 * Every message of the library. All of them read `<op>: <rule>; got <name>=<value>`. Those of RULES and MODEL_RULES are
 * thrown before a kernel runs, those of KERNEL_RULES by a kernel for which the machine has not what it needs.
 */

/** Largest number of elements that a tensor may have: shapes and indices stay exact 32-bit integers. */
export const MAX_ELEMENTS = 2 ** 31 - 1;

/** Largest rank that TensorFlow.js has. */
export const MAX_RANK = 6;

/** Largest number of elements of an explicit convolution matrix: 512 MiB of float32. */
export const MAX_MATRIX_ELEMENTS = 2 ** 27;

const integerFrom = (minimum: 0 | 1) => `an integer from ${minimum} to ${MAX_ELEMENTS}`;
const perAxis = (name: string, minimum: 0 | 1) =>
  `${name} must be one number or one per spatial axis, each ${integerFrom(minimum)}`;

/** The rules, by what they are about. A function where the rule names what it is about. */
export const RULES = {
  tensor: (name: string) =>
    `${name} must be a tensor or an array of numbers, nested at most ${MAX_RANK} deep with rows of equal length`,
  disposed: (name: string) => `${name} must not be disposed`,
  foreign: (name: string) => `${name} must be a tensor of the TensorFlow.js that tfjs-conv runs on`,
  float32: (name: string) => `${name} must be a float32 tensor, tf.cast(${name}, 'float32') makes it one`,
  rank: (name: string, form: string) => `${name} must have the shape ${form}`,
  xSizes: 'every size of x but the batch must be at least 1',
  filterSizes: (name: string) => `every size of ${name} must be at least 1`,
  positive: (name: string) => perAxis(name, 1),
  nonNegative: (name: string) => perAxis(name, 0),
  pad: `pad must be 'valid', 'same', 'causal' (1-D), ${integerFrom(0)}, or a pair of them per spatial axis`,
  padBatchChannel: 'pad must be [0, 0] on the batch and channel axes',
  causal: "pad 'causal' is for 1-D convolutions only",
  dataFormat: (allowed: readonly string[]) => `dataFormat must be one of ${allowed.join(', ')}`,
  groups: `groups must be ${integerFrom(1)}`,
  groupsDivide: (channels: string) => `groups must divide ${channels}`,
  channels: (expected: number, name: string, form: string) =>
    `x must have inChannels = ${expected} to match ${name} ${form}`,
  depthwiseGroups: 'a depthwise convolution has as many groups as channels, groups must be left out',
  twice: (name: string) => `${name} are an argument of their own, the options must not hold them too`,
  mid: 'the channels between the two filters must match',
  outputSize: 'every output size must be at least 1',
  elements: `a tensor must have at most ${MAX_ELEMENTS} elements, also with its padding`,
  outputPadding: 'outputPadding must be smaller than the larger of the stride and the dilation of its axis',
  outputPaddingSame: "outputPadding must be 0 with pad 'same', whose output size is input size times stride",
  outputPaddingShape: 'outputPadding must be left out or agree with outputShape',
  outputShape: `outputShape must hold ${integerFrom(1)} per spatial axis`,
  outputShapeFits: 'a convolution of outputShape with these strides, dilations and pad must give the size of x',
  bias: 'bias must have the shape [outChannels]',
  activation: (allowed: readonly string[]) => `activation must be one of ${allowed.join(', ')}`,
  alpha: 'leakyreluAlpha must be a finite number',
  preluMissing: "activation 'prelu' needs preluActivationWeights",
  preluShape: 'preluActivationWeights must broadcast to the output',
  flip: 'flipFilter must be true or false',
  option: (known: readonly string[]) => `an option must be one of ${known.join(', ')}`,
  options: 'options must be a plain object or one of a class of its own, not a Map, Date, function or the like',
  matrixInput: `inputShape must be [height, width], each ${integerFrom(1)}`,
  matrixSize: `the matrix must have at most ${MAX_MATRIX_ELEMENTS} elements (512 MiB)`,
  finite: 'every value of the filter must be finite',
  separateRank: 'rank must be an integer from 1 to min(height * inChannels, width * outChannels)',
  tolerance: 'tolerance must be a number from 0 to 1',
  backend: 'backendName must be that of a registered backend',
  missing: (name: string) => `${name} must be given`,
  numeric: (name: string) => `${name} must be a float32, int32 or bool tensor`,
  shape: (name: string, rank: number) => `${name} must hold ${rank} sizes, each ${integerFrom(0)}`,
  dimRoundingMode: "dimRoundingMode must be 'floor', 'round', 'ceil' or left out",
  filterChannels:
    'the input channels of the filter must divide those of x, into groups that divide its output channels',
  dyShape: 'dy (the x of a transposed convolution) must have the shape that inputShape (its outputShape) leads to',
  dyShapeOfX: 'dy must have the shape that a convolution of x leads to',
  epilogue: (name: string) => `${name} must be one value, one per output channel, or broadcast to the output`,
  gradientActivation:
    "the gradient needs the activation 'linear' (the ops apply other activations as a step of their own)",
  steps: (name: string, axes: number) =>
    `${name} must hold ${axes} numbers in the order of data_format, each ${integerFrom(1)}, and 1 for batch and channels`,
  padding: "padding must be 'VALID', 'SAME' or 'EXPLICIT'",
  explicitPaddings: (sizes: number) =>
    `explicit_paddings must hold ${sizes} numbers, [before, after] of every axis, each ${integerFrom(0)}`,
  fusedOps: (known: readonly string[]) => `fused_ops must be among ${known.join(', ')}`,
  perChannel: (name: string) => `${name} must hold one value per output channel`,
  epsilon: 'epsilon must be a finite number',
  sizes: (name: string, axes: number) =>
    `${name} must be a tensor of the ${axes} sizes in the order of data_format, each ${integerFrom(0)}`,
  sameBatch: 'input_sizes must have the batch of x',
} as const;

/** The rules of what takes models. */
export const MODEL_RULES = {
  model: 'model must be a function or have a method predict, execute, executeAsync or call',
  inputs: 'inputs must be a tensor, a shape, a list of them, or an object that has them by the names of the inputs',
  input: (name: string) => `${name} must be a tensor or a shape`,
  inputShape: (name: string) => `${name} must be a shape of at most ${MAX_RANK} sizes, each ${integerFrom(0)}`,
  inputDtype: (name: string) => `a shape stands for zeros of float32, int32 or bool, ${name} must be given as a tensor`,
  inputNames: (names: readonly string[]) => `inputs must have the names ${names.join(', ')}`,
  onProgress: 'onProgress must be a function',
  maxRuns: `maxRuns must be ${integerFrom(1)}`,
  parallelCompile: 'parallelCompile must be true or false',
} as const;

/**
 * The rules that only a kernel can find broken: what the machine has to have. A kernel throws `kernelError`; whoever
 * runs the kernel completes the message with its own name and the shapes of the inputs.
 */
export const KERNEL_RULES = {
  wasmMemory: 'the WebAssembly memory must have room for the operation',
  memory: 'the memory must have room for the operation',
  allocated: 'only memory that is allocated can be freed',
  wasmMemoryFound: "the backend 'wasm' must show its memory",
  simd: 'the machine must run WebAssembly with SIMD',
  threadsFlag: (name: string, most: number) =>
    `${name} must be a whole number from 1 to ${most}, or 0 for as many as are best`,
  threads: 'every thread of the WebAssembly core must finish its task',
  context: 'the WebGL context must not be lost',
  device: 'the WebGPU device must not be lost',
  adapter: 'there must be WebGPU with an adapter',
  buffer: 'a tensor must have a buffer',
  bindingSize: 'every tensor must fit the largest storage buffer that the device binds',
  program: 'a WebGL program must compile',
  texture: (name: string) => `${name} must have a texture`,
  textureSize: 'every texture must fit the largest one of the device',
  tensorFlowOp: 'an op of TensorFlow must compute the kernel',
} as const;

/** What a message says after "got": values by their names. */
type Values = Readonly<Record<string, unknown>>;

/** Shapes by the names of the tensors. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** `<op>: <rule>; got <name>=<value>`, with all values. */
const messageOf = (op: string, rule: string, got: Values): string =>
  `${op}: ${rule}; got ${Object.keys(got)
    .map(name => `${name}=${show(got[name])}`)
    .join(', ')}`;

/** Throws `<op>: <rule>; got <name>=<value>`. */
export function fail(op: string, rule: string, name: string, value: unknown): never {
  throw new Error(messageOf(op, rule, {[name]: value}));
}

/** What an error says that a kernel has thrown. */
interface Failure {
  readonly rule: string;
  readonly got: Values;
  /** Of the inputs of the outermost kernel. */
  readonly shapes: Shapes;
}

/** Where an error keeps that. A program may have several copies of this module, which know each other's errors by it. */
const FAILURE: unique symbol = Symbol.for('tfjs-conv.failure');

interface MaybeFailure extends Error {
  [FAILURE]?: Failure;
}

/** The error of a kernel, which knows neither the op nor its shapes. */
export function kernelError(rule: string, got: Values): Error {
  const error: MaybeFailure = new Error(messageOf('tfjs-conv', rule, got));
  Object.defineProperty(error, FAILURE, {value: {rule, got, shapes: {}}, writable: true});
  return error;
}

/**
 * Gives the error of a kernel the name of the kernel or op that a caller knows, and the shapes of its inputs if the
 * message does not have them from elsewhere. An error that no kernel of this package has made stays as it is.
 */
export function completeError(error: unknown, op: string, shapesOf: (known: Shapes) => Shapes): void {
  if (!(error instanceof Error)) return;
  const known = (error as MaybeFailure)[FAILURE];
  if (known === undefined) return;
  const failure = {...known, shapes: shapesOf(known.shapes)};
  const shapes = Object.entries(failure.shapes).map(([name, shape]) => [`${name}.shape`, shape] as const);
  const message = messageOf(op, failure.rule, {...failure.got, ...Object.fromEntries(shapes)});
  // The stack begins with the message.
  error.stack = error.stack?.replace(error.message, () => message);
  error.message = message;
  (error as MaybeFailure)[FAILURE] = failure;
}
