import {matMul, reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {xLayout, yLayout} from './conv_nd.js';
import {filterFromTaps} from './filter_taps.js';
import {toGroups} from './layout.js';
import {mapTaps} from './tap_slices.js';

/** dfilter of rank 5: for each tap, the transposed slice of x that it meets times dy. */
function backpropFilter(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardPlan(g);
  const rows = g.batch * product(spatialSizes(g, 'output'));
  const right = reshape(toGroups(dy, yLayout(g)), [g.groups, rows, g.outChannels / g.groups]);
  const products = mapTaps(toGroups(x, xLayout(g)), plan, slice => {
    const left = reshape(slice, [g.groups, rows, g.inChannels / g.groups]);
    const product = matMul(left, right, true, false);
    left.dispose();
    slice.dispose();
    return product;
  });
  const taps = filterTaps(plan, g);
  return filterFromTaps(new Map(taps.map((tap, n) => [tap, products[n]])), g);
}

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [{
  name: 'tap_products',
  when: takesEverything,
  run: ({inputs: {x, dy}, attrs: {geometry, outputShape}}) =>
      tidy(() => reshape(backpropFilter(x, dy, geometry), outputShape)),
}];
