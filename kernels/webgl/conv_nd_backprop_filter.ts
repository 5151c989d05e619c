import type {Variants} from '../../src/registry/kernel_table.js';
import {deviceOf, isCapable} from './device.js';
import {computeFilterGradient} from './filter_gradient.js';
import {portable} from '../../src/registry/portable.js';
import {withScratch} from './runs.js';

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  {
    name: 'slices',
    when: isCapable,
    run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) => {
      const device = deviceOf(backend);
      return withScratch(device, scratch => computeFilterGradient(device, scratch, geometry, x, dy, outputShape));
    },
  },
  portable('ConvNDBackpropFilter'),
];
