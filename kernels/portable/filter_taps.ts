import {reshape, slice, stack, transpose, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';

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

/** The filter out of such matrices; the taps that are left out are 0. */
export function filterFromTaps(matrices: ReadonlyMap<number, Tensor>, geometry: ConvGeometry): Tensor {
  const {groups} = geometry;
  const {taps, channels, columns} = sizesOf(geometry);
  const all = Array.from({length: taps}, (_, tap) => matrices.get(tap) ?? zeros([groups, channels, columns]));
  return reshape(transpose(stack(all), [0, 2, 1, 3]), filterShape(geometry));
}
