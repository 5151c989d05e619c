import {slice, tidy, util} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import type {Rounding} from '../geometry/axis.js';
import {NO_ACTIVATION} from '../registry/kernel_names.js';
import type {BuiltinKernel} from './builtin_call.js';
import {ensureShape, resolveBuiltin} from './builtin_geometry.js';
import type {BuiltinAttrs, BuiltinKind, ResolvedBuiltin} from './builtin_geometry.js';
import {ensureNumeric, isOperand, operandOf} from './builtin_inputs.js';

/** The other ways to round, which TensorFlow.js' gradient of Conv2D does not pass on, the largest sizes first. */
const UNTOLD: readonly Rounding[] = ['ceil', 'round'];

const isSameShape = (a: readonly number[], b: readonly number[]): boolean => util.arraysEqual([...a], [...b]);

/** The convolution of which a gradient is asked, rounded so that its result has the shape of dy if one way gives that. */
export function resolveGradient(
  kind: BuiltinKind,
  x: readonly number[],
  filter: readonly number[],
  attrs: BuiltinAttrs,
  dy: readonly number[],
): ResolvedBuiltin {
  const isTold = kind.rank === 3 || typeof attrs.pad === 'string' || attrs.dimRoundingMode != null;
  // One after the other, as a size that is rounded down may be 0, which is an error.
  for (const dimRoundingMode of isTold ? [] : UNTOLD) {
    const rounded = resolveBuiltin(kind, x, filter, {...attrs, dimRoundingMode});
    if (isSameShape(rounded.yShape, dy)) return rounded;
  }
  return resolveBuiltin(kind, x, filter, attrs);
}

/**
 * Dense built-in kernels ignore what a larger dy has at the ends of its spatial axes, which TensorFlow.js' own tests of
 * transposed convolutions rely on. Those of depthwise convolutions never get one, unless the layout is not what they
 * take it for.
 * @throws if dy lacks what the geometry reads, or has more.
 */
function ensureDy(kind: BuiltinKind, rule: string, {shape}: Tensor, {yShape, geometry}: ResolvedBuiltin): void {
  const channelAxis = geometry.channelsLast ? kind.rank + 1 : 1;
  const mayExceed = (a: number): boolean => !kind.depthwise && a !== 0 && a !== channelAxis;
  const fits = yShape.every((size, a) => shape[a] === size || (mayExceed(a) && shape[a] > size));
  if (shape.length !== yShape.length || !fits) {
    fail(kind.op, rule, '[dy.shape, expected shape]', [shape, yShape]);
  }
}

/** dy as kernels take it. */
const operandOfDy = (dy: Tensor, {yShape, present}: ResolvedBuiltin): Tensor =>
  operandOf(isSameShape(dy.shape, yShape) ? dy : slice(dy, new Array<number>(dy.rank).fill(0), yShape), present.y);

/** The kernels of the input gradient, which is the transposed convolution. */
export const backpropInput =
  (kind: BuiltinKind): BuiltinKernel['compute'] =>
  (run, {dy, filter}, attrs) => {
    const {op, rank} = kind;
    const {inputShape} = attrs;
    ensureNumeric(op, 'dy', dy);
    ensureNumeric(op, 'filter', filter);
    ensureShape(op, 'inputShape', rank + 2, inputShape);
    const resolved = resolveGradient(kind, inputShape, filter.shape, attrs, dy.shape);
    ensureDy(kind, RULES.dyShape, dy, resolved);
    const {geometry, xShape, yShape, present} = resolved;
    const transpose = (image: Tensor, weights: Tensor): Tensor =>
      run('ConvNDBackpropInput', {dy: image, filter: weights}, {geometry, outputShape: [...xShape], ...NO_ACTIVATION});
    return isOperand(dy) && isOperand(filter) && isSameShape(dy.shape, yShape)
      ? transpose(dy, filter)
      : tidy(() => transpose(operandOfDy(dy, resolved), operandOf(filter, present.filter)));
  };

/** The kernels of the filter gradient. */
export const backpropFilter =
  (kind: BuiltinKind): BuiltinKernel['compute'] =>
  (run, {x, dy}, attrs) => {
    const {op, rank} = kind;
    ensureNumeric(op, 'x', x);
    ensureNumeric(op, 'dy', dy);
    ensureShape(op, 'filterShape', rank + 2, attrs.filterShape);
    const resolved = resolveGradient(kind, x.shape, attrs.filterShape, attrs, dy.shape);
    ensureDy(kind, RULES.dyShapeOfX, dy, resolved);
    const {geometry, filterShape, yShape, present} = resolved;
    const correlate = (image: Tensor, gradient: Tensor): Tensor =>
      run('ConvNDBackpropFilter', {x: image, dy: gradient}, {geometry, outputShape: [...filterShape]});
    return isOperand(x) && isOperand(dy) && isSameShape(dy.shape, yShape)
      ? correlate(x, dy)
      : tidy(() => correlate(operandOf(x, present.x), operandOfDy(dy, resolved)));
  };
