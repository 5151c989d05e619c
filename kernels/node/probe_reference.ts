import type {AxisGeometry} from '../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {ConvKernel} from './op_families.js';

/*
 * Loops over numbers, as a probe runs before the engine has compiled anything: generators and lists of indices took
 * most of a model's first call.
 */

/** What an output of an axis reads of its input at a tap. */
interface Read {
  readonly input: number;
  readonly tap: number;
  readonly output: number;
}

/** All reads of an axis but those of its padding. */
function readsOf({input: size, kernel, output: outputs, stride, dilation, padBefore}: AxisGeometry): Read[] {
  const reads: Read[] = [];
  for (let output = 0; output < outputs; output++) {
    for (let tap = 0; tap < kernel; tap++) {
      const input = output * stride - padBefore + tap * dilation;
      if (input >= 0 && input < size) reads.push({input, tap, output});
    }
  }
  return reads;
}

/** How far apart neighbours are along each axis of a row-major tensor. */
function stepsOf(shape: readonly number[]): number[] {
  const steps = shape.map(() => 1);
  for (let a = shape.length - 2; a >= 0; a--) steps[a] = steps[a + 1] * shape[a + 1];
  return steps;
}

/** The same of an image, whatever its layout. */
function imageSteps(shape: readonly number[], channelsLast: boolean) {
  const [batch, ...others] = stepsOf(shape);
  const [depth, height, width, channel] = channelsLast ? others : [others[1], others[2], others[3], others[0]];
  return {batch, depth, height, width, channel};
}

type Add = (x: number, filter: number, y: number) => void;

/** Calls `add` for every product of the convolution, with the indices of the element of x, the weight and the result. */
function forEachProduct(g: ConvGeometry, add: Add): void {
  const [inputs, outputs] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const [x, y] = [imageSteps(xShape(g), g.channelsLast), imageSteps(yShape(g), g.channelsLast)];
  const [fd, fh, fw, fi] = stepsOf(filterShape(g));
  const [depths, heights, widths] = g.axes.map(readsOf);
  const channels = (xAt: number, fAt: number, yAt: number) => {
    for (let c = 0; c < g.outChannels; c++) {
      const first = Math.floor(c / outputs) * inputs;
      for (let i = 0; i < inputs; i++) add(xAt + (first + i) * x.channel, fAt + i * fi + c, yAt + c * y.channel);
    }
  };
  for (const d of depths) {
    for (const h of heights) {
      for (const w of widths) {
        const fAt = d.tap * fd + h.tap * fh + w.tap * fw;
        const xAt = d.input * x.depth + h.input * x.height + w.input * x.width;
        const yAt = d.output * y.depth + h.output * y.height + w.output * y.width;
        for (let b = 0; b < g.batch; b++) channels(xAt + b * x.batch, fAt, yAt + b * y.batch);
      }
    }
  }
}

/** What a kernel makes of whole numbers, exactly. */
export function exactly(
  kernel: ConvKernel,
  g: ConvGeometry,
  {x, filter, dy}: Readonly<Record<'x' | 'filter' | 'dy', Float32Array>>,
): Float32Array {
  const shapes = {ConvND: yShape, ConvNDBackpropInput: xShape, ConvNDBackpropFilter: filterShape};
  const sums = new Float32Array(product(shapes[kernel](g)));
  const adds: {readonly [K in ConvKernel]: Add} = {
    ConvND: (xi, fi, yi) => void (sums[yi] += x[xi] * filter[fi]),
    ConvNDBackpropInput: (xi, fi, yi) => void (sums[xi] += dy[yi] * filter[fi]),
    ConvNDBackpropFilter: (xi, fi, yi) => void (sums[fi] += x[xi] * dy[yi]),
  };
  forEachProduct(g, adds[kernel]);
  return sums;
}
