import type {Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {ALGORITHMS} from './algorithms.js';
import {deviceOf, isCapable} from './device.js';
import {backwardPlan} from './plan.js';

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  ...ALGORITHMS.map(({name, takes, compute}): Variant<'ConvNDBackpropInput'> => ({
    name,
    when: ({geometry}) => isCapable() && takes(backwardPlan(geometry)),
    run: ({inputs, attrs, backend}) =>
      compute(
        deviceOf(backend),
        backwardPlan(attrs.geometry),
        inputs.dy,
        inputs.filter,
        {inputs, attrs},
        attrs.outputShape,
      ),
  })),
  portable('ConvNDBackpropInput'),
];
