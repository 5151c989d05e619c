import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import {optimizeGraph, registerGraphOps} from 'tfjs-conv/graph-model';
import {chainOf, LINKS} from '../../cases/graph_chains.js';
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

const runs = Number(process.env.TFJS_CONV_TEST_RANDOM_CASES ?? 120);
const seed = Number(process.env.TFJS_CONV_TEST_SEED ?? Date.now() & 0x7fffffff);

/** Numbers that reach every branch of an activation, and those that no sum leaves alone. */
const withSpecials = (values: Float64Array): Float32Array =>
  Float32Array.from(values, (value, n) => [NaN, Infinity, -Infinity][n - 20] ?? value);

const chain = fc.record({
  links: fc.array(fc.constantFrom(...LINKS), {minLength: 1, maxLength: 6}),
  branches: fc.array(fc.nat(5), {maxLength: 2}),
  salt: fc.nat(1000),
});

describe(`random chains of nodes (TFJS_CONV_TEST_SEED=${seed})`, () => {
  it('give the same numbers optimized', () => {
    let rewritten = 0;
    fc.assert(
      fc.property(chain, ({links, branches, salt}) => {
        const {graph, shape} = chainOf(links, branches, salt);
        const artifacts = artifactsOf(graph);
        const before = JSON.stringify(artifacts);
        const optimized = optimizeGraph(artifacts);
        expect(JSON.stringify(artifacts)).toBe(before);
        rewritten += optimized.changes.length > 0 ? 1 : 0;
        const io = {inputs: {x: shape}, outputs: graph.outputs ?? []};
        const values = {x: Float32Array.from(numbers(`x ${salt}`, product(shape), true))};
        // 0 and -0 are the same number.
        const [expected, got] = [artifacts, optimized.artifacts].map(each =>
          outputsOf(each, io, values).map(data => data.map(value => value + 0)),
        );
        expect(got).toEqual(expected);
        // What is optimized has nothing left to optimize.
        expect(opsOf(optimizeGraph(optimized.artifacts).artifacts)).toEqual(opsOf(optimized.artifacts));
      }),
      {numRuns: runs, seed},
    );
    expect(rewritten).toBeGreaterThan(runs / 2);
  });

  it('keep NaN and infinities where they are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LINKS), {minLength: 1, maxLength: 4}), fc.nat(1000), (some, salt) => {
        const {graph, shape} = chainOf(some, [], salt);
        const artifacts = artifactsOf(graph);
        const io = {inputs: {x: shape}, outputs: graph.outputs ?? []};
        const values = {x: withSpecials(numbers(`x ${salt}`, product(shape), true))};
        const finite = (data: Float32Array[]) => data.map(each => Array.from(each, Number.isFinite));
        const [expected, got] = [artifacts, optimizeGraph(artifacts).artifacts].map(each =>
          outputsOf(each, io, values),
        );
        expect(finite(got)).toEqual(finite(expected));
      }),
      {numRuns: Math.ceil(runs / 2), seed},
    );
  });
});
