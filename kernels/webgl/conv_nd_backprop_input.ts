import type {Variants} from '../../src/registry/kernel_table.js';
import {computeConv} from './conv.js';
import {deviceOf, isCapable} from './device.js';
import {backwardPlan} from './plan.js';
import {portable} from '../../src/registry/portable.js';
import {withScratch} from './runs.js';

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  {
    name: 'tiles',
    when: isCapable,
    run: ({inputs, attrs, backend}) => {
      const device = deviceOf(backend);
      return withScratch(device, scratch => computeConv(
          device, scratch, backwardPlan(attrs.geometry), inputs.dy, inputs.filter, {inputs, attrs}, attrs.outputShape));
    },
  },
  portable('ConvNDBackpropInput'),
];
