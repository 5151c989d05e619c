import {eye, matMul, reshape, tidy, transpose} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import {matrixShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {perGeometry, cachedGeometry} from '../../src/geometry/geometry_cache.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import type {KernelAttrs, KernelInputs} from '../../src/registry/kernel_names.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {applyEpilogue} from './epilogue.js';
import {fromChannelsLast, toChannelsLast} from './layout.js';
import {backpropInput, conv} from './tap_products.js';

/** What computes the convolutions of unit images; results have the elements in their order, of whatever rank. */
export interface ConvMaps {
  readonly conv: (x: Tensor, filter: Tensor, g: ConvGeometry) => Tensor;
  readonly backpropInput: (dy: Tensor, filter: Tensor, g: ConvGeometry) => Tensor;
}

const TAP_PRODUCTS: ConvMaps = {conv, backpropInput};

/**
 * The columns of the matrix are the convolutions of the unit images, its rows the input gradients at the unit results.
 * Whichever are fewer make one batch.
 */
export const unitsOf = perGeometry((geometry): {units: ConvGeometry; kernel: 'ConvND' | 'ConvNDBackpropInput'} => {
  const [rows, columns] = matrixShape(geometry);
  return {
    units: cachedGeometry({...geometry, batch: Math.min(rows, columns), channelsLast: true}),
    kernel: rows < columns ? 'ConvNDBackpropInput' : 'ConvND',
  };
});

/** The matrix of a convolution. */
export function matrixOf(filter: Tensor, geometry: ConvGeometry, maps: ConvMaps): Tensor2D {
  const [rows, columns] = matrixShape(geometry);
  const {units, kernel} = unitsOf(geometry);
  return kernel === 'ConvNDBackpropInput'
    ? reshape(maps.backpropInput(eye(rows), filter, units), [rows, columns])
    : transpose(reshape(maps.conv(eye(columns), filter, units), [columns, rows]));
}

/** dx as dy times that matrix, with what follows on it. */
export function timesMatrix(
  inputs: KernelInputs<'Conv2DTransposeMatrix'>,
  attrs: KernelAttrs<'Conv2DTransposeMatrix'>,
  maps: ConvMaps,
): Tensor {
  const {geometry: g, outputShape} = attrs;
  const [rows] = matrixShape(g);
  const dy = reshape(toChannelsLast(inputs.dy, yLayout(g)), [g.batch, rows]);
  const dx = matMul(dy, matrixOf(inputs.filter, g, maps));
  return reshape(applyEpilogue(fromChannelsLast(dx, xLayout(g)), g.channelsLast, inputs, attrs), outputShape);
}

export const convMatrix: Variants<'ConvMatrix'> = [
  {
    name: 'unit_images',
    when: takesEverything,
    run: ({inputs: {filter}, attrs: {geometry}}) => tidy(() => matrixOf(filter, geometry, TAP_PRODUCTS)),
  },
];

export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [
  {
    name: 'matrix_product',
    when: takesEverything,
    run: ({inputs, attrs}) => tidy(() => timesMatrix(inputs, attrs, TAP_PRODUCTS)),
  },
];
