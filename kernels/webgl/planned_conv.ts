import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from './gl/device.js';
import type {PhasePlan} from './plan/phase_plan.js';
import type {Epilogue} from './textures/epilogue.js';

/** A convolution or an input gradient that is to be computed: its plan, what it reads, and the shape of its result. */
export interface PlannedConv {
  readonly device: Device;
  readonly plan: PhasePlan;
  readonly source: TensorInfo;
  readonly filter: TensorInfo;
  readonly epilogue: Epilogue;
  readonly outputShape: number[];
}
