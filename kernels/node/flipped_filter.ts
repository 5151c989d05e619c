import {windowSize} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';
import {isChannelwise, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {byPlanarOps, isFirstLine} from './op_family.js';
import type {Compute} from './op_family.js';
import {isPlanar} from './op_families.js';
import {runOp, shaped, transposed} from './plain_ops.js';
import {listOf} from './tensorflow.js';
import type {Handle, TensorFlow} from './tensorflow.js';
import {FAR_TAPS, FLIPPED_TAPS, LONG_KERNEL} from './thresholds.js';

/*
 * The gradient by the input of a convolution of stride 1 is a convolution of dy, with the taps in reverse order and the
 * channels of each group changing sides.
 *
 *     dx[i] = sum over k of filter[kernel - 1 - k]^T dy[i - (window - 1 - padBefore) + k * dilation]
 */

const reversed = (axis: AxisGeometry): AxisGeometry => ({
  ...axis,
  input: axis.output,
  output: axis.input,
  padBefore: windowSize(axis) - 1 - axis.padBefore,
  padAfter: windowSize(axis) - 1 - axis.padAfter,
});

const reversedConv = (g: ConvGeometry): ConvGeometry => ({
  ...g,
  inChannels: g.outChannels,
  outChannels: g.inChannels,
  axes: [reversed(g.axes[0]), reversed(g.axes[1]), reversed(g.axes[2])],
});

const isLong = (g: ConvGeometry): boolean =>
  g.axes.some(({kernel}) => kernel >= LONG_KERNEL) &&
  g.batch * product(spatialSizes(g, 'output')) * product(spatialSizes(g, 'kernel')) >= FLIPPED_TAPS;

const isFar = (g: ConvGeometry): boolean =>
  !isChannelwise(g) &&
  !isFirstLine(g) &&
  (isLong(g) || g.axes.some(axis => axis.dilation > 1 && windowSize(axis) > FAR_TAPS));

/** Dilated depthwise gradients have no op that is right; forward there is one. */
const isDilatedDepthwise = (g: ConvGeometry): boolean =>
  isChannelwise(g) && g.groups === g.outChannels && g.axes.some(({kernel, dilation}) => kernel > 1 && dilation > 1);

/** The gradient by the input, where the convolution op is faster than the gradient op: up to hundreds of times. */
export function byFlippedFilter(g: ConvGeometry): Compute | undefined {
  if (!isPlanar(g) || g.axes.some(axis => axis.stride > 1 || axis.padBefore >= windowSize(axis))) return undefined;
  if (!isDilatedDepthwise(g) && !isFar(g)) return undefined;
  const compute = byPlanarOps('ConvND', reversedConv(g));
  if (compute === undefined) return undefined;
  const [inputs, outputs] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const shape = [product(spatialSizes(g, 'kernel')), inputs, g.groups, outputs];
  const flipped = (tf: TensorFlow, filter: Handle): Handle =>
    inputs === 1 && outputs === 1
      ? reversedTaps(tf, filter, filter.shape.length - 2)
      : transposed(tf, reversedTaps(tf, shaped(tf, filter, shape), 1), [0, 3, 2, 1]);
  return (tf, [dy, filter]) => compute(tf, [dy, flipped(tf, filter)]);
}

/** The filter with the order of its taps reversed, which are its first axes. */
const reversedTaps = (tf: TensorFlow, filter: Handle, axes: number): Handle =>
  runOp(tf, 'ReverseV2', [
    filter,
    listOf(
      tf,
      Array.from({length: axes}, (_, a) => a),
    ),
  ]);
