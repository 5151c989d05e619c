import * as tf from '@tensorflow/tfjs';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {portable} from '../../src/registry/portable.js';
import {ALL_BACKENDS, kernelNames, recordRuns} from './backends.js';
import type {Run, TestBackend} from './backends.js';
import {callOp} from './call.js';
import {CASES, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {lossWeights, parameterValues} from './data.js';
import {expectWithin} from './expect_within.js';
import {gradients, modelOf, output} from './model.js';
import type {Model} from './model.js';
import {SUMS, summationOf} from './summation.js';
import type {Summation} from './summation.js';
import {deferReads, settled} from './reads.js';

export const PORTABLE_VARIANT = portable('ConvND').name;

/** Tensors of the backend with the values of the parameters. */
export const tensorsOf = ({parameters}: Model, values: readonly Float64Array[]): tf.Tensor[] =>
  parameters.map(({shape}, i) => tf.tensor(Float32Array.from(values[i]), [...shape], 'float32'));

/** What the reference expects of one way of summing. */
const expectedOf = (model: Model, values: readonly Float64Array[], w: Float64Array, summation: Summation) => ({
  y: output(model, values, summation),
  gradients: gradients(model, values, w, summation),
});

/**
 * Compares y, alone and while gradients are recorded, and the gradients by every parameter with the reference.
 * `summation` says how what has run until then sums.
 */
export function comparison(
  one: Case,
  model: Model = modelOf(one),
  values: readonly Float64Array[] = parameterValues(one, model),
  w: Float64Array = lossWeights(one, model),
): (label: string, summation?: () => Summation) => void {
  const known = new Map<Summation, ReturnType<typeof expectedOf>>();
  const expected = (summation: Summation) => {
    const found = known.get(summation) ?? expectedOf(model, values, w, summation);
    known.set(summation, found);
    return found;
  };
  const {
    parameters,
    map: {outputShape},
  } = model;
  return (label, summation = () => SUMS) =>
    tf.tidy(() => {
      const tensors = tensorsOf(model, values);
      const y = callOp(one, model, tensors);
      expectWithin(`${label} y`, y, outputShape, expected(summation()).y);
      const weights = tf.tensor(Float32Array.from(w), [...outputShape]);
      const recorded = (...inputs: tf.Tensor[]) => {
        const again = callOp(one, model, inputs);
        expectWithin(`${label} y with gradients`, again, outputShape, expected(summation()).y);
        return again;
      };
      tf.grads(recorded)(tensors, weights).forEach((gradient, i) =>
        expectWithin(
          `${label} d${parameters[i].name}`,
          gradient,
          parameters[i].shape,
          expected(summation()).gradients[i],
        ),
      );
    });
}

/**
 * Runs `check` with the variants that are chosen, then with every other one that takes what the kernels were asked for and
 * is wanted, forced by its name.
 */
export function forEachVariant(
  runs: Run[],
  label: string,
  check: (variant: string) => void,
  isWanted: (variant: string) => boolean = () => true,
): void {
  const first = runs.length;
  check('chosen');
  const wanted = runs
    .slice(first)
    .flatMap(({kernel, takers}) => takers.filter(isWanted).map(variant => ({kernel, variant})));
  const ran = ({kernel, variant}: Pick<Run, 'kernel' | 'variant'>) =>
    runs.slice(first).some(run => run.kernel === kernel && run.variant === variant);
  for (const it of wanted) {
    if (ran(it)) continue;
    tf.env().set(VARIANT_FLAG, it.variant);
    try {
      check(it.variant);
    } finally {
      tf.env().set(VARIANT_FLAG, '');
    }
    if (!ran(it)) throw new Error(`${label}: ${it.kernel} did not run ${it.variant} when it was asked to`);
  }
}

/** Checks a case on the current backend, with every variant that takes it and is wanted. */
export function checkCase(
  backend: TestBackend,
  runs: Run[],
  one: Case,
  isWanted: (variant: string) => boolean = () => true,
): void {
  const label = `${titleOf(one)}, ${backend.name}`;
  const check = comparison(one);
  forEachVariant(
    runs,
    label,
    variant => {
      const first = runs.length;
      check(`${label}, ${variant}`, () => summationOf(runs.slice(first).map(run => run.variant)));
    },
    isWanted,
  );
}

const placeOf = (one: Case): number => CASES.filter(({op}) => op === one.op).indexOf(one);

/** The tests of one backend: every case, with every variant; and that none was left out. */
export function conformance(backend: TestBackend): void {
  describe(`conformance of ${backend.name}`, () => {
    const runs = recordRuns(backend.table);
    let checked = 0;
    beforeAll(async () => {
      deferReads();
      expect(await tf.setBackend(backend.name)).toBe(true);
    });

    test.each(CASES.map(one => [titleOf(one), one] as const))('%s', async (_, one) => {
      checkCase(backend, runs, one, variant => variant !== PORTABLE_VARIANT || placeOf(one) % backend.portableOf === 0);
      await settled();
      checked++;
    });

    test('every case was checked', () => {
      expect(checked).toBe(CASES.length);
      expect(checked).toBeGreaterThan(0);
    });

    test.each(kernelNames(backend.table))('%s: every variant ran, and the last took everything', kernel => {
      const [names, ofKernel] = [
        backend.table[kernel].map(({name}) => name),
        runs.filter(run => run.kernel === kernel),
      ];
      const expected = names.filter(name => backend.isExpected(kernel, name));
      expect([...new Set(ofKernel.map(({variant}) => variant))].sort()).toEqual(expected.sort());
      expect(ofKernel.filter(({takers}) => !takers.includes(names[names.length - 1]))).toEqual([]);
    });
  });
}

/** The tests of the backend of that name; a test that is skipped where it is not loaded, but for runs that take another. */
export function conformanceOf(name: string): void {
  const backends = ALL_BACKENDS.filter(backend => backend.name === name);
  backends.forEach(conformance);
  if (backends.length === 0) test.skip(`backend ${name} is not loaded`, () => undefined);
}
