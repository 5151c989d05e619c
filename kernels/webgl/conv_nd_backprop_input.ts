import type {Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {deviceOf, isCapable} from './gl/device.js';
import {backwardPhasePlan} from './plan/phase_plan.js';
import {PLAN_VARIANTS} from './variants.js';

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  ...PLAN_VARIANTS.map(({name, takes, compute}): Variant<'ConvNDBackpropInput'> => ({
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
