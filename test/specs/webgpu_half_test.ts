import * as tf from '@tensorflow/tfjs';
import {conv1d, conv2d, depthwiseConv2d} from 'tfjs-conv';
import {packedFilterBytes} from 'tfjs-conv/webgpu';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {CASES, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {BACKENDS} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {tensorsOf} from '../support/conformance.js';
import {lossWeights, numbers, parameterValues} from '../support/data.js';
import {expectValuesWithin, expectWithin} from '../support/expect_within.js';
import {roundedToHalf, storedAsHalf} from '../support/half.js';
import {gradients, modelOf, output} from '../support/model.js';
import {product} from '../support/sums.js';
import {given} from '../support/tolerance.js';

/* Filters that are stored as float16: rounded to nearest, and multiplied and added up in float32. */

const describeWebGPU = BACKENDS.some(({name}) => name === 'webgpu') ? describe : describe.skip;

/** Where operands are: textures, which software GPUs take, and buffers. */
const PLACES = ['tiles_textures', 'tiles'];

const setHalf = (isHalf: boolean): void => tf.env().set('TFJS_CONV_F16_FILTERS', isHalf);

async function withVariant<T>(name: string, run: () => Promise<T> | T): Promise<T> {
  tf.env().set(VARIANT_FLAG, name);
  try {
    return await run();
  } finally {
    tf.env().set(VARIANT_FLAG, '');
  }
}

/** One case of each op and layout, with and without strides and groups; the explicit matrix is no filter. */
const kindOf = ({op, options: {dataFormat, groups, strides} = {}}: Case): string =>
  JSON.stringify([op, dataFormat, groups !== undefined, strides !== undefined]);
const KINDS = CASES.filter(({op, x, integers}) => op !== 'convMatrix' && integers !== true && product(x) > 0).filter(
  (one, i, all) => all.findIndex(other => kindOf(other) === kindOf(one)) === i,
);

describeWebGPU('filters as float16', () => {
  beforeAll(async () => {
    expect(await tf.setBackend('webgpu')).toBe(true);
    setHalf(true);
  });
  afterAll(() => setHalf(false));

  test.each(KINDS.map(one => [titleOf(one), one] as const))('%s', async (title, one) => {
    const model = modelOf(one);
    const {parameters, map} = model;
    const values = parameterValues(one, model);
    const stored = values.map((list, i) => (parameters[i].name.startsWith('filter') ? roundedToHalf(list) : list));
    const w = lossWeights(one, model);
    const expected = {y: output(model, stored), gradients: gradients(model, stored, w)};
    for (const place of PLACES) {
      await withVariant(place, () =>
        tf.tidy(() => {
          const loss = (...inputs: tf.Tensor[]) => {
            const y = callOp(one, model, inputs);
            expectWithin(`${title}, ${place}: y`, y, map.outputShape, expected.y);
            return y;
          };
          const weights = tf.tensor(Float32Array.from(w), [...map.outputShape]);
          tf.grads(loss)(tensorsOf(model, values), weights).forEach((gradient, i) => {
            const {name, shape} = parameters[i];
            expectWithin(`${title}, ${place}: d${name}`, gradient, shape, expected.gradients[i]);
          });
        }),
      );
    }
  });

  /** y of a line of x by filters of one tap, which shows what each weight is stored as. */
  async function storedWeights(weights: readonly number[]): Promise<Float32Array> {
    const y = tf.tidy(() =>
      conv1d(tf.ones([1, 3, 1]) as tf.Tensor3D, tf.tensor3d([...weights], [1, 1, weights.length])),
    );
    const values = await y.data<'float32'>();
    y.dispose();
    return values.slice(0, weights.length);
  }

  // Ties, both ends of the range and of its normal part, what is beyond them, and no numbers.
  const WEIGHTS = [
    ...[1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 2049, 2051, 0.1, 1 / 3, -Math.PI],
    ...[65504, 65519, 65520, -65520, 65536, 1e30, 2 ** -14, 2 ** -14 - 2 ** -26, 2 ** -24, 2 ** -25, 3 * 2 ** -25],
    ...[1e-30, 0, NaN, Infinity, -Infinity],
  ].map(Math.fround);

  test.each(PLACES)('every weight is the nearest float16, in %s', async place => {
    const got = await withVariant(place, () => storedWeights(WEIGHTS));
    expect([...got]).toEqual([...roundedToHalf(Float64Array.from(WEIGHTS))]);
  });

  test('results are within the bound of stored filters', async () => {
    const one: Case = {op: 'conv2d', name: 'half', x: [1, 9, 8, 7], filters: [[3, 3, 7, 5]], options: {pad: 'same'}};
    const model = modelOf(one);
    const [x, filter] = parameterValues(one, model);
    const [a, b] = tensorsOf(model, [x, filter]) as [tf.Tensor4D, tf.Tensor4D];
    const bound = model.map.apply([given(x), storedAsHalf(filter)]);
    const [half, exact] = [true, false].map(isHalf => {
      setHalf(isHalf);
      return tf.keep(conv2d(a, b, {pad: 'same'}));
    });
    setHalf(true);
    const values = await half.data();
    expectValuesWithin('half', values, model.map.outputShape, bound);
    // The bound is not what hides that nothing was rounded.
    expect(values).not.toEqual(await exact.data());
    tf.dispose([a, b, half, exact]);
  });

  // Where a number of an element is kept in float16, it is wrong from 2049 on and infinite from 65520 on.
  test.each([
    {op: 'conv1d', name: '2100 channels', x: [1, 5, 2100], filters: [[1, 2100, 3]]},
    {op: 'conv1d', name: '2100 results', x: [1, 3, 2], filters: [[2, 2, 2100]]},
    {op: 'conv1d', name: 'line of 70000', x: [1, 70000, 1], filters: [[3, 1, 2]], options: {pad: 'same'}},
    {op: 'depthwiseConv2d', name: 'plane of 70000', x: [1, 250, 280, 2], filters: [[2, 2, 2, 1]]},
  ] as const satisfies readonly Case[])('$name, beyond what float16 counts', async one => {
    const model = modelOf(one);
    const values = model.parameters.map(({name, shape}) => numbers(`${one.name} ${name}`, product(shape)));
    const expected = output(model, [values[0], roundedToHalf(values[1])]);
    for (const place of PLACES) {
      await withVariant(place, () =>
        tf.tidy(() => {
          const y = callOp(one, model, tensorsOf(model, values));
          expectWithin(`${one.name}, ${place}`, y, model.map.outputShape, expected);
        }),
      );
    }
  });

  it('take half of the memory, and are kept beside those of float32', async () => {
    const before = packedFilterBytes();
    const [x, filter] = [tf.ones([1, 4, 4, 16]) as tf.Tensor4D, tf.ones([3, 3, 16, 16]) as tf.Tensor4D];
    const added = async (isHalf: boolean): Promise<number> => {
      setHalf(isHalf);
      const packed = packedFilterBytes();
      await withVariant('tiles', () => {
        tf.dispose([conv2d(x, filter), conv2d(x, filter)]);
      });
      return packedFilterBytes() - packed;
    };
    const [half, full] = [await added(true), await added(false)];
    expect(full).toBe(4 * 3 * 3 * 16 * 16);
    expect(half).toBe(full / 2);
    setHalf(true);
    tf.dispose([x, filter]);
    // What is disposed of goes with the commands that use it, which a read submits.
    const last = tf.ones([4096]).square();
    await last.data();
    last.dispose();
    expect(packedFilterBytes()).toBe(before);
  });

  it('serve depthwise convolutions and trained models, whose filters change', async () => {
    const x = tf.ones([1, 4, 4, 6]) as tf.Tensor4D;
    const filter = tf.variable(tf.fill([1, 1, 6, 1], 1 / 3) as tf.Tensor4D);
    const first = await depthwiseConv2d(x, filter).data();
    filter.assign(tf.fill([1, 1, 6, 1], 2 / 3));
    const second = await depthwiseConv2d(x, filter).data();
    expect([first[0], second[0]]).toEqual([...roundedToHalf(Float64Array.of(1 / 3, 2 / 3))]);
    tf.dispose([x, filter]);
  });
});
