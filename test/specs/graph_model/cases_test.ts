import * as tf from '@tensorflow/tfjs';
import {registerGraphOps} from 'tfjs-conv/graph-model';
import {titleOf} from '../../cases/index.js';
import {BACKENDS, recordRuns} from '../../support/backends.js';
import {caseGraph, GRAPH_CASES} from '../../support/case_graph.js';
import {parameterValues} from '../../support/data.js';
import {expectWithin} from '../../support/expect_within.js';
import {artifactsOf} from '../../support/graphs.js';
import {counts, plus} from '../../support/memory.js';
import {modelOf, output} from '../../support/model.js';
import {summationOf} from '../../support/summation.js';

/** Models that TensorFlow.js' own loader loads run on our ops, and leave nothing behind. */
describe.each(BACKENDS.map(backend => [backend.name, backend] as const))('graphs on %s', (name, {table}) => {
  const runs = recordRuns(table);
  let undo: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    undo = registerGraphOps();
  });
  afterAll(() => undo());

  it.each(GRAPH_CASES.map(one => [titleOf(one), one] as const))('%s', (title, one) => {
    const model = modelOf(one);
    const values = parameterValues(one, model);
    const before = counts();
    const loaded = tf.loadGraphModelSync(artifactsOf(caseGraph(one, model, values)));
    const x = tf.tensor(Float32Array.from(values[0]), [...one.x]);
    const withModel = counts();
    const first = runs.length;
    const y = loaded.execute({x}, 'y') as tf.Tensor;
    expect(counts()).toEqual(plus(withModel, [y]));
    // Of an empty batch nothing is computed.
    expect(runs).toHaveLength(first + Math.min(1, one.x[0]));
    const summation = summationOf(runs.slice(first).map(({variant}) => variant));
    expectWithin(title, y, model.map.outputShape, output(model, values, summation));
    tf.dispose([x, y]);
    loaded.dispose();
    expect(counts()).toEqual(before);
  });
});
