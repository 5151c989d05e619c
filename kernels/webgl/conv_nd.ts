import type {Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {ALGORITHMS} from './algorithms.js';
import {deviceOf, isCapable} from './device.js';
import {forwardPlan} from './plan.js';

export const convND: Variants<'ConvND'> = [
  ...ALGORITHMS.map(({name, takes, compute}): Variant<'ConvND'> => ({
    name,
    when: ({geometry}) => isCapable() && takes(forwardPlan(geometry)),
    run: ({inputs, attrs, backend}) =>
      compute(
        deviceOf(backend),
        forwardPlan(attrs.geometry),
        inputs.x,
        inputs.filter,
        {inputs, attrs},
        attrs.outputShape,
      ),
  })),
  portable('ConvND'),
];
