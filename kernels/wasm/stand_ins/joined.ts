import {backend_util, util} from '@tensorflow/tfjs-core';
import type {ConcatAttrs, PackAttrs, TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import type {StandIn} from '../../../src/registry/stand_ins.js';
import {copyStrided} from '../../wasm_core/algorithms/strided_copy.js';
import {F32} from '../../wasm_core/plan/conv_plan.js';
import {addressOf, isWords, makeTensor} from './results.js';
import type {WordTensor} from './results.js';

/*
 * Tensors side by side. TensorFlow.js copies each run of neighbours by a call of JavaScript.
 */

/** Runs of neighbours up to which the built-in kernel is as fast. */
const FEW_RUNS = 16;

/** Whether all have values, of one dtype; a list of one is left to the built-in kernel, which shares its values. */
const areJoined = (tensors: readonly TensorInfo[]): tensors is readonly WordTensor[] =>
  tensors.length > 1 && tensors.every(one => isWords(one) && one.dtype === tensors[0].dtype);

/** Tensors as rows: the first `axes` axes are the rows, of which each tensor has its part. */
function joinRows(backend: object, tensors: readonly WordTensor[], axes: number, shape: readonly number[]): TensorInfo {
  const rows = product(shape.slice(0, axes));
  const row = product(shape.slice(axes));
  return makeTensor(backend, shape, tensors[0].dtype, (call, to) => {
    let at = to;
    for (const tensor of tensors) {
      const part = product(tensor.shape.slice(axes));
      copyStrided(call, at, addressOf(call, tensor), [
        {count: rows, to: row, from: part},
        {count: part, to: 1, from: 1},
      ]);
      at += part * F32;
    }
  });
}

/** Concat */
export const concat: StandIn<TensorInfo[], ConcatAttrs> = ({inputs, attrs, backend}) => {
  if (!areJoined(inputs)) return undefined;
  const shapes = inputs.map(({shape}) => shape);
  const [axis] = util.parseAxisParam(attrs.axis, shapes[0]);
  if (product(shapes[0].slice(0, axis)) * inputs.length <= FEW_RUNS) return undefined;
  backend_util.assertParamsConsistent(shapes, axis);
  return joinRows(backend, inputs, axis, backend_util.computeOutShape(shapes, axis));
};

/** Pack */
export const pack: StandIn<TensorInfo[], PackAttrs> = ({inputs, attrs: {axis}, backend}) => {
  if (!areJoined(inputs)) return undefined;
  const [{shape}] = inputs;
  if (!(axis >= 0 && axis <= shape.length) || !inputs.every(one => util.arraysEqual(one.shape, shape)))
    return undefined;
  return joinRows(backend, inputs, axis, [...shape.slice(0, axis), inputs.length, ...shape.slice(axis)]);
};
