import {concat, reshape, slice, stack, transpose, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {TapPlan} from '../../src/geometry/taps.js';

const sizesOf = (g: ConvGeometry) => ({
  taps: product(spatialSizes(g, 'kernel')),
  channels: g.inChannels / g.groups,
  columns: g.outChannels / g.groups,
});

/** The filter's matrices [groups, inChannels / groups, outChannels / groups] of the taps asked for. */
export function tapMatrices(filter: Tensor, geometry: ConvGeometry, wanted: readonly number[]): Tensor[] {
  const {groups} = geometry;
  const {taps, channels, columns} = sizesOf(geometry);
  const byTap = transpose(reshape(filter, [taps, channels, groups, columns]), [0, 2, 1, 3]);
  return wanted.map(tap =>
    reshape(slice(byTap, [tap, 0, 0, 0], [1, groups, channels, columns]), [groups, channels, columns]),
  );
}

/** The elements `kernel` of an axis [outer, size, inner], ascending, among zeros. */
function amongZeros(t: Tensor, outer: number, kernel: readonly number[], size: number): Tensor {
  const inner = t.size / (outer * kernel.length);
  const image = reshape(t, [outer, kernel.length, inner]);
  if (kernel.length === size) return image;
  const parts: Tensor[] = [];
  const fill = (count: number): void => {
    if (count > 0) parts.push(zeros([outer, count, inner]));
  };
  let end = 0;
  for (let n = 0; n < kernel.length;) {
    let next = n + 1;
    while (next < kernel.length && kernel[next] === kernel[next - 1] + 1) next++;
    fill(kernel[n] - end);
    parts.push(slice(image, [0, n, 0], [outer, next - n, inner]));
    end = kernel[next - 1] + 1;
    n = next;
  }
  fill(size - end);
  return concat(parts, 1);
}

/** The filter out of such matrices, one for each tap of a forward plan; the taps that the plan leaves out are 0. */
export function filterFromTaps(matrices: Tensor[], [depth, height, width]: TapPlan, g: ConvGeometry): Tensor {
  if (matrices.length === 0) return zeros(filterShape(g));
  const {groups} = g;
  const {channels, columns} = sizesOf(g);
  const [depths, heights, widths] = spatialSizes(g, 'kernel');
  const byWidth = amongZeros(stack(matrices), depth.kernel.length * height.kernel.length, width.kernel, widths);
  const byHeight = amongZeros(byWidth, depth.kernel.length, height.kernel, heights);
  const all = amongZeros(byHeight, 1, depth.kernel, depths);
  const byTap = reshape(all, [depths * heights * widths, groups, channels, columns]);
  return reshape(transpose(byTap, [0, 2, 1, 3]), filterShape(g));
}
