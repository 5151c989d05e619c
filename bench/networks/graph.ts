/*
 * A network as data, which each runtime builds with its own ops: values are [height, width, channels] of one image, every
 * convolution has padding 'same', a bias and an activation, as networks have once batch normalization is folded in.
 */

export type Activation = 'linear' | 'relu' | 'relu6' | 'sigmoid';
export type Shape = readonly [height: number, width: number, channels: number];

interface Convolution {
  readonly kernel: number;
  readonly stride: number;
  readonly activation: Activation;
}

/** What a node computes of its inputs. */
export type Step =
  | (Convolution & {readonly op: 'conv' | 'depthwise'})
  /** With a kernel as large as its stride. */
  | {readonly op: 'transposed'; readonly stride: number}
  | {readonly op: 'add'; readonly activation: Activation}
  | {readonly op: 'maxPool'; readonly size: number; readonly stride: number}
  /** A fully connected layer of the mean over all pixels. */
  | {readonly op: 'classify'}
  | {readonly op: 'concat'};

/** `inputs` are indices of nodes, -1 for the network's input. */
export interface Node {
  readonly step: Step;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  /** As TensorFlow.js has it, and the number of terms of a result; null where there is none. */
  readonly filter: {readonly shape: readonly number[]; readonly terms: number} | null;
}

export interface Network {
  readonly name: string;
  readonly input: Shape;
  readonly nodes: readonly Node[];
}

/** A value in a network that is being built. */
export interface Value {
  readonly node: number;
  readonly shape: Shape;
}

const divided = (size: number, stride: number) => Math.ceil(size / stride);

/** Adds nodes to a network, each of them made of earlier values. */
export function builder(name: string, input: Shape) {
  const nodes: Node[] = [];
  function add(step: Step, inputs: readonly Value[], shape: Shape, filter: Node['filter'] = null): Value {
    nodes.push({step, inputs: inputs.map(({node}) => node), shape, filter});
    return {node: nodes.length - 1, shape};
  }
  const strided = ([height, width]: Shape, stride: number, channels: number): Shape => [
    divided(height, stride),
    divided(width, stride),
    channels,
  ];
  return {
    input: {node: -1, shape: input} as Value,
    network: (): Network => ({name, input, nodes}),
    conv(
      x: Value,
      channels: number,
      {kernel = 1, stride = 1, activation = 'linear'}: Partial<Convolution> = {},
    ): Value {
      const terms = kernel * kernel * x.shape[2];
      const filter = {shape: [kernel, kernel, x.shape[2], channels], terms};
      return add({op: 'conv', kernel, stride, activation}, [x], strided(x.shape, stride, channels), filter);
    },
    depthwise(x: Value, {kernel = 3, stride = 1, activation = 'linear'}: Partial<Convolution> = {}): Value {
      const filter = {shape: [kernel, kernel, x.shape[2], 1], terms: kernel * kernel};
      return add({op: 'depthwise', kernel, stride, activation}, [x], strided(x.shape, stride, x.shape[2]), filter);
    },
    transposed(x: Value, channels: number, stride: number): Value {
      const [height, width, inChannels] = x.shape;
      const filter = {shape: [stride, stride, channels, inChannels], terms: inChannels};
      return add({op: 'transposed', stride}, [x], [stride * height, stride * width, channels], filter);
    },
    add: (left: Value, right: Value, activation: Activation = 'linear'): Value =>
      add({op: 'add', activation}, [left, right], left.shape),
    maxPool: (x: Value, size: number, stride: number): Value =>
      add({op: 'maxPool', size, stride}, [x], strided(x.shape, stride, x.shape[2])),
    concat: (left: Value, right: Value): Value =>
      add({op: 'concat'}, [left, right], [left.shape[0], left.shape[1], left.shape[2] + right.shape[2]]),
    classify: (x: Value, classes: number): Value =>
      add({op: 'classify'}, [x], [1, 1, classes], {shape: [x.shape[2], classes], terms: x.shape[2]}),
  };
}

/** Multiplications and additions of the convolutions and the fully connected layer. */
export function flopsOfNetwork({nodes}: Network): number {
  return nodes.reduce(
    (sum, {shape: [height, width, channels], filter}) =>
      sum + (filter === null ? 0 : 2 * height * width * channels * filter.terms),
    0,
  );
}
