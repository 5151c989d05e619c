import type {Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {deviceOf, isCapable} from './gl/device.js';
import {forwardPhasePlan} from './plan/phase_plan.js';
import {PLAN_VARIANTS} from './variants.js';

export const convND: Variants<'ConvND'> = [
  ...PLAN_VARIANTS.map(({name, takes, compute}): Variant<'ConvND'> => ({
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
