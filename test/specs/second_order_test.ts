import * as tf from '@tensorflow/tfjs';
import {BACKENDS} from '../support/backends.js';
import type {TestBackend} from '../support/backends.js';
import {CASES, costOf, titleOf} from '../cases/index.js';
import type {Case, OpName} from '../cases/index.js';
import {numbers} from '../support/data.js';
import {directional, setUp} from '../support/derivatives.js';
import {expectWithin} from '../support/expect_within.js';
import {LONG} from '../support/settings.js';
import {secondGradients} from '../support/model.js';
import type {Model} from '../support/model.js';
import {product} from '../support/sums.js';

const shapesOf = ({parameters, map}: Model) =>
  [...parameters, {name: 'w', shape: map.outputShape}] as ReadonlyArray<{name: string; shape: readonly number[]}>;

/** The gradient of <dL/dparameter, v> by everything, for every parameter, against the reference. */
function checkSecondOrder(label: string, one: Case): void {
  const {model, values, w, tensors, loss} = setUp(one);
  const shapes = shapesOf(model);
  model.parameters.forEach(({name, shape}, slot) => {
    const v = numbers(`${titleOf(one)} v ${name}`, product(shape), one.integers);
    const along = directional(loss, slot, tf.tensor(Float32Array.from(v), [...shape]));
    const expected = secondGradients(model, values, w, slot, v);
    tf.grads(along)(tensors).forEach((gradient, i) =>
      expectWithin(`${label} d<dL/d${name}, v>/d${shapes[i].name}`, gradient, shapes[i].shape, expected[i]),
    );
  });
}

const OPS = [...new Set(CASES.map(({op}) => op))];

/** The cheapest case with options of each op. */
const oneOfEach = OPS.map(op =>
  CASES.filter(one => one.op === op && one.x[0] > 0 && one.options !== undefined).reduce((best, one) =>
    costOf(one) < costOf(best) ? one : best,
  ),
);

/** The gradients are the same functions on every backend: beside cpu, one case of each op is enough but for the long set. */
const casesOf = (backend: TestBackend['name']): readonly Case[] =>
  LONG || backend === 'cpu' ? [...new Set([...CASES.filter(one => costOf(one) < 3000), ...oneOfEach])] : oneOfEach;

describe.each(BACKENDS)('second order on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  test.each(casesOf(name).map(one => [titleOf(one), one] as const))('%s', (title, one) =>
    tf.tidy(() => checkSecondOrder(`${title}, ${name}`, one)),
  );

  test('every op has a case', () => {
    expect(new Set(casesOf(name).map(({op}) => op))).toEqual(new Set<OpName>(OPS));
  });
});
