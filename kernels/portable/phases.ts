import {concat, pad, reshape, slice, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardPhases} from '../../src/geometry/taps.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';

/** The results along one axis, at those positions that the phase has. */
type PhaseOf = (phase: AxisTaps) => Tensor;

/**
 * Puts the phases of an axis, of `stride` in all, where they belong: element t of the phase that starts at p becomes
 * element t * stride + p. Between them it is 0. `shape` is that of the result.
 */
function interleave(phases: readonly AxisTaps[], of: PhaseOf, shape: readonly number[], axis: number): Tensor {
  if (phases.length === 0) return zeros([...shape]);
  if (phases[0].step === 1) return of(phases[0]);
  const size = shape[axis];
  const stride = Math.min(phases[0].step, size);
  const count = Math.ceil(size / stride);
  const [outer, inner] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
  const parts: Tensor[] = [];
  let end = 0;
  const fill = (to: number) => {
    if (to > end) parts.push(zeros([outer, count, to - end, inner]));
  };
  for (const phase of phases) {
    fill(phase.start);
    end = phase.start + 1;
    const row = reshape(of(phase), [outer, phase.count, inner]);
    const whole =
      phase.count < count
        ? pad(row, [
            [0, 0],
            [0, count - phase.count],
            [0, 0],
          ])
        : row;
    parts.push(reshape(whole, [outer, count, 1, inner]));
  }
  fill(stride);
  const merged = reshape(concat(parts, 2), [outer, count * stride, inner]);
  return reshape(slice(merged, [0, 0, 0], [outer, size, inner]), [...shape]);
}

/** dx [batch, ...input, channels] from what `of` makes of each combination of phases, [batch, ...counts, channels]. */
export function interleavePhases(g: ConvGeometry, channels: number, of: (plan: TapPlan) => Tensor): Tensor {
  const [depths, heights, widths] = backwardPhases(g);
  const [depth, height, width] = spatialSizes(g, 'input');
  return interleave(
    depths,
    d =>
      interleave(
        heights,
        h => interleave(widths, w => of([d, h, w]), [g.batch, d.count, h.count, width, channels], 3),
        [g.batch, d.count, height, width, channels],
        2,
      ),
    [g.batch, depth, height, width, channels],
    1,
  );
}
