import type {Variants} from '../../src/registry/kernel_table.js';
import {deviceOf, isCapable} from './device.js';
import {computeFilterGradient} from './filter_gradient.js';
import {portable} from './portable.js';

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {
    name: 'slices',
    when: isCapable,
    run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
        computeFilterGradient(deviceOf(backend), geometry, x, dy, outputShape),
  },
  portable('ConvNDBackpropFilter'),
];
