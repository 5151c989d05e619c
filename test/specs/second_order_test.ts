import * as tf from '@tensorflow/tfjs';
import {BACKENDS} from '../support/backends.js';
import type {TestBackend} from '../support/backends.js';
import {CASES, costOf, titleOf} from '../cases/index.js';
import type {Case, OpName} from '../cases/index.js';
import {checkSecondOrder} from '../support/derivatives.js';
import {LONG} from '../support/settings.js';

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
