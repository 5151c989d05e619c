import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeFilterGradient} from './filter_gradient.js';
import {deviceOf, isCapable} from './gl/device.js';

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {
    name: 'slices',
    when: isCapable,
    run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
      computeFilterGradient(deviceOf(backend), geometry, {x, dy}, outputShape),
  },
  portable('ConvNDBackpropFilter'),
];
