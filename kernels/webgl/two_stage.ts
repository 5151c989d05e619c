import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from './portable.js';

export const spatiallySeparableConv2D: Variants<'SpatiallySeparableConv2D'> = [portable('SpatiallySeparableConv2D')];
export const depthwiseSeparableConv2D: Variants<'DepthwiseSeparableConv2D'> = [portable('DepthwiseSeparableConv2D')];
