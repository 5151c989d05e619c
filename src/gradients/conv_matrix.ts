import {eye, reshape, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {matrixShape, xShape, yShape} from '../geometry/conv.js';
import type {ConvGeometry} from '../geometry/conv.js';
import type {KernelGradient} from '../registry/register_gradient.js';
import {backpropFilter} from './conv_nd.js';

/**
 * A batch of convolutions whose gradient by the filter is that of the matrix at `upstream`. Column j of the matrix is the
 * convolution of the unit image j, and row i the input gradient at the unit result i: whichever are fewer.
 */
function unitConvolutions(upstream: Tensor, geometry: ConvGeometry): {x: Tensor; dy: Tensor; units: ConvGeometry} {
  const [rows, columns] = matrixShape(geometry);
  const units = {...geometry, batch: Math.min(rows, columns)};
  const [x, dy] = rows < columns ? [upstream, eye(rows)] : [eye(columns), transpose(upstream)];
  return {x: reshape(x, xShape(units)), dy: reshape(dy, yShape(units)), units};
}

export const convMatrixGradient: KernelGradient<'ConvMatrix'> = {
  inputsToSave: ['filter'],
  gradient: (upstream, [filter], {geometry}) => ({
    filter: () => {
      const {x, dy, units} = unitConvolutions(upstream, geometry);
      return backpropFilter(x, dy, {geometry: units}, filter.shape);
    },
  }),
};
