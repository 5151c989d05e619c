import {matrixShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {allocateFloats} from '../../src/registry/allocate.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {fillMatrix} from '../wasm_core/algorithms/fill_matrix.js';
import {epilogueArrays, makeOutput, valuesOf} from './arrays.js';
import {applyEpilogue} from './epilogue.js';
import {xImage, yImage} from './image.js';
import type {Image} from './image.js';

export const convMatrix: Variants<'ConvMatrix'> = [
  {
    name: 'fill',
    when: takesEverything,
    run: ({inputs: {filter}, attrs: {geometry, outputShape}, backend}) =>
      makeOutput(backend, outputShape, matrix => fillMatrix(geometry, valuesOf(backend, filter), matrix)),
  },
];

/** Copies one batch element between an image and a vector in channels-last order. */
function forEachElement(
  image: Image,
  b: number,
  pixels: number,
  channels: number,
  visit: (at: number, index: number) => void,
): void {
  for (let p = 0; p < pixels; p++) {
    const at = image.offset + b * image.batch + p * image.spatial[2];
    for (let c = 0; c < channels; c++) visit(at + c * image.channel, p * channels + c);
  }
}

/** dx = C^T dy for every batch element, a row of the matrix at a time. */
function multiplyTransposed(g: ConvGeometry, matrix: Float32Array, dy: Image, dx: Image): void {
  const [, columns] = matrixShape(g);
  for (let b = 0; b < g.batch; b++) {
    const sums = new Float64Array(columns);
    forEachElement(dy, b, product(spatialSizes(g, 'output')), g.outChannels, (at, row) => {
      const value = dy.values[at];
      for (let n = 0; n < columns; n++) sums[n] += matrix[row * columns + n] * value;
    });
    forEachElement(dx, b, product(spatialSizes(g, 'input')), g.inChannels, (at, n) => {
      dx.values[at] = sums[n];
    });
  }
}

export const conv2DTransposeMatrix: Variants<'Conv2DTransposeMatrix'> = [
  {
    name: 'matrix_product',
    when: takesEverything,
    run: ({inputs, attrs, backend}) => {
      const {geometry: g, outputShape} = attrs;
      const matrix = allocateFloats(product(matrixShape(g)));
      fillMatrix(g, valuesOf(backend, inputs.filter), matrix);
      return makeOutput(backend, outputShape, values => {
        const dx = xImage(values, g);
        multiplyTransposed(g, matrix, yImage(valuesOf(backend, inputs.dy), g), dx);
        const pixels = product(spatialSizes(g, 'input'));
        applyEpilogue(dx, g.batch, pixels, g.inChannels, epilogueArrays(backend, inputs), attrs);
      });
    },
  },
];
