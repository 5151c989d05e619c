import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';
import {BACKENDS} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {CASES, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {parameterValues} from '../support/data.js';
import {counts, plus} from '../support/memory.js';
import type {Counts} from '../support/memory.js';
import {modelOf} from '../support/model.js';
import {product} from '../support/sums.js';

/** The tensors of a case, and its op as a function of them. */
function setUp(one: Case, changed: Case = one) {
  const model = modelOf(one);
  const values = parameterValues(one, model);
  const tensors = model.parameters.map(({shape}, i) => tf.tensor(Float32Array.from(values[i]), [...shape]));
  return {tensors, run: (...inputs: tf.Tensor[]) => callOp(changed, model, inputs)};
}

/** Nested arrays, which the ops take for tensors, and `run` knows nothing of. */
const asArrays = (tensors: readonly tf.Tensor[]) => tensors.map(tensor => tensor.arraySync()) as unknown as tf.Tensor[];

type Run = ReturnType<typeof setUp>['run'];

const loss =
  (run: Run) =>
  (...inputs: tf.Tensor[]): tf.Scalar =>
    tf.sum(tf.square(run(...inputs)));

/** The gradients by every input of the gradient by the first. */
const secondOrder = (run: Run) =>
  tf.grads((first: tf.Tensor, ...others: tf.Tensor[]) =>
    tf.sum(tf.square(tf.grad((x: tf.Tensor) => loss(run)(x, ...others))(first))),
  );

/** Sizes do not matter here, only ways through the code: activations go one way in every op. */
const SMALL = CASES.filter(
  ({op, x, options = {}}) => product(x) <= 1000 && (op === 'conv2d' || options.activation === undefined),
);

/** The first case of every op. */
const firstOfEach = SMALL.filter(({op}, i) => SMALL.findIndex(other => other.op === op) === i);

const titled = (cases: readonly Case[]) => cases.map(one => [titleOf(one), one] as const);

describe.each(BACKENDS)('memory on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  let atFirst: Counts;
  beforeEach(() => {
    atFirst = counts();
  });
  afterEach(() => expect(counts()).toEqual(atFirst));

  it.each(titled(SMALL))('%s: leaves its result, which is its own', (_, one) => {
    const {tensors, run} = setUp(one);
    const before = counts();
    const y = run(...tensors);
    expect(counts()).toEqual(plus(before, [y]));
    const values = y.dataSync().slice();
    tf.dispose(tensors);
    expect(y.dataSync()).toEqual(values);
    expect(tf.engine().backend.refCount(y.dataId)).toBe(1);
    expect(counts()).toEqual(plus(atFirst, [y]));
    y.dispose();
  });

  it.each(titled(SMALL))('%s: leaves its gradients', (_, one) => {
    const {tensors, run} = setUp(one);
    const dy = tf.tidy(() => tf.onesLike(run(...tensors)));
    const before = counts();
    const gradients = tf.grads(run)(tensors, dy);
    expect(counts()).toEqual(plus(before, gradients));
    expect(tensors.map(({isDisposed}) => isDisposed)).not.toContain(true);
    tf.dispose([gradients, tensors, dy]);
  });

  it.each(titled(firstOfEach))('%s: leaves its second gradients', (_, one) => {
    const {tensors, run} = setUp(one);
    const before = counts();
    const gradients = secondOrder(run)(tensors);
    expect(counts().numTensors).toBe(before.numTensors + gradients.length);
    tf.dispose([gradients, tensors]);
  });

  it.each(titled(firstOfEach))('%s: takes nested arrays, and frees what it makes of them', (_, one) => {
    const {tensors, run} = setUp(one);
    const arrays = asArrays(tensors);
    tf.dispose(tensors);
    const y = run(...arrays);
    expect(counts()).toEqual(plus(atFirst, [y]));
    y.dispose();
  });

  it.each(titled(firstOfEach))('%s: frees what it makes when it throws', (_, one) => {
    // What is checked last of all.
    const wrong = one.op === 'convMatrix' ? {pad: -1} : {leakyreluAlpha: NaN};
    const {tensors, run} = setUp(one, {...one, options: {...one.options, ...wrong, flipFilter: true}});
    const before = counts();
    for (const inputs of [tensors, asArrays(tensors)]) {
      expect(() => run(...inputs)).toThrow(/; got (leakyreluAlpha=NaN|pad=-1)$/);
      expect(() => tf.grads(loss(run))(tensors)).toThrow(/; got (leakyreluAlpha=NaN|pad=-1)$/);
    }
    expect(counts()).toEqual(before);
    tf.dispose(tensors);
  });

  it('does not grow over a thousand calls', () => {
    const [x, filter, bias] = [
      tf.ones<tf.Rank.R3>([2, 4, 3]),
      tf.ones<tf.Rank.R4>([2, 2, 1, 2]),
      tf.ones<tf.Rank.R1>([2]),
    ];
    const slopes = tf.ones([3, 1]);
    const options: ConvOptions = {
      groups: 2,
      dataFormat: 'NCHW',
      flipFilter: true,
      bias,
      activation: 'prelu',
      preluActivationWeights: slopes,
    };
    const before = counts();
    for (let i = 0; i < 1000; i++) conv2d(x, filter, options).dispose();
    expect(counts()).toEqual(before);
    tf.dispose([x, filter, bias, slopes]);
  });
});
