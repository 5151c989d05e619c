import {takesEverything} from '../../src/registry/kernel_table.js';
import type {PlanVariant} from '../gpu/planned_conv.js';
import {computeDepthwiseRows, takesDepthwiseRows} from './depthwise_rows.js';
import type {Device} from './gl/device.js';
import {computePacked, PACKED, takesPacked} from './packed.js';
import {computePointwise, takesPointwise} from './pointwise.js';
import {computeTiles} from './tiles.js';

/** The variants of ConvND and ConvNDBackpropInput, in order of preference. */
export const PLAN_VARIANTS: readonly PlanVariant<Device>[] = [
  {name: 'depthwise_rows', takes: takesDepthwiseRows, compute: computeDepthwiseRows},
  {name: PACKED, takes: takesPacked, compute: computePacked},
  {name: 'pointwise', takes: takesPointwise, compute: computePointwise},
  {name: 'tiles', takes: takesEverything, compute: computeTiles},
];
