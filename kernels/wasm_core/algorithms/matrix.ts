import {roundUp} from '../../../src/geometry/round_up.js';
import {VECTOR} from '../generated/layout.js';
import {filterShape, matrixShape, product} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {allocate, floatsAt} from '../call.js';
import {F32} from '../plan/conv_plan.js';
import {fillMatrix} from './fill_matrix.js';
import {finishInputGradient} from './input_gradient.js';
import type {Call, ImageKernel} from '../types.js';

/** Writes the matrix of a convolution. */
export function writeMatrix(call: Call, g: ConvGeometry, filter: number, matrix: number): void {
  const values = floatsAt(call, matrix, product(matrixShape(g)));
  values.fill(0);
  fillMatrix(g, floatsAt(call, filter, product(filterShape(g))), values);
}

/** dx = C^T dy for every batch element: the left operand is the transposed matrix, the columns of the right one are dy. */
export const multiplyByMatrix: ImageKernel = (call, g, {source: dy, filter, result: dx, epilogue}) => {
  const {run} = call.core;
  const [rows, columns] = matrixShape(g);
  const padded = roundUp(g.batch, VECTOR);
  const from = filter.read(call);
  const matrix = allocate(call, rows * columns * F32);
  const panels = allocate(call, rows * padded * F32);
  const products = allocate(call, columns * padded * F32);
  const zeros = allocate(call, padded * F32);
  const taps = allocate(call, 4);
  writeMatrix(call, g, from, matrix);
  floatsAt(call, zeros, padded).fill(0);
  call.core.words(taps + 4)[taps / 4] = 0;
  run.packPanels(panels, dy, taps, 1, rows, g.batch, 0, F32, rows * F32);
  run.multiply(columns, padded, rows, matrix, F32, columns * F32, panels, rows, 0, products, padded * F32, zeros, 0, 0);
  const result = floatsAt(call, dx, g.batch * columns);
  const values = floatsAt(call, products, columns * padded);
  for (let b = 0; b < g.batch; b++) {
    for (let n = 0; n < columns; n++) result[b * columns + n] = values[n * padded + b];
  }
  finishInputGradient(call, g, dx, result.length / g.inChannels, epilogue);
};
