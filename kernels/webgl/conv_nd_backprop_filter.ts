import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from './portable.js';

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  portable('ConvNDBackpropFilter'),
];
