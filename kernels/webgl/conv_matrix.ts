import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from './portable.js';

export const convMatrix: Variants<'ConvMatrix'> = [portable('ConvMatrix')];
export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [portable('Conv2DTransposeMatrix')];
