import * as tf from '@tensorflow/tfjs';
import {conv1d, conv2d, conv3d, depthwiseConv2d, dilatedConv2d, groupedConv2d, pointwiseConv2d} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {BACKENDS} from '../support/backends.js';
import {withFlags} from '../support/flags.js';
import {counts} from '../support/memory.js';
import {callsAnew, REPEATING, wholes} from '../support/repeats.js';
import {heapBalance} from '../support/wasm_heap.js';

/*
 * From the third on, calls of an op repeat what the second has found out: whatever has changed by then, a call gives what
 * it gives with a filter that is new.
 */

const TESTED = BACKENDS.filter(({name}) => REPEATING.includes(name));

type Call = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

interface Op {
  readonly name: string;
  readonly x: number[];
  readonly filter: number[];
  readonly call: Call;
}

/** conv2d with options that are made anew at each call. */
const by =
  (options: () => ConvOptions): Call =>
  (x, filter) =>
    conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, options());

const SAME: Call = by(() => ({pad: 'same', strides: [1, 2]}));
const X = [1, 5, 6, 12];
const FILTER = [1, 3, 12, 7];

const OPS: readonly Op[] = [
  {name: 'conv2d', x: X, filter: FILTER, call: SAME},
  {
    name: 'conv2d without options',
    x: X,
    filter: FILTER,
    call: (x, filter) => conv2d(x as tf.Tensor4D, filter as tf.Tensor4D),
  },
  {
    name: 'conv2d without a batch',
    x: X.slice(1),
    filter: FILTER,
    call: by(() => ({activation: 'leakyrelu', dilations: 1})),
  },
  {
    name: 'conv1d',
    x: [2, 9, 4],
    filter: [3, 4, 5],
    call: (x, filter) => conv1d(x as tf.Tensor3D, filter as tf.Tensor3D),
  },
  {
    name: 'conv3d',
    x: [1, 4, 5, 6, 2],
    filter: [2, 2, 2, 2, 3],
    call: (x, filter) => conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, {pad: 1, activation: 'relu6'}),
  },
  {
    name: 'depthwiseConv2d',
    x: [1, 5, 6, 9],
    filter: [3, 3, 9, 1],
    call: (x, filter) =>
      depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {
        pad: [
          [1, 1],
          [0, 2],
        ],
      }),
  },
  {
    name: 'groupedConv2d',
    x: [1, 5, 6, 12],
    filter: [3, 3, 4, 6],
    call: (x, filter) => groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 3, {strides: 2}),
  },
  {
    name: 'dilatedConv2d',
    x: [1, 9, 8, 5],
    filter: [3, 3, 5, 6],
    call: (x, filter) => dilatedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, {pad: 'same'}),
  },
  {
    name: 'pointwiseConv2d',
    x: [1, 5, 6, 12],
    filter: [1, 1, 12, 6],
    call: (x, filter) => pointwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {activation: 'sigmoid'}),
  },
];

(TESTED.length > 0 ? describe.each(TESTED) : describe.skip.each(BACKENDS))('repeated ops on $name', ({name}) => {
  beforeAll(async () => {
    await tf.setBackend(name);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  /** Expects what the call gives with a new filter, and that it was repeated, or not. */
  function expectCall(call: Call, x: tf.Tensor, filter: tf.Tensor, repeats: boolean): void {
    let y: tf.Tensor | undefined;
    expect(callsAnew(name, () => (y = call(x, filter)))).toBe(repeats ? 0 : 1);
    const expected = call(x, tf.tensor(filter.dataSync(), filter.shape));
    expect(y?.shape).toEqual(expected.shape);
    expect(y?.dataSync()).toEqual(expected.dataSync());
  }

  /** Operands of a call that has been made so often that it is repeated. */
  function repeated(call: Call = SAME, xShape = X, filterShape = FILTER): [x: tf.Tensor, filter: tf.Tensor] {
    const [x, filter] = [wholes(xShape, 1), wholes(filterShape, 2)];
    for (let i = 0; i < 2; i++) expectCall(call, x, filter, false);
    expectCall(call, x, filter, true);
    return [x, filter];
  }

  test.each(OPS)('$name: other values, NaN, and nothing left behind', ({call, x: xShape, filter: filterShape}) => {
    const [x, filter] = repeated(call, xShape, filterShape);
    expectCall(call, tf.reverse(x), filter, true);
    expectCall(call, tf.div(x, x), filter, true);
    const run = () => tf.dispose(call(x, filter));
    run();
    const before = [counts(), heapBalance()];
    for (let i = 0; i < 20; i++) run();
    expect([counts(), heapBalance()]).toEqual(before);
  });

  test('an x of another shape, and back', () => {
    const [x, filter] = repeated();
    expectCall(SAME, tf.concat([x, x], 1), filter, false);
    expectCall(SAME, tf.reshape(x, X.slice(1)), filter, false);
    expectCall(SAME, x, filter, true);
  });

  test('other options', () => {
    const given: ConvOptions[] = [
      {},
      {pad: 'same'},
      {pad: 'valid', strides: [1, 2]},
      {pad: 'same', strides: [2, 1]},
      {pad: 'same', strides: [1, 2], dilations: [2, 1]},
      {pad: 'same', strides: [1, 2], flipFilter: true},
      {pad: 'same', strides: [1, 2], activation: 'relu'},
      {pad: 'same', strides: [1, 2], bias: wholes([7], 3) as tf.Tensor1D},
    ];
    for (const options of given) {
      const [x, filter] = repeated();
      expectCall(
        by(() => options),
        x,
        filter,
        false,
      );
      expectCall(SAME, x, filter, true);
    }
  });

  test('options in another order, with what is left out', () => {
    const [x, filter] = repeated();
    const none = {groups: undefined, bias: null} as unknown as ConvOptions;
    expectCall(
      by(() => ({strides: [1, 2], ...none, pad: 'same'})),
      x,
      filter,
      true,
    );
  });

  test('lists of options that are changed', () => {
    const strides: [number, number] = [1, 2];
    const call = by(() => ({strides}));
    const [x, filter] = repeated(call);
    strides[1] = 1;
    expectCall(call, x, filter, false);
    strides[1] = 2;
    expectCall(call, x, filter, true);
  });

  test('options that no loop shows', () => {
    const [x, filter] = repeated();
    const like = (
      extra: PropertyDescriptorMap & ThisType<unknown>,
      prototype: object = Object.prototype,
    ): ConvOptions =>
      Object.create(prototype, {
        pad: {value: 'same', enumerable: true},
        strides: {value: [1, 2], enumerable: true},
        ...extra,
      }) as ConvOptions;
    expectCall(
      by(() => like({})),
      x,
      filter,
      true,
    );
    expectCall(
      by(() => like({dilations: {value: [2, 1]}})),
      x,
      filter,
      false,
    );
    expectCall(
      by(() => like({}, {dilations: 2})),
      x,
      filter,
      false,
    );
    class Dilated {
      get dilations(): number {
        return 2;
      }
    }
    expectCall(
      by(() => like({}, Dilated.prototype)),
      x,
      filter,
      false,
    );
  });

  test('a getter that gives another value each time is read once', () => {
    let reads = 0;
    const call = by(() => ({
      get pad() {
        return reads++ % 2 === 0 ? ('same' as const) : ('valid' as const);
      },
      strides: [1, 2],
    }));
    const [x, filter] = [wholes(X, 1), wholes(FILTER, 2)];
    const shapes = Array.from({length: 8}, () => call(x, filter).shape[2]);
    // What was found to differ is read once more, by the call itself.
    expect(new Set(shapes)).toEqual(new Set([2, 3]));
    expect(shapes[0]).toBe(3);
    reads = 0;
    expect(call(x, tf.clone(filter)).shape[2]).toBe(3);
    expect(reads).toBe(1);
  });

  test('what is wrong is an error', () => {
    const [x, filter] = repeated();
    const wrong = (options: object) => () => conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, options);
    expect(wrong({pad: 'same', strides: [1, 2], stride: 2})).toThrow(/conv2d: .*stride/);
    expect(wrong({pad: 'same', strides: [1, 2], groups: 5})).toThrow('conv2d: ');
    const throwing = {
      get pad(): string {
        throw new Error('no pad');
      },
    };
    expect(wrong(throwing)).toThrow('no pad');
    expect(wrong(null as unknown as object)).toThrow('conv2d: ');
    expect(() => SAME(tf.cast(x, 'int32'), filter)).toThrow('float32');
    const gone = tf.clone(x);
    gone.dispose();
    expect(() => SAME(gone, filter)).toThrow('disposed');
    filter.dispose();
    expect(() => SAME(x, filter)).toThrow('disposed');
  });

  test('bias and slopes: the same, others, disposed ones', () => {
    const slopes = wholes([7], 4) as tf.Tensor1D;
    const [bias, other] = [wholes([7], 3) as tf.Tensor1D, wholes([7], 5) as tf.Tensor1D];
    const prelu = (b: tf.Tensor1D): Call => by(() => ({bias: b, activation: 'prelu', preluActivationWeights: slopes}));
    const [x, filter] = repeated(prelu(bias));
    expectCall(prelu(other), x, filter, false);
    expectCall(prelu(bias), x, filter, true);
    bias.dispose();
    expect(() => prelu(bias)(x, filter)).toThrow('disposed');
  });

  test('lists in place of tensors', () => {
    const [x, filter] = repeated();
    const list = x.arraySync() as unknown as tf.Tensor;
    expect(SAME(list, filter).dataSync()).toEqual(SAME(x, filter).dataSync());
    const biased = by(() => ({bias: [1, 2, 3, 4, 5, 6, 7] as unknown as tf.Tensor1D}));
    for (let i = 0; i < 4; i++) expectCall(biased, x, filter, false);
  });

  test('the same filter in another op', () => {
    const [x, filter] = repeated();
    const grouped: Call = (image, weights) =>
      groupedConv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 1, {pad: 'same', strides: [1, 2]});
    expectCall(grouped, x, filter, false);
    expectCall(SAME, x, filter, true);
  });

  test('variables that are assigned', () => {
    const [x, filter] = [wholes(X, 1), tf.variable(wholes(FILTER, 2))];
    for (let i = 0; i < 2; i++) SAME(x, filter);
    expectCall(SAME, x, filter, true);
    filter.assign(tf.neg(filter));
    for (let i = 0; i < 2; i++) expectCall(SAME, x, filter, false);
    expectCall(SAME, x, filter, true);
    filter.dispose();
  });

  test('flags', () => {
    const [x, filter] = repeated();
    const expected = SAME(x, filter).dataSync();
    withFlags({[VARIANT_FLAG]: 'grouped'}, () => expect(SAME(x, filter).dataSync()).toEqual(expected));
    expectCall(SAME, x, filter, true);
  });

  test.each(['linear', 'relu', 'sigmoid'] as const)('gradients, %s', activation => {
    const call = by(() => ({activation}));
    const [x, filter] = repeated(call);
    const gradients = (weights: tf.Tensor) =>
      tf.grads((image: tf.Tensor, w: tf.Tensor) => call(image, w).square().sum())([x, weights]);
    const [dx, dfilter] = gradients(filter);
    const [expectedDx, expectedDfilter] = gradients(tf.tensor(filter.dataSync(), filter.shape));
    expect(dx.dataSync()).toEqual(expectedDx.dataSync());
    expect(dfilter.dataSync()).toEqual(expectedDfilter.dataSync());
    expectCall(call, x, filter, true);
  });
});

const both = TESTED.map(({name}) => name);
(both.length === 2 ? test : test.skip)('two backends that take turns', async () => {
  await tf.setBackend(both[0]);
  const [x, filter] = [wholes(X, 1), wholes(FILTER, 2)];
  const expected = SAME(x, filter).dataSync();
  for (let turn = 0; turn < 4; turn++) {
    await tf.setBackend(both[turn % 2]);
    for (let i = 0; i < 3; i++) expect(SAME(x, filter).dataSync()).toEqual(expected);
  }
});
