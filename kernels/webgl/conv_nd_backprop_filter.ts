import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeFilterGradient} from './filter_gradient.js';
import {deviceOf, isCapable} from './gl/device.js';
import {computePackedGradient, takesPackedGradient} from './packed_gradient.js';

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {
    name: 'packed',
    when: ({geometry}) => isCapable() && takesPackedGradient(geometry),
    run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
      computePackedGradient(deviceOf(backend), geometry, {x, dy}, outputShape),
  },
  {
    name: 'slices',
    when: isCapable,
    run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
      computeFilterGradient(deviceOf(backend), geometry, {x, dy}, outputShape),
  },
  portable('ConvNDBackpropFilter'),
];
