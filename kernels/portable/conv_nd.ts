import {reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {applyEpilogue} from './epilogue.js';
import {tapMatrices} from './filter_taps.js';
import {fromGroups, toGroups} from './layout.js';
import type {ImageLayout} from './layout.js';
import {sumOverTaps} from './tap_slices.js';

export const xLayout = (g: ConvGeometry): ImageLayout => ({...g, spatial: spatialSizes(g, 'input'), channels: g.inChannels});
export const yLayout = (g: ConvGeometry): ImageLayout => ({...g, spatial: spatialSizes(g, 'output'), channels: g.outChannels});

/** conv(x, filter) of rank 5: for each tap of the filter, a slice of x times the tap's matrix. */
export function conv(x: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardPlan(g);
  const matrices = tapMatrices(filter, g, filterTaps(plan, g));
  const y = sumOverTaps(toGroups(x, xLayout(g)), plan, matrices, g.groups, g.outChannels / g.groups, false);
  return fromGroups(y, yLayout(g));
}

export const convND: Variants<'ConvND'> = [{
  name: 'tap_products',
  when: takesEverything,
  run: ({inputs, attrs}) => tidy(() => {
    const y = conv(inputs.x, inputs.filter, attrs.geometry);
    return reshape(applyEpilogue(y, attrs.geometry.channelsLast, inputs, attrs), attrs.outputShape);
  }),
}];
