import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeConv} from './conv.js';
import {computeRows, takesRows} from './depthwise_rows.js';
import {deviceOf, isCapable} from './device.js';
import {backwardPlan} from './plan.js';
import {computePointwise, takesPointwise} from './pointwise.js';

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  {
    name: 'depthwise_rows',
    when: ({geometry}) => isCapable() && takesRows(backwardPlan(geometry)),
    run: ({inputs, attrs, backend}) => computeRows(
        deviceOf(backend), backwardPlan(attrs.geometry), inputs.dy, inputs.filter, {inputs, attrs}, attrs.outputShape),
  },
  {
    name: 'pointwise',
    when: ({geometry}) => isCapable() && takesPointwise(backwardPlan(geometry)),
    run: ({inputs, attrs, backend}) => computePointwise(
        deviceOf(backend), backwardPlan(attrs.geometry), inputs.dy, inputs.filter, {inputs, attrs}, attrs.outputShape),
  },
  {
    name: 'tiles',
    when: isCapable,
    run: ({inputs, attrs, backend}) => computeConv(
        deviceOf(backend), backwardPlan(attrs.geometry), inputs.dy, inputs.filter, {inputs, attrs}, attrs.outputShape),
  },
  portable('ConvNDBackpropInput'),
];
