import * as tf from '@tensorflow/tfjs';
import {optimizeGraph, registerGraphOps} from 'tfjs-conv/graph-model';
import {LEFT_ALONE, REWRITES} from '../../cases/graph_rewrites.js';
import type {Rewrite} from '../../cases/graph_rewrites.js';
import {numbers} from '../../support/data.js';
import {artifactsOf} from '../../support/graphs.js';
import {opsOf, outputsOf} from '../../support/optimized.js';
import {product} from '../../support/sums.js';

let undo: () => void;
beforeAll(async () => {
  await tf.setBackend('cpu');
  undo = registerGraphOps();
});
afterAll(() => undo());

const integersFor = ({inputs}: Rewrite): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, Float32Array.from(numbers(name, product(shape), true))]),
  );

describe.each(REWRITES.map(one => [one.name, one] as const))('%s', (_, one) => {
  const artifacts = artifactsOf(one);
  const optimized = optimizeGraph(artifacts);

  it('is rewritten', () => {
    expect(optimized.changes.map(({kind}) => kind).sort()).toEqual(one.changes);
    expect(opsOf(optimized.artifacts)).toEqual([...one.ops].sort());
  });

  it('gives the same', () => {
    const values = integersFor(one);
    const expected = outputsOf(artifacts, one, values);
    const got = outputsOf(optimized.artifacts, one, values);
    got.forEach((data, n) => {
      const largest = expected[n].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const bound = largest * (one.rounding ?? 0);
      expect(data.length).toBe(expected[n].length);
      expect(data.every((value, i) => Math.abs(value - expected[n][i]) <= bound)).toBe(true);
    });
  });
});

describe('stays as it is', () => {
  it.each(LEFT_ALONE.map(one => [one.name, one] as const))('%s', (_, one) => {
    const artifacts = artifactsOf(one);
    const optimized = optimizeGraph(artifacts);
    expect(optimized.changes).toEqual([]);
    expect(optimized.artifacts).toBe(artifacts);
  });
});
