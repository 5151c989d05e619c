import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {optimizeGraphModels} from 'tfjs-conv/graph-model';
import {registerLayers} from 'tfjs-conv/layers';
import {BACKENDS} from '../../support/backends.js';
import {expectValuesWithin} from '../../support/expect_within.js';
import {counts} from '../../support/memory.js';
import {largestOf, outputTolerance} from '../../support/model_tolerance.js';
import {PACKAGED_MODELS} from '../../support/packaged_models.js';
import type {PackagedModel} from '../../support/packaged_models.js';

/** Plain JavaScript takes seconds for these models; what runs on it is shown by smaller ones. */
const FAST = BACKENDS.filter(({name}) => name === 'wasm' || name === 'tensorflow');

const weightShapes = ({model}: PackagedModel): number[][] =>
  model instanceof tf.GraphModel
    ? Object.values(model.weights).flatMap(tensors => tensors.map(({shape}) => shape))
    : model.weights.map(({shape}) => shape as number[]);

/** What a run gives, and how many tensors it leaves: packages may leave some. */
async function runOf({run}: PackagedModel): Promise<{values: number[]; left: number}> {
  const before = counts().numTensors;
  const values = await run();
  return {values, left: counts().numTensors - before};
}

describe.each(FAST)('models of npm packages on $name', ({name}) => {
  let info: jest.SpyInstance;
  beforeAll(async () => {
    info = jest.spyOn(console, 'info').mockImplementation(() => {});
    await tf.setBackend(name);
  });
  afterAll(() => info.mockRestore());

  it.each(Object.entries(PACKAGED_MODELS))('%s gives the same, and leaves nothing', async (title, load) => {
    tf.engine().startScope();
    const stock = await load();
    const expected = await runOf(stock);
    const undo = [accelerate(name), registerLayers(), optimizeGraphModels()];
    const ours = await load();
    try {
      const first = await runOf(ours);
      const later = await runOf(ours);
      // Both have rounded.
      const input = stock.model.inputs[0].shape!.map(size => Math.max(size ?? 1, 1));
      const error = 2 * outputTolerance(weightShapes(stock), input) * largestOf(expected.values);
      for (const {values} of [first, later]) {
        expectValuesWithin(title, values, [values.length], {
          values: Float64Array.from(expected.values),
          error: new Float64Array(values.length).fill(error),
        });
      }
      expect(later.left).toBe(expected.left);
    } finally {
      undo.reverse().forEach(one => one());
    }
    [stock, ours].forEach(({model}) => model.dispose());
    tf.engine().endScope();
  });
});
