import {eye, matMul, reshape, tidy, transpose} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import {matrixShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {applyEpilogue} from './epilogue.js';
import {fromChannelsLast, toChannelsLast, xLayout, yLayout} from './layout.js';
import {backpropInput, conv} from './tap_products.js';

/**
 * The matrix: its columns are the convolutions of the unit images, its rows the input gradients at the unit results.
 * Whichever are fewer are computed, as one batch.
 */
function matrixOf(filter: Tensor, geometry: ConvGeometry): Tensor2D {
  const [rows, columns] = matrixShape(geometry);
  const units = {...geometry, batch: Math.min(rows, columns), channelsLast: true};
  return rows < columns ? reshape(backpropInput(eye(rows), filter, units), [rows, columns]) :
                          transpose(reshape(conv(eye(columns), filter, units), [columns, rows]));
}

export const convMatrix: Variants<'ConvMatrix'> = [{
  name: 'unit_images',
  when: takesEverything,
  run: ({inputs: {filter}, attrs: {geometry}}) => tidy(() => matrixOf(filter, geometry)),
}];

export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [{
  name: 'matrix_product',
  when: takesEverything,
  run: ({inputs, attrs}) => tidy(() => {
    const {geometry: g, outputShape} = attrs;
    const [rows] = matrixShape(g);
    const dy = reshape(toChannelsLast(inputs.dy, yLayout(g)), [g.batch, rows]);
    const dx = matMul(dy, matrixOf(inputs.filter, g));
    return reshape(
        applyEpilogue(fromChannelsLast(dx, xLayout(g)), g.channelsLast, inputs, attrs), outputShape);
  }),
}];
