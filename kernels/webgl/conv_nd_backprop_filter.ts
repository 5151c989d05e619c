import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeFilterGradient} from './filter_gradient.js';
import {deviceOf, isCapable} from './gl/device.js';
import {computePackedGradient, PACKED_GRADIENT, takesPackedGradient} from './packed_gradient.js';

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {
    name: PACKED_GRADIENT,
    when: ({geometry, outputShape}) => isCapable() && takesPackedGradient(geometry, outputShape),
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
