import type {TensorInfo} from '@tensorflow/tfjs-core';
import {takesEverything} from '../../src/registry/kernel_table.js';
import {computeDepthwiseRows, takesDepthwiseRows} from './depthwise_rows.js';
import type {PhasePlan} from './plan/phase_plan.js';
import type {PlannedConv} from './planned_conv.js';
import {computePointwise, takesPointwise} from './pointwise.js';
import {computeTiles} from './tiles.js';

/** One way to compute the results of a plan, whichever its direction. */
interface PlanVariant {
  readonly name: string;
  readonly takes: (plan: PhasePlan) => boolean;
  readonly compute: (conv: PlannedConv) => TensorInfo;
}

/** The variants of ConvND and ConvNDBackpropInput, in order of preference. */
export const PLAN_VARIANTS: readonly PlanVariant[] = [
  {name: 'depthwise_rows', takes: takesDepthwiseRows, compute: computeDepthwiseRows},
  {name: 'pointwise', takes: takesPointwise, compute: computePointwise},
  {name: 'tiles', takes: takesEverything, compute: computeTiles},
];
