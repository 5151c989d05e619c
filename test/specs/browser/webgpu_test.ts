import * as tf from '@tensorflow/tfjs';
import {prepare} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {loadGraphModel} from 'tfjs-conv/graph-model';
import {packedFilterBytes} from 'tfjs-conv/webgpu';
import {CASES, titleOf} from '../../cases/index.js';
import type {Case} from '../../cases/index.js';
import {ALL_BACKENDS, recordRuns} from '../../support/backends.js';
import {checkCase, PORTABLE_VARIANT, tensorsOf} from '../../support/conformance.js';
import {parameterValues} from '../../support/data.js';
import {expectValuesWithin} from '../../support/expect_within.js';
import {kerasModel} from '../../support/keras_models.js';
import {counts} from '../../support/memory.js';
import {modelOf, output} from '../../support/model.js';
import {largestOf, outputTolerance} from '../../support/model_tolerance.js';
import {deferReads, settled} from '../../support/reads.js';
import {product} from '../../support/sums.js';

/* A part of what test/specs shows of webgpu in Node, in a browser, where values have to be awaited. */

/** One case of each op and layout, with and without groups and strides, not the largest. */
const kindOf = ({op, options: {dataFormat, groups, strides} = {}}: Case): string =>
  JSON.stringify([op, dataFormat, groups !== undefined, strides !== undefined]);
const KINDS = CASES.filter(({x}) => product(x) > 0 && product(x) < 4000).filter(
  (one, i, all) => all.findIndex(other => kindOf(other) === kindOf(one)) === i,
);

describe.each(ALL_BACKENDS)('$name in a page', backend => {
  const runs = recordRuns(backend.table);
  beforeAll(async () => {
    deferReads();
    expect(await tf.setBackend(backend.name)).toBe(true);
  });

  test.each(KINDS.map(one => [titleOf(one), one] as const))('%s', async (_, one) => {
    checkCase(backend, runs, one, variant => variant !== PORTABLE_VARIANT);
    await settled();
  });

  test('accelerate() has tf.conv2d run on our kernels, and leaves no tensor', async () => {
    const one: Case = {op: 'conv2d', name: 'page', x: [2, 9, 8, 5], filters: [[3, 3, 5, 6]], options: {pad: 'same'}};
    const model = modelOf(one);
    const values = parameterValues(one, model);
    const restore = accelerate(backend.name);
    const before = {...counts(), packed: packedFilterBytes()};
    const first = runs.length;
    const [x, filter] = tensorsOf(model, values) as [tf.Tensor4D, tf.Tensor4D];
    const y = tf.conv2d(x, filter, 1, 'same');
    expectValuesWithin('y', await y.data(), model.map.outputShape, output(model, values));
    expect(runs.slice(first).map(({kernel}) => kernel)).toEqual(['ConvND']);
    tf.dispose([x, filter, y]);
    expect({...counts(), packed: packedFilterBytes()}).toEqual(before);
    restore();
  });

  test('a model of Keras predicts what Keras does, prepared', async () => {
    const {graph, input, output: expected, trained} = await kerasModel('resnext', 'tf_keras');
    const restore = accelerate(backend.name);
    const model = await loadGraphModel(tf.io.fromMemory(graph));
    await prepare(model, [...input.shape], {maxRuns: 2});
    const x = tf.tensor(input.values, [...input.shape]);
    const y = model.predict(x) as tf.Tensor;
    const shapes = trained.map(({shape}) => shape);
    const error = outputTolerance(shapes, input.shape) * largestOf(expected.values);
    expectValuesWithin('y', await y.data(), expected.shape, {
      values: Float64Array.from(expected.values),
      error: new Float64Array(expected.values.length).fill(error),
    });
    tf.dispose([x, y]);
    model.dispose();
    restore();
  });
});
