import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeConv} from './conv.js';
import {computeRows, takesRows} from './depthwise_rows.js';
import {deviceOf, isCapable} from './device.js';
import {forwardPlan} from './plan.js';
import {computePointwise, takesPointwise} from './pointwise.js';

export const convND: Variants<'ConvND'> = [
  {
    name: 'depthwise_rows',
    when: ({geometry}) => isCapable() && takesRows(forwardPlan(geometry)),
    run: ({inputs, attrs, backend}) => computeRows(
        deviceOf(backend), forwardPlan(attrs.geometry), inputs.x, inputs.filter, {inputs, attrs}, attrs.outputShape),
  },
  {
    name: 'pointwise',
    when: ({geometry}) => isCapable() && takesPointwise(forwardPlan(geometry)),
    run: ({inputs, attrs, backend}) => computePointwise(
        deviceOf(backend), forwardPlan(attrs.geometry), inputs.x, inputs.filter, {inputs, attrs}, attrs.outputShape),
  },
  {
    name: 'tiles',
    when: isCapable,
    run: ({inputs, attrs, backend}) => computeConv(
        deviceOf(backend), forwardPlan(attrs.geometry), inputs.x, inputs.filter, {inputs, attrs}, attrs.outputShape),
  },
  portable('ConvND'),
];
