import {engine, reshape, tidy, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {UNIT_AXIS} from '../../src/geometry/axis.js';
import {matrixShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {deviceOf, isCapable} from './gl/device.js';
import {makeMatrix} from './matrix.js';
import {forwardPhasePlan} from './plan/phase_plan.js';
import {computeTiles} from './tiles.js';

export const convMatrix: Variants<'ConvMatrix'> = [
  {
    name: 'fill',
    when: isCapable,
    run: ({inputs: {filter}, attrs: {geometry, outputShape}, backend}) =>
      makeMatrix(deviceOf(backend), geometry, filter, outputShape),
  },
  portable('ConvMatrix'),
];

/** The product of rows with the matrix is a convolution of single pixels. */
function productGeometry(g: ConvGeometry): ConvGeometry {
  const [rows, columns] = matrixShape(g);
  return {
    batch: g.batch,
    groups: 1,
    inChannels: rows,
    outChannels: columns,
    channelsLast: true,
    axes: [UNIT_AXIS, UNIT_AXIS, UNIT_AXIS],
  };
}

/** [batch, channels, pixels] as [batch, pixels, channels], or back. */
const swapped = (t: Tensor, batch: number, outer: number): Tensor =>
  transpose(reshape(t, [batch, outer, t.size / (batch * outer)]), [0, 2, 1]);

function transposeByMatrix({inputs, attrs, backend}: KernelArgs<'Conv2DTransposeMatrix'>): Tensor {
  const {geometry: g, outputShape} = attrs;
  const device = deviceOf(backend);
  const [rows, columns] = matrixShape(g);
  const dy = g.channelsLast ? inputs.dy : swapped(inputs.dy, g.batch, g.outChannels);
  const matrix = makeMatrix(device, g, inputs.filter, [rows, columns]);
  try {
    const dx = engine().makeTensorFromTensorInfo(
      computeTiles({
        device,
        plan: forwardPhasePlan(productGeometry(g)),
        source: dy,
        filter: matrix,
        epilogue: {inputs, attrs},
        outputShape: [g.batch, columns],
      }),
    );
    return reshape(g.channelsLast ? dx : swapped(dx, g.batch, product(spatialSizes(g, 'input'))), outputShape);
  } finally {
    device.filters.drop(matrix.dataId);
    device.backend.disposeIntermediateTensorInfo(matrix);
  }
}

export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [
  {name: 'matrix_product', when: isCapable, run: args => tidy(() => transposeByMatrix(args))},
  portable('Conv2DTransposeMatrix'),
];
