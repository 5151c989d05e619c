import {conv2DTransposeMatrixOf, convMatrixOf} from '../gpu/conv_matrix.js';
import type {MatrixGpu} from '../gpu/conv_matrix.js';
import {deviceOf, isCapable} from './gl/device.js';
import type {Device} from './gl/device.js';
import {makeMatrix} from './matrix.js';
import {computeTiles} from './tiles.js';

const GPU: MatrixGpu<Device> = {
  isCapable,
  deviceOf,
  makeMatrix,
  convolve: computeTiles,
  disposeMatrix(device, matrix) {
    device.filters.drop(matrix.dataId);
    device.backend.disposeIntermediateTensorInfo(matrix);
  },
};

export const convMatrix = convMatrixOf(GPU);
export const conv2DTransposeMatrix = conv2DTransposeMatrixOf(GPU);
