import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs';
import {conv1d, conv2d, depthwiseConv2d, variantsRun} from 'tfjs-conv';
import {createBackend, packedFilterBytes} from 'tfjs-conv/webgpu';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {CASES, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {BACKENDS} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {tensorsOf} from '../support/conformance.js';
import {lossWeights, numbers, parameterValues} from '../support/data.js';
import {expectValuesWithin, expectWithin} from '../support/expect_within.js';
import {withFlags} from '../support/flags.js';
import {roundedToHalf, storedAsHalf} from '../support/half.js';
import {gradients, modelOf, output} from '../support/model.js';
import {product} from '../support/sums.js';
import {given} from '../support/tolerance.js';

/* Filters and sources that are stored as float16: rounded to nearest, and multiplied and added up in float32. */

const describeWebGPU = BACKENDS.some(({name}) => name === 'webgpu') ? describe : describe.skip;

/** Where operands are: textures, which software GPUs take, and buffers. */
const PLACES = ['tiles_textures', 'tiles'];

const FILTERS_FLAG = 'TFJS_CONV_F16_FILTERS';
const ACTIVATIONS_FLAG = 'TFJS_CONV_F16_ACTIVATIONS';
const setHalf = (isHalf: boolean): void => tf.env().set(FILTERS_FLAG, isHalf);

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

/** Those that read nothing but what they are given, so that it is known what is rounded. */
const OF_ONE_STEP = KINDS.filter(({op}) => !['spatiallySeparableConv2d', 'depthwiseSeparableConv2d'].includes(op));

describeWebGPU('sources as float16', () => {
  beforeAll(async () => {
    expect(await tf.setBackend('webgpu')).toBe(true);
    tf.env().set(ACTIVATIONS_FLAG, true);
  });
  afterAll(() => tf.env().set(ACTIVATIONS_FLAG, false));

  /** Whoever reads sources from buffers; the first one is what runs by itself. */
  const READERS = ['', 'tiles', 'gemm'];

  test.each(OF_ONE_STEP.map(one => [titleOf(one), one] as const))('%s', async (title, one) => {
    const model = modelOf(one);
    const values = parameterValues(one, model);
    const expected = output(model, [roundedToHalf(values[0]), ...values.slice(1)]);
    for (const reader of READERS) {
      await withVariant(reader, () =>
        tf.tidy(() => {
          const y = callOp(one, model, tensorsOf(model, values));
          expectWithin(`${title}, ${reader}`, y, model.map.outputShape, expected);
        }),
      );
    }
  });

  it('leaves out what reads float32 of textures', () => {
    const [x, filter] = [tf.ones([1, 28, 28, 64]) as tf.Tensor4D, tf.ones([3, 3, 64, 64]) as tf.Tensor4D];
    const depthwise = tf.ones([3, 3, 64, 1]) as tf.Tensor4D;
    tf.tidy(() => {
      const {variants} = variantsRun(() => [conv2d(x, filter), depthwiseConv2d(x, depthwise)]);
      expect(variants).toHaveLength(2);
      expect(variants.join()).not.toContain('textures');
    });
    tf.dispose([x, filter, depthwise]);
  });

  // The gradient of the filter multiplies what it is given.
  test.each(READERS)('the input gradient reads dy, the filter gradient neither: %s', async reader => {
    const one: Case = {
      op: 'conv2d',
      name: 'half',
      x: [1, 9, 8, 8],
      filters: [[3, 2, 8, 6]],
      options: {strides: [2, 1]},
    };
    const model = modelOf(one);
    const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
    const [[dx], [, dfilter]] = [roundedToHalf(w), w].map(dy => gradients(model, values, dy));
    await withVariant(reader, () =>
      tf.tidy(() => {
        const loss = (...inputs: tf.Tensor[]) => callOp(one, model, inputs);
        const got = tf.grads(loss)(
          tensorsOf(model, values),
          tf.tensor(Float32Array.from(w), [...model.map.outputShape]),
        );
        [dx, dfilter].forEach((bound, i) => expectWithin(`${reader} ${i}`, got[i], model.parameters[i].shape, bound));
      }),
    );
  });

  test.each(READERS)('both are within the bound of stored numbers, those beyond 65504 infinite: %s', async reader => {
    const one: Case = {op: 'conv2d', name: 'half', x: [1, 9, 8, 7], filters: [[3, 3, 7, 5]], options: {pad: 'same'}};
    const model = modelOf(one);
    const [x, filter] = parameterValues(one, model);
    const bound = model.map.apply([storedAsHalf(x), storedAsHalf(filter)]);
    const run = (isHalf: boolean): Float32Array =>
      withFlags({[ACTIVATIONS_FLAG]: isHalf, [FILTERS_FLAG]: isHalf}, () =>
        tf.tidy(() =>
          callOp(one, model, tensorsOf(model, [x, filter]))
            .dataSync<'float32'>()
            .slice(),
        ),
      );
    await withVariant(reader, () => {
      const half = run(true);
      expectValuesWithin('half', half, model.map.outputShape, bound);
      // The bound is not what hides that nothing was rounded.
      expect(half).not.toEqual(run(false));
      const stored = Float64Array.of(
        1 + 2 ** -11,
        2049,
        65504,
        65519,
        65520,
        -1e30,
        2 ** -25,
        3 * 2 ** -26,
        NaN,
        -Infinity,
      );
      const copy = tf.tidy(() =>
        conv2d(tf.tensor4d(Float32Array.from(stored), [1, 10, 1, 1]), tf.ones([1, 1, 1, 1]) as tf.Tensor4D).dataSync(),
      );
      expect([...copy]).toEqual([...roundedToHalf(stored)]);
    });
  });

  test.each([
    {op: 'conv1d', name: '2100 channels', x: [1, 70, 2100], filters: [[1, 2100, 20]]},
    {op: 'conv1d', name: 'line of 70000', x: [1, 70000, 1], filters: [[3, 1, 2]], options: {pad: 'same'}},
    {op: 'depthwiseConv2d', name: 'plane of 70000', x: [1, 250, 280, 2], filters: [[2, 2, 2, 1]]},
  ] as const satisfies readonly Case[])('$name, beyond what float16 counts', async one => {
    const model = modelOf(one);
    const values = model.parameters.map(({name, shape}) => numbers(`${one.name} ${name}`, product(shape)));
    const expected = output(model, [roundedToHalf(values[0]), values[1]]);
    for (const reader of READERS) {
      await withVariant(reader, () =>
        tf.tidy(() => {
          const y = callOp(one, model, tensorsOf(model, values));
          expectWithin(`${one.name}, ${reader}`, y, model.map.outputShape, expected);
        }),
      );
    }
  });
});

describeWebGPU('createBackend', () => {
  const NAME = 'webgpu-made';
  afterAll(() => tf.setBackend('webgpu'));

  it('makes a backend with the features and limits of its adapter, on which everything runs', async () => {
    await tf.setBackend('webgpu');
    const y = () => conv2d(tf.ones([1, 4, 4, 6]) as tf.Tensor4D, tf.ones([3, 3, 6, 2]) as tf.Tensor4D).data();
    const expected = await y();
    const made = (await createBackend()) as WebGPUBackend;
    const {device} = made;
    const adapter = await navigator.gpu.requestAdapter();
    for (const name of ['shader-f16', 'timestamp-query', 'bgra8unorm-storage'] as const) {
      expect([name, device.features.has(name)]).toEqual([name, adapter?.features.has(name)]);
    }
    expect(device.limits.maxStorageBufferBindingSize).toBe(adapter?.limits.maxStorageBufferBindingSize);
    tf.registerBackend(NAME, () => made, 0);
    tf.getKernelsForBackend('webgpu').forEach(kernel => tf.registerKernel({...kernel, backendName: NAME}));
    await tf.setBackend(NAME);
    expect(await y()).toEqual(expected);
    await tf.setBackend('webgpu');
    tf.removeBackend(NAME);
  });

  it('says what is missing where there is none', async () => {
    const requestAdapter = jest.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValueOnce(null);
    await expect(createBackend({powerPreference: 'low-power'})).rejects.toThrow(
      'createBackend: there must be WebGPU with an adapter; got adapter=null',
    );
    expect(requestAdapter).toHaveBeenCalledWith({powerPreference: 'low-power'});
    requestAdapter.mockRestore();
  });
});
