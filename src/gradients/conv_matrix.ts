import {eye, reshape, transpose} from '@tensorflow/tfjs-core';
import {matrixShape, xShape, yShape} from '../geometry/conv.js';
import type {KernelGradient} from '../registry/register_gradient.js';
import {backpropFilter} from './conv_nd.js';

/**
 * Column j of the matrix is the convolution of the unit image j, so its transpose is the convolution of a batch of all
 * unit images, and its gradient that of this convolution by the filter.
 */
export const convMatrix: KernelGradient<'ConvMatrix'> = {
  inputsToSave: ['filter'],
  gradient: (upstream, [filter], {geometry}) => ({
    filter: () => {
      const units = {...geometry, batch: matrixShape(geometry)[1]};
      const x = reshape(eye(units.batch), xShape(units));
      const dy = reshape(transpose(upstream), yShape(units));
      return backpropFilter(x, dy, {geometry: units}, filter.shape);
    },
  }),
};
