import * as tf from '@tensorflow/tfjs';
import {conv2d, prepare as typedPrepare} from 'tfjs-conv';
import type {PrepareInputs, PrepareStep} from 'tfjs-conv';
import {packedFilterBytes as packedOnCpu} from 'tfjs-conv/cpu';
import {layers} from 'tfjs-conv/layers';
import {packedFilterBytes as packedOnWasm} from 'tfjs-conv/wasm';
import {packedFilterBytes as packedOnWebgl} from 'tfjs-conv/webgl';
import {packedFilterBytes as packedOnWebgpu} from 'tfjs-conv/webgpu';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';

/* What prepare() leaves to the first prediction: nothing that can be counted. */

/** As JavaScript has it. */
const prepare = typedPrepare as (model: unknown, inputs: unknown, options?: unknown) => ReturnType<typeof typedPrepare>;

const PACKED: Readonly<Record<string, () => number>> = {
  cpu: packedOnCpu,
  wasm: packedOnWasm,
  webgl: packedOnWebgl,
  webgpu: packedOnWebgpu,
};

/** What kernels keep: bytes of packed filters, and programs of the GPU. */
function kept(name: string) {
  // The caches of programs are no part of the backends' types.
  const {binaryCache, pipelineCache} = tf.backend() as unknown as {
    readonly binaryCache?: object;
    readonly pipelineCache?: object;
  };
  return {packed: PACKED[name]?.() ?? 0, programs: Object.keys(binaryCache ?? pipelineCache ?? {}).length};
}

/** A network of several kinds of convolution. */
function network() {
  const model = tf.sequential({
    layers: [
      layers.conv2d({filters: 8, kernelSize: 3, inputShape: [12, 14, 3], activation: 'relu'}),
      layers.conv2d({filters: 12, kernelSize: 3, groups: 4, padding: 'same'}),
      layers.depthwiseConv2d({kernelSize: 3, strides: 2}),
      layers.conv2dTranspose({filters: 4, kernelSize: 3, strides: 2}),
      layers.conv2d({filters: 2, kernelSize: 1, activation: 'sigmoid'}),
    ],
  });
  return model;
}

const SHAPE = [2, 12, 14, 3];
const image = () =>
  tf
    .range(0, 2 * 12 * 14 * 3)
    .div(1000)
    .reshape(SHAPE) as tf.Tensor4D;

describe.each(BACKENDS)('prepare on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  test.each([undefined, true, false])(
    'leaves nothing to the first prediction, parallelCompile: %s',
    async parallelCompile => {
      const model = network();
      const before = kept(name);
      await prepare(model, SHAPE, {parallelCompile});
      const ready = kept(name);
      if (name in PACKED) expect(ready.packed).toBeGreaterThan(before.packed);
      const x = tf.tensor(new Float32Array(2 * 12 * 14 * 3).fill(0.5), SHAPE);
      const y = model.predict(x) as tf.Tensor;
      await y.data();
      expect(kept(name)).toEqual(ready);
      tf.dispose([x, y]);
      model.dispose();
    },
  );

  test('tells how far it is, and ends with 1', async () => {
    const model = network();
    const told: Array<[number, PrepareStep]> = [];
    const {times} = await prepare(model, SHAPE, {
      maxRuns: 4,
      onProgress: (fraction: number, step: PrepareStep) => told.push([fraction, step]),
    });
    expect(times.length).toBeGreaterThan(1);
    expect(times.length).toBeLessThanOrEqual(4);
    expect(times.every(time => time >= 0)).toBe(true);
    const fractions = told.map(([fraction]) => fraction);
    expect(fractions[0]).toBe(0);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(told[told.length - 1]).toEqual([1, 'done']);
    expect(told.filter(([, step]) => step === 'done').length).toBe(1);
    expect(told.map(([, step]) => step)).toContain('run');
    model.dispose();
  });

  test('changes no result, also of a prediction meanwhile', async () => {
    const [model, x] = [network(), image()];
    const meanwhile: tf.Tensor[] = [];
    const prepared = prepare(model, SHAPE, {
      onProgress: () => void meanwhile.push(model.predict(x) as tf.Tensor),
    });
    await prepared;
    const y = model.predict(x) as tf.Tensor;
    const expected = await y.data();
    expect(expected.every(value => value > 0 && value < 1)).toBe(true);
    for (const one of meanwhile) expect(await one.data()).toEqual(expected);
    tf.dispose([x, y, meanwhile]);
    model.dispose();
  });

  test('leaks nothing', async () => {
    const [model, filter, given] = [network(), tf.ones([3, 3, 3, 2]) as tf.Tensor4D, image()];
    const functions: ReadonlyArray<readonly [string, unknown, PrepareInputs]> = [
      ['a model', model, SHAPE],
      ['a model of a given tensor', model, given],
      ['a function of several steps', (x: tf.Tensor) => tf.relu(conv2d(x as tf.Tensor4D, filter)), SHAPE],
      ['one of several inputs', ([a, b]: tf.Tensor[]) => [tf.add(a, b), tf.sub(a, b)], [[3], given.slice(0, 1).shape]],
      ['one of named inputs', ({a, b}: tf.NamedTensorMap) => ({sum: tf.add(a, b)}), {a: SHAPE, b: given}],
      ['one that returns its input', (x: tf.Tensor) => x, given],
      ['one that returns a constant', () => filter, SHAPE],
      ['one that reads', (x: tf.Tensor) => tf.scalar(tf.sum(x).dataSync()[0]), SHAPE],
      [
        'a promise',
        async (x: tf.Tensor) => {
          const sum = tf.sum(x);
          await sum.data();
          const y = tf.add(sum, 1);
          sum.dispose();
          return y;
        },
        given,
      ],
    ];
    const x = given.clone();
    // What backends make once.
    await prepare(model, SHAPE);
    for (const parallelCompile of [undefined, true]) {
      for (const [what, one, inputs] of functions) {
        // A function that waits goes on where nothing is computed.
        if (what === 'a promise' && parallelCompile) continue;
        const before = counts();
        await prepare(one, inputs, {maxRuns: 3, parallelCompile});
        expect({what, ...counts()}).toEqual({what, ...before});
      }
    }
    expect(given.isDisposed || filter.isDisposed).toBe(false);
    tf.dispose([filter, given, x]);
    model.dispose();
  });

  test('leaves nothing of a model that throws', async () => {
    const before = counts();
    const model = (x: tf.Tensor) => {
      tf.relu(x);
      throw new Error('no such model');
    };
    for (const parallelCompile of [undefined, true]) {
      await expect(prepare(model, SHAPE, {parallelCompile})).rejects.toThrow('no such model');
    }
    const rejecting = async (x: tf.Tensor) => {
      await x.data();
      throw new Error('no such data');
    };
    await expect(prepare(rejecting, SHAPE)).rejects.toThrow('no such data');
    expect(counts()).toEqual(before);
  });
});

describe('prepare', () => {
  beforeAll(() => tf.setBackend(BACKENDS[0].name));

  test('runs the first method that can', async () => {
    const called: string[] = [];
    const method = (name: string, run: (x: tf.Tensor) => unknown) => (x: tf.Tensor) => {
      called.push(name);
      return run(x);
    };
    const model = {
      predict: method('predict', () => {
        throw new Error('control flow');
      }),
      executeAsync: method('executeAsync', async x => tf.relu(x)),
      call: method('call', x => x),
    };
    await prepare(model, [3], {maxRuns: 2});
    expect(called).toEqual(['predict', 'executeAsync', 'executeAsync']);
    await expect(prepare({predict: model.predict}, [3])).rejects.toThrow('control flow');
  });

  test('makes zeros of the shapes and types that the model says', async () => {
    const shapes: unknown[] = [];
    const predict = (inputs: tf.Tensor | tf.NamedTensorMap | tf.Tensor[]) => {
      const all = inputs instanceof tf.Tensor ? [inputs] : Object.values(inputs);
      shapes.push(all.map(({shape, dtype}) => [shape, dtype]));
      return [];
    };
    const inputs = [
      {name: 'ids:0', dtype: 'int32'},
      {name: 'image', dtype: 'float32'},
    ];
    await prepare({inputs, predict}, [1, 2], {maxRuns: 1});
    await prepare({inputs, predict}, [[], [1, 2]], {maxRuns: 1});
    await prepare({inputs, predict}, {image: [1, 2], ids: [4]}, {maxRuns: 1});
    await prepare({layers: [], inputNames: ['ids', 'image'], inputs, predict}, {image: [1, 2], ids: [4]}, {maxRuns: 1});
    expect(shapes).toEqual([
      [[[1, 2], 'int32']],
      [
        [[], 'int32'],
        [[1, 2], 'float32'],
      ],
      [
        [[1, 2], 'float32'],
        [[4], 'int32'],
      ],
      [
        [[4], 'int32'],
        [[1, 2], 'float32'],
      ],
    ]);
  });

  const disposed = tf.ones([1]);
  disposed.dispose();
  const model = (x: tf.Tensor) => x;
  const named = {layers: [], inputNames: ['a', 'b'], predict: model};

  test.each<[string, unknown, unknown, unknown]>([
    ['model must be a function or have a method predict, execute, executeAsync or call; got model=null', null, [1], {}],
    [
      'model must be a function or have a method predict, execute, executeAsync or call; got model=[object Object]',
      {},
      [1],
      {},
    ],
    [
      'inputs must be a tensor, a shape, a list of them, or an object that has them by the names of the inputs; got inputs=undefined',
      model,
      undefined,
      {},
    ],
    [
      'inputs must be a tensor, a shape, a list of them, or an object that has them by the names of the inputs; got inputs=[object Map]',
      model,
      new Map(),
      {},
    ],
    ["inputs[1] must be a tensor or a shape; got inputs[1]='image'", model, [[1], 'image'], {}],
    ['inputs.a must be a tensor or a shape; got inputs.a=5', model, {a: 5}, {}],
    [
      'inputs must be a shape of at most 6 sizes, each an integer from 0 to 2147483647; got inputs=[1,-1]',
      model,
      [1, -1],
      {},
    ],
    [
      'inputs must be a shape of at most 6 sizes, each an integer from 0 to 2147483647; got inputs=[1,1.5]',
      model,
      [1, 1.5],
      {},
    ],
    ['inputs must not be disposed; got inputs.isDisposed=true', model, disposed, {}],
    ["inputs must have the names a, b; got names=['a']", named, {a: [1]}, {}],
    [
      "a shape stands for zeros of float32, int32 or bool, inputs must be given as a tensor; got inputs.dtype='string'",
      {inputs: [{dtype: 'string'}], predict: model},
      [1],
      {},
    ],
    ['onProgress must be a function; got onProgress=1', model, [1], {onProgress: 1}],
    ['maxRuns must be an integer from 1 to 2147483647; got maxRuns=0', model, [1], {maxRuns: 0}],
    ['parallelCompile must be true or false; got parallelCompile=1', model, [1], {parallelCompile: 1}],
    ["an option must be one of onProgress, maxRuns, parallelCompile; got option='runs'", model, [1], {runs: 1}],
  ])('%s', async (message, bad, inputs, options) => {
    const before = counts();
    await expect(prepare(bad, inputs, options)).rejects.toThrow(`prepare: ${message}`);
    expect(counts()).toEqual(before);
  });
});
