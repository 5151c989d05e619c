import {filterShape, product, xShape, yShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {ConvKernel} from './op_families.js';

/** Every position of a box of these sizes. */
function* positions(sizes: readonly number[]): Generator<number[]> {
  const [size, ...others] = sizes;
  if (size === undefined) return yield [];
  for (let i = 0; i < size; i++) {
    for (const rest of positions(others)) yield [i, ...rest];
  }
}

const indexOf = (position: readonly number[], sizes: readonly number[]): number =>
  position.reduce((index, i, a) => index * sizes[a] + i, 0);

/** Every product of the convolution: the indices of the element of x, of the weight and of the result. */
function* products(g: ConvGeometry): Generator<[x: number, filter: number, y: number]> {
  const {batch, groups, axes, channelsLast} = g;
  const [inputs, outputs] = [g.inChannels / groups, g.outChannels / groups];
  const image = (b: number, spatial: readonly number[], c: number) =>
    channelsLast ? [b, ...spatial, c] : [b, c, ...spatial];
  for (const output of positions(axes.map(axis => axis.output))) {
    for (const tap of positions(axes.map(axis => axis.kernel))) {
      const input = axes.map(({stride, padBefore, dilation}, a) => output[a] * stride - padBefore + tap[a] * dilation);
      if (input.some((i, a) => i < 0 || i >= axes[a].input)) continue;
      for (const [b, i, c] of positions([batch, inputs, g.outChannels])) {
        yield [
          indexOf(image(b, input, Math.floor(c / outputs) * inputs + i), xShape(g)),
          indexOf([...tap, i, c], filterShape(g)),
          indexOf(image(b, output, c), yShape(g)),
        ];
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
  for (const [xi, fi, yi] of products(g)) {
    if (kernel === 'ConvND') sums[yi] += x[xi] * filter[fi];
    else if (kernel === 'ConvNDBackpropInput') sums[xi] += dy[yi] * filter[fi];
    else sums[fi] += x[xi] * dy[yi];
  }
  return sums;
}
