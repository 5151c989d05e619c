import {
  abs,
  add,
  cast,
  clipByValue,
  concat,
  depthToSpace,
  div,
  elu,
  erf,
  exp,
  expandDims,
  image,
  leakyRelu,
  log,
  max,
  maximum,
  mean,
  min,
  minimum,
  mirrorPad,
  mul,
  neg,
  pad,
  pow,
  relu,
  reshape,
  rsqrt,
  selu,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  square,
  squeeze,
  sub,
  sum,
  tanh,
  transpose,
} from '@tensorflow/tfjs-core';
import type {DataType, Tensor, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';

/** An argument of an operation: a tensor, or what JSON may be. */
export type Argument = Tensor | TensorLike | boolean | null | undefined | Argument[];

/** The arguments of a call: in order, and by name. */
export interface Arguments {
  readonly args: readonly Argument[];
  readonly kwargs: Readonly<Record<string, Argument>>;
}

export type Operation = (call: Arguments) => Tensor;

// What a saved model has in a place is what its function takes there; the ops of TensorFlow.js check it.
const tensorAt = ({args}: Arguments, i = 0): Tensor => args[i] as Tensor;

/** An argument by any of its names, or in its place. */
function find<T extends Argument>({args, kwargs}: Arguments, names: readonly string[], place: number): T | undefined {
  const name = names.find(key => kwargs[key] != null);
  return ((name === undefined ? args[place] : kwargs[name]) ?? undefined) as T | undefined;
}

const unary =
  (compute: (x: Tensor) => Tensor): Operation =>
  call =>
    compute(tensorAt(call));

const binary =
  (compute: (a: Tensor | TensorLike, b: Tensor | TensorLike) => Tensor): Operation =>
  call =>
    compute(
      find<Tensor>(call, ['x1', 'a'], 0) ?? tensorAt(call),
      find<Tensor>(call, ['x2', 'y', 'b'], call.args.length - 1) ?? tensorAt(call),
    );

const AXIS = ['axis', 'axes', 'dim'];

const reduce =
  (compute: (x: Tensor, axis?: number | number[], keepdims?: boolean) => Tensor): Operation =>
  call =>
    compute(tensorAt(call), find<number | number[]>(call, AXIS, 1), find<boolean>(call, ['keepdims', 'keepDims'], 2));

const sixth = (x: Tensor): Tensor => mul(minimum(relu(add(x, 3)), 6), 1 / 6);
const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));
const gelu: Operation = call => {
  const x = tensorAt(call);
  if (find<boolean>(call, ['approximate'], 1)) {
    const inner = mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
    return mul(mul(x, 0.5), add(tanh(inner), 1));
  }
  return mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));
};

const joined: Operation = call => concat(call.args[0] as Tensor[], find<number>(call, AXIS, 1) ?? -1);

const padded: Operation = call => {
  const paddings = find<Array<[number, number]>>(call, ['paddings', 'padWidth'], 1) ?? [];
  const mode = String(find<string>(call, ['mode'], 2) ?? 'constant').toLowerCase();
  const value = find<number>(call, ['constantValues'], 3) ?? 0;
  return mode === 'constant'
    ? pad(tensorAt(call), paddings, value)
    : mirrorPad(tensorAt(call), paddings, mode as 'reflect' | 'symmetric');
};

const resized: Operation = call => {
  const size = find<[number, number]>(call, ['size'], 1) ?? [0, 0];
  const method = find<string>(call, ['method', 'interpolation'], 2) ?? 'bilinear';
  const x = tensorAt(call) as Tensor4D;
  return method === 'nearest'
    ? image.resizeNearestNeighbor(x, size, false, true)
    : image.resizeBilinear(x, size, false, true);
};

const clipped: Operation = call =>
  clipByValue(
    tensorAt(call),
    find<number>(call, ['clipValueMin', 'xMin'], 1) ?? -Infinity,
    find<number>(call, ['clipValueMax', 'xMax'], 2) ?? Infinity,
  );

/** Functions of single elements, whose results have the shape that the arguments broadcast to. */
export const ELEMENTWISE: Readonly<Record<string, Operation>> = {
  abs: unary(abs),
  absolute: unary(abs),
  add: binary(add),
  cast: call => cast(tensorAt(call), (find<string>(call, ['dtype'], 1) ?? 'float32') as DataType),
  clip: clipped,
  clipbyvalue: clipped,
  divide: binary(div),
  elu: unary(elu),
  erf: unary(erf),
  exp: unary(exp),
  gelu,
  hardsigmoid: unary(sixth),
  hardsilu: unary(x => mul(x, sixth(x))),
  hardswish: unary(x => mul(x, sixth(x))),
  identity: unary(x => x),
  leakyrelu: call => leakyRelu(tensorAt(call), find<number>(call, ['alpha', 'negativeSlope'], 1) ?? 0.2),
  log: unary(log),
  maximum: binary(maximum),
  minimum: binary(minimum),
  mul: binary(mul),
  multiply: binary(mul),
  neg: unary(neg),
  negative: unary(neg),
  pow: binary((a, b) => pow(a, b)),
  power: binary((a, b) => pow(a, b)),
  relu: unary(relu),
  relu6: unary(x => minimum(relu(x), 6)),
  rsqrt: unary(rsqrt),
  selu: unary(selu),
  sigmoid: unary(sigmoid),
  silu: unary(silu),
  softmax: call => softmax(tensorAt(call), find<number>(call, AXIS, 1) ?? -1),
  softplus: unary(softplus),
  sqrt: unary(sqrt),
  square: unary(square),
  sub: binary(sub),
  subtract: binary(sub),
  swish: unary(silu),
  tanh: unary(tanh),
  truediv: binary(div),
  truedivide: binary(div),
};

/** Functions that models call between layers, by their names without underscores, in small letters. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ELEMENTWISE,
  concat: joined,
  concatenate: joined,
  depthtospace: call => depthToSpace(tensorAt(call) as Tensor4D, find<number>(call, ['blockSize'], 1) ?? 1, 'NHWC'),
  expanddims: call => expandDims(tensorAt(call), find<number>(call, AXIS, 1)),
  max: reduce(max),
  mean: reduce(mean),
  min: reduce(min),
  pad: padded,
  reducemax: reduce(max),
  reducemean: reduce(mean),
  reducemin: reduce(min),
  reducesum: reduce(sum),
  reshape: call => reshape(tensorAt(call), find<number[]>(call, ['shape', 'newshape'], 1) ?? []),
  resize: resized,
  squeeze: call => {
    const axis = find<number | number[]>(call, AXIS, 1);
    return squeeze(tensorAt(call), axis === undefined ? undefined : [axis].flat());
  },
  sum: reduce(sum),
  transpose: call => transpose(tensorAt(call), find<number[]>(call, ['perm', 'axes'], 1)),
};
