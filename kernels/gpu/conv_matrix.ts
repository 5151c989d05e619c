import {engine, reshape, tidy, transpose} from '@tensorflow/tfjs-core';
import type {Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {UNIT_AXIS} from '../../src/geometry/axis.js';
import {matrixShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {KernelArgs, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {forwardPhasePlan} from './phase_plan.js';
import type {Gpu, PlannedConv} from './planned_conv.js';

/** What the two kernels of the explicit matrix run on. */
export interface MatrixGpu<Device> extends Gpu<Device> {
  /** The explicit matrix of a convolution, with the shape that is asked for. */
  readonly makeMatrix: (device: Device, g: ConvGeometry, filter: TensorInfo, shape: number[]) => TensorInfo;
  readonly convolve: (conv: PlannedConv<Device>) => TensorInfo;
  /** Disposes a matrix, and what was kept of it as a filter. */
  readonly disposeMatrix: (device: Device, matrix: TensorInfo) => void;
}

export const convMatrixOf = <Device>({isCapable, deviceOf, makeMatrix}: MatrixGpu<Device>): Variants<'ConvMatrix'> => [
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

function transposeByMatrix<Device>(
  {deviceOf, makeMatrix, convolve, disposeMatrix}: MatrixGpu<Device>,
  {inputs, attrs, backend}: KernelArgs<'Conv2DTransposeMatrix'>,
): Tensor {
  const {geometry: g, outputShape} = attrs;
  const device = deviceOf(backend);
  const [rows, columns] = matrixShape(g);
  const dy = g.channelsLast ? inputs.dy : swapped(inputs.dy, g.batch, g.outChannels);
  const matrix = makeMatrix(device, g, inputs.filter, [rows, columns]);
  try {
    const dx = engine().makeTensorFromTensorInfo(
      convolve({
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
    disposeMatrix(device, matrix);
  }
}

export const conv2DTransposeMatrixOf = <Device>(gpu: MatrixGpu<Device>): Variants<'Conv2DTransposeMatrix'> => [
  {name: 'matrix_product', when: gpu.isCapable, run: args => tidy(() => transposeByMatrix(gpu, args))},
  portable('Conv2DTransposeMatrix'),
];
