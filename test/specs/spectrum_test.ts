import {Matrix, SingularValueDecomposition} from 'ml-matrix';
import {squaredSingularValues} from '../../src/separate/spectrum.js';
import {numbers} from '../support/data.js';

/* Singular values found without vectors are those of the whole decomposition. */

const SIZES = [
  [1, 1],
  [1, 7],
  [2, 2],
  [3, 11],
  [17, 17],
  [40, 65],
] as const;

const expectSame = (rows: number, columns: number, values: Float64Array) => {
  const matrix = Matrix.from1DArray(rows, columns, [...values]);
  const expected = new SingularValueDecomposition(matrix, {autoTranspose: true}).diagonal;
  const got = squaredSingularValues({rows, columns, values});
  expect(got.length).toBe(rows);
  got.forEach((square, i) => expect(Math.abs(square - expected[i] ** 2)).toBeLessThan(1e-13 * rows * expected[0] ** 2));
};

test.each(SIZES)('%d x %d', (rows, columns) => {
  expectSame(rows, columns, Float64Array.from(numbers(`${rows}x${columns}`, rows * columns)));
});

test('of low rank, and of zeros', () => {
  const [left, right] = [numbers('left', 20), numbers('right', 30)];
  expectSame(
    20,
    30,
    Float64Array.from({length: 600}, (_, i) => left[Math.floor(i / 30)] * right[i % 30]),
  );
  expect([...squaredSingularValues({rows: 3, columns: 4, values: new Float64Array(12)})]).toEqual([0, 0, 0]);
});

test('of equal singular values', () => {
  const identity = Float64Array.from({length: 36}, (_, i) => (i % 7 === 0 ? 2 : 0));
  expect([...squaredSingularValues({rows: 6, columns: 6, values: identity})]).toEqual([4, 4, 4, 4, 4, 4]);
});
