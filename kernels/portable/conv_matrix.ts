import {eye, matMul, reshape, tidy, transpose} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import {matrixShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {applyEpilogue} from './epilogue.js';
import {fromChannelsLast, toChannelsLast, xLayout, yLayout} from './layout.js';
import {conv} from './tap_products.js';

/** The transpose of the matrix: the convolution of a batch of all unit images. */
function transposedMatrix(filter: Tensor, geometry: ConvGeometry): Tensor2D {
  const [rows, columns] = matrixShape(geometry);
  return reshape(conv(eye(columns), filter, {...geometry, batch: columns, channelsLast: true}), [columns, rows]);
}

export const convMatrix: Variants<'ConvMatrix'> = [{
  name: 'unit_images',
  when: takesEverything,
  run: ({inputs: {filter}, attrs: {geometry}}) => tidy(() => transpose(transposedMatrix(filter, geometry))),
}];

export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [{
  name: 'matrix_product',
  when: takesEverything,
  run: ({inputs, attrs}) => tidy(() => {
    const {geometry: g, outputShape} = attrs;
    const [rows] = matrixShape(g);
    const dy = reshape(toChannelsLast(inputs.dy, yLayout(g)), [g.batch, rows]);
    const dx = matMul(dy, transposedMatrix(inputs.filter, g), false, true);
    return reshape(
        applyEpilogue(fromChannelsLast(dx, xLayout(g)), g.channelsLast, inputs, attrs), outputShape);
  }),
}];
