import {pad, reshape, slice, stack} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardPlans} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';

/** Merges phases p = 0 ... n - 1 along an axis of `size` elements: element t of phase p becomes element t * n + p. */
function interleave(phases: readonly Tensor[], axis: number, size: number): Tensor {
  if (phases.length === 1) return phases[0];
  const shape: readonly number[] = phases[0].shape;
  const [outer, count, inner] = [product(shape.slice(0, axis)), shape[axis], product(shape.slice(axis + 1))];
  const rows = phases.map(phase => {
    const present = phase.size / (outer * inner);
    const row = reshape(phase, [outer, present, inner]);
    return present < count ? pad(row, [[0, 0], [0, count - present], [0, 0]]) : row;
  });
  const merged = reshape(stack(rows, 2), [outer, count * phases.length, inner]);
  return reshape(slice(merged, [0, 0, 0], [outer, size, inner]), shape.map((s, i) => i === axis ? size : s));
}

const chunks = <T>(list: readonly T[], length: number): T[][] =>
    Array.from({length: list.length / length}, (_, i) => list.slice(i * length, (i + 1) * length));

/** dx [outer, ...input, channels] from its phases [outer, ...counts, channels]. */
export function interleavePhases(g: ConvGeometry, phase: (plan: TapPlan) => Tensor): Tensor {
  const sizes = spatialSizes(g, 'input');
  const alongAxis = (phases: Tensor[], a: number): Tensor[] =>
      chunks(phases, Math.min(g.axes[a].stride, sizes[a])).map(chunk => interleave(chunk, a + 1, sizes[a]));
  const [dx] = [2, 1, 0].reduce(alongAxis, backwardPlans(g).map(phase));
  return dx;
}
