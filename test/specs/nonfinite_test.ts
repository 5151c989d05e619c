import * as tf from '@tensorflow/tfjs';
import type {Activation} from 'tfjs-conv';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {TestBackend} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {FIELDS} from '../cases/fields.js';
import {titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {comparison, forEachVariant, PORTABLE_VARIANT, tensorsOf} from '../support/conformance.js';
import {lossWeights, numbers, parameterValues} from '../support/data.js';
import {expectWithin} from '../support/expect_within.js';
import {gradients, modelOf, output} from '../support/model.js';
import {summationOf} from '../support/summation.js';

/** What stands where: at the first element (0), at the last (1), and between. */
const SPECIALS = [
  [NaN, 0],
  [NaN, 0.37],
  [NaN, 1],
  [Infinity, 0],
  [Infinity, 0.61],
  [-Infinity, 0.37],
  [-Infinity, 1],
] as const;

/** The values with one element replaced. */
const withSpecial = (values: Float64Array, place: number, special: number): Float64Array =>
  values.map((value, i) => (i === Math.floor(place * (values.length - 1)) ? special : value));

/** One special element of x: y and the gradients by filters are special just where the reference has a term with it. */
function checkX(backend: TestBackend, one: Case): void {
  const model = modelOf(one);
  const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
  const weights = tf.tensor(Float32Array.from(w), [...model.map.outputShape]);
  let reached = 0;
  for (const [special, place] of SPECIALS) {
    const changed = values.map((value, i) => (i === 0 ? withSpecial(value, place, special) : value));
    const expected = output(model, changed);
    reached += expected.values.filter(value => !Number.isFinite(value)).length;
    const label = `${titleOf(one)}, ${backend.name}, ${special} in x:`;
    const call = (...inputs: tf.Tensor[]) => {
      const y = callOp(one, model, inputs);
      expectWithin(`${label} y`, y, model.map.outputShape, expected);
      return y;
    };
    const tensors = tensorsOf(model, changed);
    call(...tensors);
    if (one.options?.activation !== undefined && !backend.specials) continue;
    const loss = (...inputs: tf.Tensor[]) => tf.sum(tf.mul(call(...inputs), weights));
    const byAll = tf.grads(loss)(tensors);
    // What activations make of an infinite dz is not a matter of receptive fields. The x of a transposed convolution is
    // the dy of its filter gradient, which kernels may multiply by the zeros of the padding.
    if (one.options?.activation !== undefined || one.op.includes('Transpose')) continue;
    gradients(model, changed, w).forEach((gradient, i) =>
      expectWithin(`${label} d${model.parameters[i].name}`, byAll[i], model.parameters[i].shape, gradient),
    );
  }
  // Not from every place (strides may step over it), but from some.
  expect(reached).toBeGreaterThan(0);
}

/** One special element of dy: the gradient by x is special just where the reference has a term with it. */
function checkDy(backend: TestBackend, one: Case): void {
  const model = modelOf(one);
  const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
  const [x, ...others] = tensorsOf(model, values);
  for (const [special, place] of SPECIALS) {
    const dy = withSpecial(w, place, special);
    const weights = tf.tensor(Float32Array.from(dy), [...model.map.outputShape]);
    const dx = tf.grad(image => tf.sum(tf.mul(callOp(one, model, [image, ...others]), weights)))(x);
    expectWithin(`${titleOf(one)}, ${backend.name}, ${special} in dy: dx`, dx, one.x, gradients(model, values, dy)[0]);
  }
}

const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

/**
 * Tiles that are transformed have another bound: see fft_test.ts, wasm_core/winograd_line_test.ts and webgpu_winograd_test.ts.
 * Portable kernels of GPUs are slow.
 */
const isWanted =
  ({portableOf}: TestBackend, one: Case) =>
  (variant: string): boolean =>
    variant !== 'fft' &&
    variant !== 'winograd_line' &&
    variant !== 'winograd_textures' &&
    (variant !== PORTABLE_VARIANT || FIELDS.indexOf(one) % portableOf === 0);

describe.each(BACKENDS)('not finite, on $name', backend => {
  const runs = recordRuns(backend.table);
  beforeAll(() => tf.setBackend(backend.name));

  test.each(FIELDS.map(one => [titleOf(one), one] as const))(
    '%s: NaN and infinities stay in their receptive fields',
    (_, one) =>
      forEachVariant(
        runs,
        titleOf(one),
        () =>
          tf.tidy(() => {
            checkX(backend, one);
            checkDy(backend, one);
          }),
        isWanted(backend, one),
      ),
  );

  test.each(ACTIVATIONS)('%s of NaN and of infinities', activation =>
    tf.tidy(() => {
      for (const bias of [{}, {bias: true}] as const) {
        const one: Case = {
          name: `${activation} of specials`,
          op: 'conv2d',
          x: [1, 3, 4, 2],
          filters: [[2, 2, 2, 3]],
          options: {activation, ...bias, ...(activation === 'prelu' ? {slopes: [3]} : {})},
        };
        checkX(backend, one);
      }
    }),
  );
});

/** The values times a power of two, which changes nothing else as long as float32 has the results. */
const scaled = (values: Float64Array, exponent: number): Float64Array =>
  values.map(value => Math.fround(value * 2 ** exponent));

describe.each(BACKENDS)('large and small, on $name', backend => {
  const runs = recordRuns(backend.table);
  beforeAll(() => tf.setBackend(backend.name));

  /** Exponents of x, filters and dy, so that y and all gradients are finite, with names. */
  const SCALES: ReadonlyArray<readonly [string, number, number, number]> = [
    ['products of 1e30', 50, 50, 50],
    ['x of 1e36', 119, -10, -5],
    ['products that vanish', -90, -85, -80],
  ];
  const DENORMAL_SCALES: typeof SCALES = [
    ['denormal x', -135, 0, 0],
    ['denormal filter', 0, -140, 0],
    ['denormal dy', 0, 0, -138],
    ['denormal products', -70, -68, -66],
  ];

  test.each([...SCALES, ...(backend.denormals ? DENORMAL_SCALES : [])])('%s', (name, xScale, filterScale, dyScale) => {
    for (const one of FIELDS.filter(({filters}) => filters.length === 1)) {
      const model = modelOf(one);
      const [x, filter] = parameterValues(one, model);
      const check = comparison(
        one,
        model,
        [scaled(x, xScale), scaled(filter, filterScale)],
        scaled(lossWeights(one, model), dyScale),
      );
      forEachVariant(
        runs,
        titleOf(one),
        () => {
          const first = runs.length;
          check(`${titleOf(one)}, ${backend.name}, ${name}`, () =>
            summationOf(runs.slice(first).map(({variant}) => variant)),
          );
        },
        variant => variant === 'fft' || isWanted(backend, one)(variant),
      );
    }
  });

  test('sums just below the largest number', () => {
    for (const one of FIELDS.filter(({filters}) => filters.length === 1)) {
      const model = modelOf(one);
      const ones = (shape: readonly number[]) => new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1);
      const [x, filter] = model.parameters.map(({shape}) => ones(shape));
      const {values} = output(model, [x, filter]);
      // All terms are equal and positive: partial sums in any order are below the whole.
      const largest = 2 ** (127 - Math.ceil(Math.log2(Math.max(...values))));
      const expected = output(model, [x.map(() => largest), filter]);
      forEachVariant(runs, titleOf(one), () =>
        tf.tidy(() =>
          expectWithin(
            `${titleOf(one)}, ${backend.name}`,
            callOp(one, model, tensorsOf(model, [x.map(() => largest), filter])),
            model.map.outputShape,
            expected,
          ),
        ),
      );
    }
  });

  test('both zeros', () => {
    const one: Case = {name: 'zeros', op: 'conv2d', x: [1, 3, 3, 1], filters: [[2, 2, 1, 1]]};
    const model = modelOf(one);
    const zeros = [new Float64Array(9).fill(-0), numbers('zeros', 4)];
    comparison(one, model, zeros, new Float64Array(4).fill(0))(`${titleOf(one)}, ${backend.name}`);
  });
});
