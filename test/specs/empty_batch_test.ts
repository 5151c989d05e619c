import * as tf from '@tensorflow/tfjs';
import {BACKENDS} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {CASES, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {parameterValues} from '../support/data.js';
import {counts, plus} from '../support/memory.js';
import {modelOf} from '../support/model.js';
import {product} from '../support/sums.js';

/*
 * A batch of 0: results are empty, and what sums over the batch is 0. TensorFlow.js' own sums of nothing return what the
 * memory held before on some backends.
 */

/** Every case whose x has a batch, with a batch of 0. Slopes per image have none to belong to. */
const EMPTY: readonly Case[] = CASES.filter(
  ({op, x, filters, options}) =>
    op !== 'convMatrix' && x.length === filters[0].length && (options?.slopes?.length ?? 0) < x.length,
).map(one => ({...one, x: [0, ...one.x.slice(1)]}));

/** One of each kind of shapes: sizes do not matter. */
const kindOf = ({op, options = {}}: Case): string =>
  JSON.stringify([
    op,
    options.slopes,
    options.bias,
    options.activation,
    options.dataFormat,
    options.groups !== undefined,
  ]);
const KINDS = EMPTY.filter((one, i) => EMPTY.findIndex(other => kindOf(other) === kindOf(one)) === i);

/** Leaves memory behind that is not 0. */
function writeMemory(): void {
  const sizes = [1, 4, 16, 64, 256];
  tf.dispose(sizes.flatMap(size => Array.from({length: 8}, () => tf.tensor1d(new Float32Array(size).fill(7.5)))));
}

function expectZeros(tensors: readonly tf.Tensor[], shapes: ReadonlyArray<readonly number[]>): void {
  tensors.forEach((tensor, i) => {
    expect(tensor.shape).toEqual(shapes[i]);
    expect([...tensor.dataSync()].every(value => value === 0)).toBe(true);
  });
}

describe.each(BACKENDS)('a batch of 0 on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  test.each(KINDS.map(one => [titleOf(one), one] as const))('%s', (_, one) => {
    const model = modelOf(one);
    const tensors = parameterValues(one, model).map((values, i) =>
      tf.tensor(Float32Array.from(values), [...model.parameters[i].shape]),
    );
    const shapes = model.parameters.map(({shape}) => shape);
    const run = (...inputs: tf.Tensor[]) => callOp(one, model, inputs);
    const before = counts();

    const y = run(...tensors);
    expect(y.shape).toEqual(model.map.outputShape);
    expect(product(y.shape)).toBe(0);
    expect(counts()).toEqual(plus(before, [y]));

    writeMemory();
    const gradients = tf.grads(run)(tensors, y);
    expect(counts()).toEqual(plus(before, [y, ...gradients]));
    expectZeros(gradients, shapes);

    writeMemory();
    // Of half the sum of squares, which is not written as TensorFlow.js' sum: that of nothing is an error on webgl.
    const second = tf.grads((...inputs: tf.Tensor[]) =>
      tf.addN(
        tf
          .grads(run)(inputs, run(...inputs))
          .filter(({size}) => size > 0)
          .map(gradient => tf.sum(tf.square(gradient))),
      ),
    )(tensors);
    expectZeros(second, shapes);
    expect(counts().numTensors).toBe(before.numTensors + 1 + gradients.length + second.length);
    tf.dispose([y, gradients, second, tensors]);
  });
});
