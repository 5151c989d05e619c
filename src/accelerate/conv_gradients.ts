import {cast, pad, reshape, slice} from '@tensorflow/tfjs-core';
import type {Rank, Tensor, Tensor3D} from '@tensorflow/tfjs-core';
import {product} from '../geometry/conv.js';
import {backpropFilter, backpropInput, forward} from '../gradients/conv_nd.js';
import {zerosFrom} from '../gradients/sum_to.js';
import {resolveGradient} from './builtin_backprop.js';
import {resolveBuiltin} from './builtin_geometry.js';
import type {BuiltinAttrs, BuiltinKind, ResolvedBuiltin} from './builtin_geometry.js';
import type {BuiltinGradient} from './builtin_gradient.js';
import {BUILTINS} from './builtins.js';
import type {Role} from './builtins.js';

type ConvGradient = BuiltinGradient<BuiltinAttrs>;

/*
 * These are the gradients of our kernels (src/gradients/conv_nd.ts) with what the built-in ones take beside: other
 * dtypes, tensors without channels, and a dy that is larger than what counts of it. They are made of our kernels, so that
 * they are right on every backend and have gradients themselves.
 */

const toFloat = (t: Tensor): Tensor => (t.dtype === 'float32' ? t : cast(t, 'float32'));

/** Each axis along which t has not the size of the shape, changed as one of three: TensorFlow.js pads no five on webgl. */
const resized = (t: Tensor, shape: readonly number[], resize: (rows: Tensor3D, size: number) => Tensor3D): Tensor =>
  shape.reduce((image, size, a) => {
    const before = image.shape;
    if (before[a] === size) return image;
    const rows = reshape<Rank.R3>(image, [product(before.slice(0, a)), before[a], product(before.slice(a + 1))]);
    return reshape(
      resize(rows, size),
      before.map((same, b) => (b === a ? size : same)),
    );
  }, t);

/** What counts of dy. */
const cropped = (dy: Tensor, {yShape}: ResolvedBuiltin): Tensor =>
  toFloat(resized(dy, yShape, (rows, size) => slice(rows, [0, 0, 0], [-1, size, -1])));

/** With zeros at the ends, up to the shape; the adjoint of `cropped`. */
const padded = (y: Tensor, shape: readonly number[]): Tensor =>
  resized(y, shape, (rows, size) =>
    pad(rows, [
      [0, 0],
      [0, size - rows.shape[1]],
      [0, 0],
    ]),
  );

/** A gradient of the shape, which is 0 where nothing is summed: tensors without channels have not the sizes of the geometry. */
const where =
  ({hasChannels}: ResolvedBuiltin, upstream: Tensor, shape: number[], compute: (shape: number[]) => Tensor) =>
  (): Tensor =>
    hasChannels ? compute(shape) : zerosFrom(upstream, shape);

export const forwardGradient = (kind: BuiltinKind): ConvGradient => ({
  inputsToSave: ['x', 'filter'],
  gradient: (dy, [x, filter], attrs) => {
    const conv = resolveBuiltin(kind, x.shape, filter.shape, attrs);
    return {
      x: where(conv, dy, x.shape, shape => backpropInput(toFloat(dy), toFloat(filter), conv, shape)),
      filter: where(conv, dy, filter.shape, shape => backpropFilter(toFloat(x), toFloat(dy), conv, shape)),
    };
  },
});

/** Here `upstream` has the shape of x. */
const backpropInputGradient = (kind: BuiltinKind): ConvGradient => ({
  inputsToSave: ['dy', 'filter'],
  gradient: (upstream, [dy, filter], attrs) => {
    const conv = resolveGradient(kind, upstream.shape, filter.shape, attrs, dy.shape);
    return {
      dy: where(conv, upstream, dy.shape, shape =>
        padded(forward(upstream, toFloat(filter), conv, conv.yShape), shape),
      ),
      filter: where(conv, upstream, filter.shape, shape => backpropFilter(upstream, cropped(dy, conv), conv, shape)),
    };
  },
});

/** Here `upstream` has the shape of the filter. */
const backpropFilterGradient = (kind: BuiltinKind): ConvGradient => ({
  inputsToSave: ['x', 'dy'],
  gradient: (upstream, [x, dy], attrs) => {
    const conv = resolveGradient(kind, x.shape, upstream.shape, attrs, dy.shape);
    return {
      x: where(conv, upstream, x.shape, shape => backpropInput(cropped(dy, conv), upstream, conv, shape)),
      dy: where(conv, upstream, dy.shape, shape => padded(forward(toFloat(x), upstream, conv, conv.yShape), shape)),
    };
  },
});

const GRADIENTS: {readonly [R in Exclude<Role, 'fused'>]: (kind: BuiltinKind) => ConvGradient} = {
  forward: forwardGradient,
  backpropInput: backpropInputGradient,
  backpropFilter: backpropFilterGradient,
};

/** The gradient of every built-in kernel by its name, but for the fused ones, of which none is recorded. */
export const BUILTIN_GRADIENTS: Readonly<Record<string, ConvGradient>> = Object.fromEntries(
  BUILTINS.flatMap(builtin => (builtin.role === 'fused' ? [] : [[builtin.op, GRADIENTS[builtin.role](builtin)]])),
);
