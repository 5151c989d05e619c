import {VECTOR} from '../generated/layout.js';
import {filterShape, matrixShape, product} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {fillMatrix as fill} from './fill_matrix.js';
import {withMemory} from '../runtime/heap.js';
import {ACTIVATION_NUMBERS, F32} from '../plan/conv_plan.js';
import type {Device, ImageKernel} from '../types.js';

/** Writes the matrix of a convolution. */
export function fillMatrix(
  {
    core: {
      heap: {memory},
    },
  }: Device,
  g: ConvGeometry,
  filter: number,
  matrix: number,
): void {
  const floats = (pointer: number, shape: readonly number[]) =>
    new Float32Array(memory.buffer, pointer, product(shape));
  const values = floats(matrix, matrixShape(g));
  values.fill(0);
  fill(g, floats(filter, filterShape(g)), values);
}

/** dx = C^T dy for every batch element: the matrix is the transposed left operand, dy are columns. */
export const multiplyByMatrix: ImageKernel = (device, g, dy, filter, dx, epilogue) => {
  const {
    core: {heap, run},
  } = device;
  const [rows, columns] = matrixShape(g);
  const padded = Math.ceil(g.batch / VECTOR) * VECTOR;
  withMemory(heap, (rows * columns + padded * (rows + columns + 1)) * F32 + 4, matrix => {
    const panels = matrix + rows * columns * F32;
    const sums = panels + rows * padded * F32;
    const zeros = sums + columns * padded * F32;
    const part = zeros + padded * F32;
    filter.withPointer(pointer => fillMatrix(device, g, pointer, matrix));
    new Float32Array(heap.memory.buffer, zeros, padded + 1).fill(0);
    run.packPanels(panels, dy, part, 1, rows, g.batch, 0, F32, rows * F32);
    run.multiply(columns, padded, rows, matrix, F32, columns * F32, panels, rows, 0, sums, padded * F32, zeros, 0, 0);
    const result = new Float32Array(heap.memory.buffer, dx, g.batch * columns);
    const from = new Float32Array(heap.memory.buffer, sums, columns * padded);
    for (let b = 0; b < g.batch; b++) {
      for (let n = 0; n < columns; n++) result[b * columns + n] = from[n * padded + b];
    }
    run.finishRows(
      dx,
      g.inChannels * F32,
      result.length / g.inChannels,
      g.inChannels,
      epilogue.bias,
      ACTIVATION_NUMBERS[epilogue.activation],
      epilogue.slopes,
      epilogue.slopePerChannel ? F32 : 0,
    );
  });
};
