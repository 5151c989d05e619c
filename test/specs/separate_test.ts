import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/cpu';
import {conv2d, separateFilter, spatiallySeparableConv2d} from 'tfjs-conv';
import type {SeparatedFilter} from 'tfjs-conv';
import {numbers} from '../support/data.js';
import {distance, filterOf, joined, norm, ROUNDOFF} from '../support/separate.js';
import type {Sizes} from '../support/separate.js';

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** What singular values behind `rank` say that distance is. */
const tailOf = (singularValues: readonly number[], rank: number): number =>
  norm(singularValues.slice(rank)) / norm(singularValues);

describe('exactly separable filters', () => {
  it.each([
    {what: 'Sobel', column: [1, 2, 1], row: [1, 0, -1]},
    {what: 'binomial, taller than wide', column: [1, 4, 6, 4, 1], row: [1, 1]},
    {what: 'box, wider than tall', column: [1], row: [1, 1, 1, 1, 1, 1, 1]},
    {what: 'one tap', column: [-3], row: [2]},
    {what: 'tiny', column: [1e-18, 3e-18], row: [1e-18, -2e-18, 5e-18]},
    {what: 'huge', column: [1e19, 3e18], row: [1e19, -2e19, 3e19]},
  ])('$what is of rank 1', ({column, row}) => {
    const filter = tf.tensor2d(column.map(c => row.map(r => c * r)));
    const separated = separateFilter(filter);
    expect(separated.rank).toBe(1);
    expect(separated.columnFilter.shape).toEqual([column.length, 1, 1, 1]);
    expect(separated.rowFilter.shape).toEqual([1, row.length, 1, 1]);
    expect(separated.relativeError).toBeLessThan(ROUNDOFF * 4);
    expect(distance(filter, joined(separated))).toBeLessThan(ROUNDOFF * 4);
  });

  it('with channels are of rank 1 where column and row go over the channels too', () => {
    const [column, row] = [filterOf('column', [3, 1, 4, 1]), filterOf('row', [1, 5, 1, 2])];
    const filter = tf.tensor(joined({columnFilter: column, rowFilter: row}), [3, 5, 4, 2]) as tf.Tensor4D;
    const separated = separateFilter(filter);
    expect(separated.rank).toBe(1);
    expect(separated.columnFilter.shape).toEqual([3, 1, 4, 1]);
    expect(separated.rowFilter.shape).toEqual([1, 5, 1, 2]);
    expect(distance(filter, joined(separated))).toBeLessThan(ROUNDOFF * 8);
  });

  it.each([[[3, 3]], [[2, 4, 3, 2]]])('of zeros, %j, are of rank 1 without an error', shape => {
    const separated = separateFilter(tf.zeros<tf.Rank.R4>(shape as Sizes));
    expect(separated).toMatchObject({rank: 1, relativeError: 0});
    expect(separated.singularValues.every(value => value === 0)).toBe(true);
    expect(joined(separated).every(value => value === 0)).toBe(true);
  });

  it('may be nested arrays; the largest entry of a column is positive', () => {
    const {rank, columnFilter, rowFilter} = separateFilter([
      [2, -4],
      [-8, 16],
    ]);
    expect(rank).toBe(1);
    expect([...columnFilter.dataSync(), ...rowFilter.dataSync()].map(Math.sign)).toEqual([-1, 1, -1, 1]);
  });
});

describe.each<Sizes>([
  [3, 3, 1, 1],
  [5, 3, 1, 1],
  [2, 7, 1, 1],
  [3, 3, 2, 4],
  [5, 2, 3, 1],
  [1, 4, 3, 2],
  [4, 1, 2, 5],
])('a filter %i x %i x %i x %i', (kh, kw, inChannels, outChannels) => {
  const shape: Sizes = [kh, kw, inChannels, outChannels];
  const most = Math.min(kh * inChannels, kw * outChannels);
  const ranks = Array.from({length: most}, (_, i) => i + 1);

  it('is exact with the full rank', () => {
    const filter = filterOf('full', shape);
    const separated = separateFilter(filter, {rank: most});
    expect(separated.relativeError).toBe(0);
    expect(distance(filter, joined(separated))).toBeLessThan(ROUNDOFF * 8);
    expect(separateFilter(filter, {tolerance: 0}).rank).toBe(most);
  });

  it.each(ranks)('has the error that the singular values say with rank %i', rank => {
    const filter = filterOf('error', shape);
    const {singularValues, relativeError, columnFilter, rowFilter} = separateFilter(filter, {rank});
    expect(singularValues).toHaveLength(most);
    expect([...singularValues].sort((a, b) => b - a)).toEqual(singularValues);
    // All of them together are the filter's norm.
    expect(norm(singularValues) / norm(filter.dataSync())).toBeCloseTo(1, 6);
    expect(relativeError).toBeCloseTo(tailOf(singularValues, rank), 12);
    expect(distance(filter, joined({columnFilter, rowFilter}))).toBeCloseTo(relativeError, 6);
    expect([columnFilter.shape, rowFilter.shape]).toEqual([
      [kh, 1, inChannels, rank],
      [1, kw, rank, outChannels],
    ]);
  });

  it('takes the smallest rank within the tolerance', () => {
    const filter = filterOf('tolerance', shape);
    const errors = ranks.map(rank => separateFilter(filter, {rank}).relativeError);
    expect([...errors].sort((a, b) => b - a)).toEqual(errors);
    errors.forEach((error, i) => {
      expect(separateFilter(filter, {tolerance: error}).rank).toBe(i + 1);
      // Just below what this rank reaches, it takes the next one.
      if (error > 0) expect(separateFilter(filter, {tolerance: error * (1 - 1e-9)}).rank).toBe(i + 2);
    });
    expect(separateFilter(filter, {tolerance: 1}).rank).toBe(1);
    // A rank that is given wins over the tolerance.
    expect(separateFilter(filter, {rank: most, tolerance: 1}).rank).toBe(most);
  });
});

describe('the approximation', () => {
  /** The pairs with a little of something else added to them. */
  const disturbed = ({columnFilter, rowFilter}: SeparatedFilter, seed: number, size: number) => {
    const other = (t: tf.Tensor4D, name: string) =>
      tf.add<tf.Tensor4D>(t, tf.mul(size, filterOf(`${name} ${seed}`, t.shape)));
    return {columnFilter: other(columnFilter, 'column'), rowFilter: other(rowFilter, 'row')};
  };

  it.each<[number, Sizes]>([
    [1, [3, 3, 1, 1]],
    [1, [5, 4, 1, 1]],
    [2, [4, 4, 1, 1]],
    [2, [3, 3, 2, 2]],
  ])('of rank %i of %j is better than any near it', (rank, shape) => {
    const filter = filterOf('best', shape);
    const separated = separateFilter(filter, {rank});
    const best = distance(filter, joined(separated));
    expect(best).toBeGreaterThan(0.05);
    for (const size of [0.3, 0.03, 0.003]) {
      for (let seed = 0; seed < 200; seed++) {
        expect(distance(filter, joined(disturbed(separated, seed, size)))).toBeGreaterThan(best - 4 * ROUNDOFF);
      }
    }
  });

  it('of rank 1 is what alternating least squares finds from any start', () => {
    const [kh, kw] = [5, 4];
    const filter = filterOf('alternating', [kh, kw]);
    const values = filter.dataSync();
    const {relativeError} = separateFilter(filter, {rank: 1});
    let least = Infinity;
    for (let seed = 0; seed < 5; seed++) {
      let row = [...numbers(`start ${seed}`, kw)];
      let column: number[] = [];
      for (let step = 0; step < 200; step++) {
        column = Array.from(
          {length: kh},
          (_, h) => row.reduce((sum, r, w) => sum + r * values[h * kw + w], 0) / norm(row) ** 2,
        );
        row = Array.from(
          {length: kw},
          (_, w) => column.reduce((sum, c, h) => sum + c * values[h * kw + w], 0) / norm(column) ** 2,
        );
      }
      least = Math.min(
        least,
        distance(
          filter,
          column.flatMap(c => row.map(r => c * r)),
        ),
      );
    }
    expect(relativeError).toBeCloseTo(least, 6);
  });
});

describe('in spatiallySeparableConv2d', () => {
  it.each<[string, Sizes, number, object]>([
    ['one channel', [5, 3, 1, 1], 2, {}],
    ['channels', [3, 5, 4, 2], 3, {}],
    [
      'strides, dilations, padding',
      [3, 2, 2, 3],
      2,
      {
        strides: [2, 1],
        dilations: [1, 2],
        pad: [
          [1, 0],
          [2, 1],
        ],
      },
    ],
    ['same, flipped', [4, 3, 2, 2], 4, {pad: 'same', flipFilter: true}],
  ])('%s: it is conv2d with the approximated filter', (_, shape, rank, options) => {
    const separated = separateFilter(filterOf('use', shape), {rank});
    const approximated = tf.tensor(joined(separated), shape) as tf.Tensor4D;
    const x = filterOf('x', [2, 9, 8, shape[2]]);
    const got = spatiallySeparableConv2d(x, separated.columnFilter, separated.rowFilter, options);
    const expected = conv2d(x, approximated, options);
    expect(got.shape).toEqual(expected.shape);
    // Each is a sum of fewer than 64 products, of which the sum of the absolute values bounds the error.
    const [columnFilter, rowFilter] = [tf.abs(separated.columnFilter), tf.abs(separated.rowFilter)];
    const magnitudes = conv2d(tf.abs(x), tf.tensor4d(joined({columnFilter, rowFilter}), shape), options).dataSync();
    const off = tf.abs(tf.sub(got, expected)).dataSync();
    expect(off.findIndex((error, i) => error > 2 * 64 * ROUNDOFF * magnitudes[i])).toBe(-1);
    expect(tf.max(tf.abs(expected)).dataSync()[0]).toBeGreaterThan(1);
  });
});

it('filters every channel by itself when the pairs are repeated for as many groups', () => {
  const [filter, x] = [filterOf('plane', [3, 4, 1, 1]), filterOf('x', [1, 6, 7, 3])];
  const {columnFilter, rowFilter} = separateFilter(filter, {rank: 2});
  const repeated = ([columnFilter, rowFilter] as const).map(pair => tf.tile(pair, [1, 1, 1, 3]));
  const got = spatiallySeparableConv2d(x, repeated[0], repeated[1], {groups: 3});
  const each = tf
    .split<tf.Tensor4D>(x, 3, 3)
    .map(channel => spatiallySeparableConv2d(channel, columnFilter, rowFilter));
  expect([...got.dataSync()]).toEqual([...tf.concat(each, 3).dataSync()]);
});

it('makes two tensors, which are not differentiable by the filter', () => {
  const filter = filterOf('memory', [3, 3, 2, 2]);
  const before = tf.memory().numTensors;
  const {columnFilter, rowFilter} = separateFilter(filter);
  expect(tf.memory().numTensors).toBe(before + 2);
  tf.dispose([columnFilter, rowFilter]);
  expect(() => tf.grad((f: tf.Tensor) => separateFilter(f as tf.Tensor4D).columnFilter)(filter)).toThrow(/gradient/);
});
