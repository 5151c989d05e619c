import {tidy} from '@tensorflow/tfjs-core';
import type {KernelBackend, Tensor} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {matrixOf, timesMatrix, unitsOf} from '../portable/conv_matrix.js';
import type {ConvMaps} from '../portable/conv_matrix.js';
import {portable} from '../../src/registry/portable.js';
import {fastestNative, required} from './variants.js';
import type {ConvKernel} from './op_families.js';
import {computed, handleOf} from './tensorflow.js';

/** The convolutions of unit images by ops of TensorFlow. */
function nativeMaps(backend: KernelBackend): ConvMaps {
  const by =
    (kernel: ConvKernel) =>
    (a: Tensor, b: Tensor, g: ConvGeometry): Tensor => {
      const compute = required(fastestNative(kernel, g));
      return computed(backend, tf => compute(tf, [handleOf(tf, a), handleOf(tf, b)]));
    };
  return {conv: by('ConvND'), backpropInput: by('ConvNDBackpropInput')};
}

function isNative({geometry}: {readonly geometry: ConvGeometry}): boolean {
  const {units, kernel} = unitsOf(geometry);
  return fastestNative(kernel, units) !== undefined;
}

export const convMatrix: Variants<'ConvMatrix'> = [
  {
    name: 'native_units',
    when: isNative,
    run: ({inputs: {filter}, attrs: {geometry}, backend}) =>
      tidy(() => matrixOf(filter, geometry, nativeMaps(backend))),
  },
  portable('ConvMatrix'),
];

export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [
  {
    name: 'native_units',
    when: isNative,
    run: ({inputs, attrs, backend}) => tidy(() => timesMatrix(inputs, attrs, nativeMaps(backend))),
  },
  portable('Conv2DTransposeMatrix'),
];
