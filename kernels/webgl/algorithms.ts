import type {TensorInfo} from '@tensorflow/tfjs-core';
import {takesEverything} from '../../src/registry/kernel_table.js';
import {computeConv} from './conv.js';
import {computeRows, takesRows} from './depthwise_rows.js';
import type {Device} from './device.js';
import type {Epilogue} from './epilogue.js';
import type {Plan} from './plan.js';
import {computePointwise, takesPointwise} from './pointwise.js';

/** A way to compute the results of a plan, whichever its direction. */
interface Algorithm {
  readonly name: string;
  readonly takes: (plan: Plan) => boolean;
  readonly compute: (
    device: Device,
    plan: Plan,
    source: TensorInfo,
    filter: TensorInfo,
    epilogue: Epilogue,
    outputShape: number[],
  ) => TensorInfo;
}

/** In order of preference. */
export const ALGORITHMS: readonly Algorithm[] = [
  {name: 'depthwise_rows', takes: takesRows, compute: computeRows},
  {name: 'pointwise', takes: takesPointwise, compute: computePointwise},
  {name: 'tiles', takes: takesEverything, compute: computeConv},
];
