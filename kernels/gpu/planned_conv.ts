import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {backwardPhasePlan, forwardPhasePlan} from './phase_plan.js';
import type {PhasePlan} from './phase_plan.js';

/*
 * ConvND and ConvNDBackpropInput of a GPU: what computes the results of a plan does not ask which of both it computes.
 */

/** Bias and activation of a convolution. */
export interface Epilogue {
  readonly inputs: EpilogueInputs;
  readonly attrs: EpilogueAttrs;
}

/** A convolution or an input gradient that is to be computed: its plan, what it reads, and the shape of its result. */
export interface PlannedConv<Device> {
  readonly device: Device;
  readonly plan: PhasePlan;
  readonly source: TensorInfo;
  readonly filter: TensorInfo;
  readonly epilogue: Epilogue;
  readonly outputShape: number[];
}

/** One way to compute the results of a plan, whichever its direction. */
export interface PlanVariant<Device> {
  readonly name: string;
  readonly takes: (plan: PhasePlan) => boolean;
  readonly compute: (conv: PlannedConv<Device>) => TensorInfo;
}

/** What the kernels of a kind of GPU run on. */
export interface Gpu<Device> {
  /** Whether the current device runs the programs. Asked at every call, as flags may change. */
  readonly isCapable: () => boolean;
  /** What belongs to the backend that a kernel is called with. Every call asks for it once, when it begins. */
  readonly deviceOf: (backend: KernelBackend) => Device;
}

/** The variants of ConvND, in the order of those of plans; the portable one serves devices that are not capable. */
export const convNDOf = <Device>(
  {isCapable, deviceOf}: Gpu<Device>,
  variants: readonly PlanVariant<Device>[],
): Variants<'ConvND'> => [
  ...variants.map(({name, takes, compute}): Variant<'ConvND'> => ({
    name,
    when: ({geometry}) => isCapable() && takes(forwardPhasePlan(geometry)),
    run: ({inputs, attrs, backend}) =>
      compute({
        device: deviceOf(backend),
        plan: forwardPhasePlan(attrs.geometry),
        source: inputs.x,
        filter: inputs.filter,
        epilogue: {inputs, attrs},
        outputShape: attrs.outputShape,
      }),
  })),
  portable('ConvND'),
];

/** The same of ConvNDBackpropInput. */
export const convNDBackpropInputOf = <Device>(
  {isCapable, deviceOf}: Gpu<Device>,
  variants: readonly PlanVariant<Device>[],
): Variants<'ConvNDBackpropInput'> => [
  ...variants.map(({name, takes, compute}): Variant<'ConvNDBackpropInput'> => ({
    name,
    when: ({geometry}) => isCapable() && takes(backwardPhasePlan(geometry)),
    run: ({inputs, attrs, backend}) =>
      compute({
        device: deviceOf(backend),
        plan: backwardPhasePlan(attrs.geometry),
        source: inputs.dy,
        filter: inputs.filter,
        epilogue: {inputs, attrs},
        outputShape: attrs.outputShape,
      }),
  })),
  portable('ConvNDBackpropInput'),
];
