import {pad, reshape, slice, stack, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardPlans, filterTaps} from '../../src/geometry/taps.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {xLayout, yLayout} from './conv_nd.js';
import {applyEpilogue} from './epilogue.js';
import {tapMatrices} from './filter_taps.js';
import {fromGroups, toGroups} from './layout.js';
import {sumOverTaps} from './tap_slices.js';

/** Merges phases p = 0 ... n - 1 along an axis of `size` elements: element t of phase p becomes element t * n + p. */
function interleave(phases: readonly Tensor[], axis: number, size: number): Tensor {
  if (phases.length === 1) return phases[0];
  const shape = phases[0].shape as number[];
  const [outer, count, inner] = [product(shape.slice(0, axis)), shape[axis], product(shape.slice(axis + 1))];
  const rows = phases.map(phase => {
    const missing = count - (phase.shape as number[])[axis];
    const row = reshape(phase, [outer, count - missing, inner]);
    return missing > 0 ? pad(row, [[0, 0], [0, missing], [0, 0]]) : row;
  });
  const merged = reshape(stack(rows, 2), [outer, count * phases.length, inner]);
  return reshape(slice(merged, [0, 0, 0], [outer, size, inner]), shape.map((s, i) => i === axis ? size : s));
}

const chunks = <T>(list: readonly T[], length: number): T[][] =>
    Array.from({length: list.length / length}, (_, i) => list.slice(i * length, (i + 1) * length));

/** dx of rank 5: each phase is a sum over the taps that it meets of a slice of dy times the tap's transposed matrix. */
function backpropInput(dy: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const source = toGroups(dy, yLayout(g));
  let phases = backwardPlans(g).map(plan => sumOverTaps(
      source, plan, tapMatrices(filter, g, filterTaps(plan, g)), g.groups, g.inChannels / g.groups, true));
  const sizes = spatialSizes(g, 'input');
  for (const a of [2, 1, 0]) {
    const perAxis = Math.min(g.axes[a].stride, sizes[a]);
    phases = chunks(phases, perAxis).map(chunk => interleave(chunk, a + 1, sizes[a]));
  }
  return fromGroups(phases[0], xLayout(g));
}

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [{
  name: 'tap_products',
  when: takesEverything,
  run: ({inputs, attrs}) => tidy(() => {
    const dx = backpropInput(inputs.dy, inputs.filter, attrs.geometry);
    return reshape(applyEpilogue(dx, attrs.geometry.channelsLast, inputs, attrs), attrs.outputShape);
  }),
}];
