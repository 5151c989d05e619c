import {concat, engine, split, tensor, tidy} from '@tensorflow/tfjs-core';
import type {NamedAttrMap, NamedTensorMap, Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import {conv2d} from 'tfjs-conv';
import {pseudoRandom} from '../measure.js';
import type {SweepLayer} from './random_layer.js';

/*
 * A layer by the kernels that are registered. Grouped convolutions are an op of ours; without it, users split and join.
 */

export type Side = 'ours' | 'built-in';

/** Numbers for every operand. */
const NUMBERS = pseudoRandom(2 ** 23, 1);

const runKernel = (kernel: string, inputs: NamedTensorMap, attrs: SweepLayer['attrs']): Tensor =>
  // Attributes are what TensorFlow.js' ops call its kernels with.
  engine().runKernel(kernel, inputs, attrs as NamedAttrMap);

/** Each operand begins elsewhere in the numbers. */
function operandsOf({inputs, pointwise, output}: SweepLayer): NamedTensorMap {
  const shapes = pointwise > 0 ? {...inputs, pointwise: [1, 1, output[3], pointwise]} : inputs;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], n) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const begin = Math.min(n * 1009, NUMBERS.length - size);
      return [name, tensor(NUMBERS.subarray(begin, begin + size), [...shape])];
    }),
  );
}

function bySplit(layer: SweepLayer, {x, filter}: NamedTensorMap): Tensor {
  const {groups, kernel, attrs} = layer;
  const [xs, filters] = [split(x, groups, 3), split(filter, groups, 3)];
  return concat(
    xs.map((part, g) => runKernel(kernel, {x: part, filter: filters[g]}, attrs)),
    3,
  );
}

interface GroupedAttrs {
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: 'same' | 'valid';
}

const pointwiseAttrs = {strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1]};

/** What runs a layer once, by ours or by the built-in kernels, whichever are registered. */
function runOf(layer: SweepLayer, operands: NamedTensorMap, side: Side): () => Tensor {
  const {kernel, attrs, groups, pointwise} = layer;
  if (pointwise > 0) {
    const {pointwise: filter, ...inputs} = operands;
    return () => tidy(() => runKernel('Conv2D', {x: runKernel(kernel, inputs, attrs), filter}, pointwiseAttrs));
  }
  if (groups === 1) return () => runKernel(kernel, operands, attrs);
  if (side === 'built-in') return () => tidy(() => bySplit(layer, operands));
  const {strides, dilations, pad} = attrs as unknown as GroupedAttrs;
  const {x, filter} = operands;
  return () => conv2d(x as Tensor4D, filter as Tensor4D, {strides, dilations, pad, groups});
}

export interface Calls {
  readonly run: {readonly [S in Side]: () => Tensor};
  readonly dispose: () => void;
}

/** Each side has operands of its own, which stay as its first call has them: on webgl, packed or not. */
export function callsOf(layer: SweepLayer): Calls {
  const [ours, builtin] = [operandsOf(layer), operandsOf(layer)];
  return {
    run: {ours: runOf(layer, ours, 'ours'), 'built-in': runOf(layer, builtin, 'built-in')},
    dispose: () => [ours, builtin].flatMap(Object.values<Tensor>).forEach(operand => operand.dispose()),
  };
}
