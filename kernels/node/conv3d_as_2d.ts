import {passThrough, UNIT_AXIS} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';
import {filterShape, product} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {byPlanarOps} from './op_family.js';
import type {Compute} from './op_family.js';
import {imageShape} from './op_families.js';
import type {ConvKernel} from './op_families.js';
import {channelsLast, fitted, unchanged} from './rewrite.js';
import type {Rewrite} from './rewrite.js';
import {padded, runOp, shaped, sliced, strided} from './plain_ops.js';
import type {Handle, TensorFlow} from './tensorflow.js';

/*
 * A 3-D convolution as the sum, over the taps of its depth, of 2-D convolutions of planes, which TensorFlow has with
 * groups and with dilations in 2-D only:
 *
 *     y[:, o] = sum over k of conv2d(x[:, o * stride - padBefore + k * dilation], filter[k])
 *
 * Below, x has been padded along its depth, so that padBefore is 0.
 */

/** With the channels last and the depth padded; height and width are left to the 2-D convolution. */
function paddedDepth(g: ConvGeometry): Rewrite {
  const p = channelsLast(unchanged(g, 3));
  const [depth, height, width] = p.geometry.axes;
  return fitted({...p, geometry: {...p.geometry, axes: [depth, passThrough(height.input), passThrough(width.input)]}});
}

/** The convolution of all planes that one tap reads. */
const planesOf = ({axes: [depth, height, width], ...g}: ConvGeometry): ConvGeometry => ({
  ...g,
  batch: g.batch * depth.output,
  channelsLast: true,
  axes: [UNIT_AXIS, height, width],
});

/** The plane of x [batch, depth, ...] that each output reads at a tap. */
function takePlanes(tf: TensorFlow, x: Handle, {output, stride, dilation}: AxisGeometry, tap: number): Handle {
  const {shape} = x;
  const [begin, end] = [tap * dilation, tap * dilation + (output - 1) * stride + 1];
  const at = (depth: number, other: (a: number) => number) => shape.map((_, a) => (a === 1 ? depth : other(a)));
  return stride === 1
    ? sliced(
        tf,
        x,
        at(begin, () => 0),
        at(output, a => shape[a]),
      )
    : strided(
        tf,
        x,
        at(begin, () => 0),
        at(end, a => shape[a]),
        at(stride, () => 1),
      );
}

/** The transpose of that: planes put where the tap reads them, 0 between them. */
function putPlanes(
  tf: TensorFlow,
  planes: Handle,
  batch: number,
  {input, output, stride, dilation}: AxisGeometry,
  tap: number,
): Handle {
  const size = product(planes.shape) / (batch * output);
  const spread = padded(tf, shaped(tf, planes, [batch, output, 1, size]), [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const length = (output - 1) * stride + 1;
  const line = sliced(tf, shaped(tf, spread, [batch, output * stride, size]), [0, 0, 0], [batch, length, size]);
  const before = tap * dilation;
  return padded(tf, line, [
    [0, 0],
    [before, input - before - length],
    [0, 0],
  ]);
}

const sum = (tf: TensorFlow, terms: readonly Handle[]): Handle =>
  terms.length === 1 ? terms[0] : runOp(tf, 'AddN', terms, {N: terms.length});

/** How planes compute a kernel for a geometry; undefined where no 2-D op does. */
export function byConv3dAs2d(kernel: ConvKernel, g: ConvGeometry): Compute | undefined {
  const compute = byPlanarOps(kernel, planesOf(g));
  if (compute === undefined) return undefined;
  const p = paddedDepth(g);
  const [depth] = p.geometry.axes;
  const taps = Array.from({length: depth.kernel}, (_, k) => k);
  const xShape = imageShape(p.geometry, 3, 'x');
  const x = (tf: TensorFlow, t: Handle) => p.x.to(tf, shaped(tf, t, imageShape(g, 3, 'x')));
  const dy = (tf: TensorFlow, t: Handle) => p.y.to(tf, shaped(tf, t, imageShape(g, 3, 'y')));
  const weights = product(filterShape(g)) / depth.kernel;
  const filterOf = (tf: TensorFlow, filter: Handle, k: number) =>
    sliced(tf, shaped(tf, filter, [depth.kernel, weights]), [k, 0], [1, weights]);
  switch (kernel) {
    case 'ConvND':
      return (tf, [image, filter]) => {
        const source = x(tf, image);
        const y = sum(
          tf,
          taps.map(k => compute(tf, [takePlanes(tf, source, depth, k), filterOf(tf, filter, k)])),
        );
        return p.y.from(tf, shaped(tf, y, imageShape({...g, channelsLast: true}, 3, 'y')));
      };
    case 'ConvNDBackpropInput':
      return (tf, [result, filter]) => {
        const source = dy(tf, result);
        const dx = sum(
          tf,
          taps.map(k => putPlanes(tf, compute(tf, [source, filterOf(tf, filter, k)]), g.batch, depth, k)),
        );
        return p.x.from(tf, shaped(tf, dx, xShape));
      };
    case 'ConvNDBackpropFilter':
      return (tf, [image, result]) => {
        const [source, upstream] = [x(tf, image), dy(tf, result)];
        const parts = taps.map(k => shaped(tf, compute(tf, [takePlanes(tf, source, depth, k), upstream]), [weights]));
        return runOp(tf, 'Pack', parts, {N: parts.length, axis: 0});
      };
  }
}
