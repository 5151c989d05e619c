import * as tf from '@tensorflow/tfjs';
import {variantsRun} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {packedFilterBytes as packedOnCpu} from 'tfjs-conv/cpu';
import {packedFilterBytes as packedOnWasm} from 'tfjs-conv/wasm';
import {DIRECT_SUMS_FLAG, VARIANT_FLAG, WINOGRAD_FLAG} from '../../src/registry/flags.js';
import {BACKENDS} from '../support/backends.js';
import {withFlags} from '../support/flags.js';
import {counts} from '../support/memory.js';
import {callsAnew, REPEATING, wholes} from '../support/repeats.js';
import {heapBalance} from '../support/wasm_heap.js';

/*
 * From the third on, calls of a layer repeat what the second has found out. Whatever has changed by then, a call gives what
 * it gives with a filter that is new, and so repeats nothing.
 */

const TESTED = BACKENDS.filter(({name}) => REPEATING.includes(name));

interface Layer {
  readonly x: number[];
  readonly filter: number[];
  readonly call: (x: tf.Tensor, filter: tf.Tensor, bias?: tf.Tensor) => tf.Tensor;
}

type Conv2DConfig = Parameters<typeof tf.fused.conv2d>[0];
const fused =
  (rest: Partial<Conv2DConfig>): Layer['call'] =>
  (x, filter, bias) =>
    tf.fused.conv2d({x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', bias, ...rest});

/** Layers that one plan computes, of each variant; their names say which. */
const LAYERS: {readonly [name: string]: Layer & {readonly variant: string}} = {
  'conv2d 1x1': {variant: 'gemm', x: [1, 3, 5, 12], filter: [1, 1, 12, 7], call: fused({activation: 'relu'})},
  'conv2d 3x3 in groups': {
    variant: 'grouped',
    x: [2, 7, 5, 8],
    filter: [3, 3, 4, 8],
    call: (x, filter) => tf.engine().runKernel('Conv2D', {x, filter}, {strides: [2, 1], pad: 'same'}),
  },
  'conv2d 3x3': {variant: 'winograd_4x4', x: [1, 24, 24, 32], filter: [3, 3, 32, 32], call: fused({})},
  'conv2d 1x3': {variant: 'winograd_line', x: [1, 9, 24, 48], filter: [1, 3, 48, 48], call: fused({})},
  'conv2d, explicit padding': {
    variant: 'gemm',
    x: [1, 6, 6, 12],
    filter: [2, 2, 12, 33],
    call: fused({
      pad: [
        [0, 0],
        [0, 1],
        [2, 0],
        [0, 0],
      ],
      activation: 'sigmoid',
    }),
  },
  depthwise: {
    variant: 'direct_depthwise',
    x: [1, 7, 9, 12],
    filter: [3, 3, 12, 1],
    call: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 2,
        pad: 'same',
        bias,
        activation: 'relu6',
      }),
  },
  'depthwise, prelu': {
    variant: 'direct_depthwise',
    x: [2, 5, 6, 7],
    filter: [3, 2, 7, 1],
    call: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'valid',
        bias,
        activation: 'prelu',
        preluActivationWeights: slopesOf(7),
      }),
  },
  conv3d: {
    variant: 'gemm',
    x: [1, 4, 5, 6, 20],
    filter: [2, 2, 2, 20, 40],
    call: (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, [1, 2, 1], 'valid'),
  },
};

/** The slopes of a layer of so many channels, the same tensor at each call. */
const SLOPES = new Map<number, tf.Tensor>();
function slopesOf(channels: number): tf.Tensor {
  const known = SLOPES.get(channels);
  if (known !== undefined && !known.isDisposed) return known;
  const slopes = tf.keep(tf.reshape(tf.range(-2, channels - 2), [1, 1, channels]));
  SLOPES.set(channels, slopes);
  return slopes;
}

const biasOf = ({filter}: Layer): tf.Tensor1D => {
  const [inChannels, outChannels] = filter.slice(-2);
  return wholes([outChannels === 1 ? inChannels : outChannels], 3) as tf.Tensor1D;
};

(TESTED.length > 0 ? describe.each(TESTED) : describe.skip.each(BACKENDS))('repeated calls on $name', ({name}) => {
  let restore: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    restore = accelerate(name);
  });
  afterAll(() => {
    restore();
    tf.dispose([...SLOPES.values()]);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  /** Expects what the call gives with a new filter, and that it was repeated, or not. */
  function expectCall(
    {call}: Layer,
    x: tf.Tensor,
    filter: tf.Tensor,
    bias: tf.Tensor | undefined,
    repeats: boolean,
  ): void {
    let y: tf.Tensor | undefined;
    expect(callsAnew(name, () => (y = call(x, filter, bias)))).toBe(repeats ? 0 : 1);
    const expected = call(x, tf.clone(tf.tensor(filter.dataSync(), filter.shape)), bias);
    expect(y?.shape).toEqual(expected.shape);
    expect(y?.dtype).toBe(expected.dtype);
    expect(y?.dataSync()).toEqual(expected.dataSync());
  }

  /** A layer that has been called so often that its calls are repeated. */
  function repeatedLayer(
    layer: Layer,
    withBias = true,
  ): {x: tf.Tensor; filter: tf.Tensor; bias: tf.Tensor | undefined} {
    const [x, filter] = [wholes(layer.x, 1), wholes(layer.filter, 2)];
    const bias = withBias ? biasOf(layer) : undefined;
    expectCall(layer, x, filter, bias, false);
    expectCall(layer, x, filter, bias, false);
    return {x, filter, bias};
  }

  describe.each(Object.entries(LAYERS))('%s', (_, layer) => {
    test.each([true, false])('other values of x, bias: %s', withBias => {
      const {x, filter, bias} = repeatedLayer(layer, withBias);
      expectCall(layer, x, filter, bias, true);
      expectCall(layer, tf.reverse(x), filter, bias, true);
      const {variants} = variantsRun(() => layer.call(x, filter, bias));
      expect(variants).toEqual([layer.variant]);
    });

    test('NaN and infinities', () => {
      const {x, filter, bias} = repeatedLayer(layer);
      const special = tf.div(x, x);
      expectCall(layer, special, filter, bias, true);
      expectCall(layer, tf.div(special, 0), filter, bias, true);
    });

    test('nothing is left behind', () => {
      const {x, filter, bias} = repeatedLayer(layer);
      const run = () => tf.dispose(layer.call(x, filter, bias));
      run();
      const before = [counts(), heapBalance()];
      for (let i = 0; i < 50; i++) run();
      expect([counts(), heapBalance()]).toEqual(before);
    });
  });

  const layer = LAYERS['conv2d 1x1'];

  test('an x of another shape, and back', () => {
    const {x, filter, bias} = repeatedLayer(layer);
    const other = tf.concat([x, x], 1);
    expectCall(layer, other, filter, bias, false);
    expectCall(layer, tf.reshape(x, [1, 5, 3, 12]), filter, bias, false);
    expectCall(layer, x, filter, bias, true);
  });

  test('another bias, and none', () => {
    const {x, filter, bias} = repeatedLayer(layer);
    expectCall(layer, x, filter, tf.neg(bias as tf.Tensor), false);
    expectCall(layer, x, filter, undefined, false);
    expectCall(layer, x, filter, bias, true);
  });

  test('other slopes', () => {
    const prelu = (slopes: tf.Tensor): Layer => ({
      ...layer,
      call: fused({activation: 'prelu', preluActivationWeights: slopes}),
    });
    const slopes = wholes([1, 1, 7], 4);
    const {x, filter, bias} = repeatedLayer(prelu(slopes));
    expectCall(prelu(slopes), x, filter, bias, true);
    expectCall(prelu(tf.neg(slopes)), x, filter, bias, false);
    expectCall(prelu(wholes([7], 5)), x, filter, bias, false);
    expectCall(prelu(slopes), x, filter, bias, true);
    slopes.dispose();
    expect(() => prelu(slopes).call(x, filter, bias)).toThrow(/disposed/);
  });

  test('variables that are assigned', () => {
    const [x, filter, bias] = [wholes(layer.x, 1), tf.variable(wholes(layer.filter, 2)), tf.variable(biasOf(layer))];
    for (let i = 0; i < 2; i++) layer.call(x, filter, bias);
    expectCall(layer, x, filter, bias, true);
    bias.assign(tf.neg(bias));
    expectCall(layer, x, filter, bias, true);
    filter.assign(tf.neg(filter));
    expectCall(layer, x, filter, bias, false);
    expectCall(layer, x, filter, bias, false);
    expectCall(layer, x, filter, bias, true);
    tf.dispose([filter, bias]);
  });

  test('lists of options that are changed', () => {
    const strides: [number, number] = [1, 1];
    const pad: [[number, number], [number, number], [number, number], [number, number]] = [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    const strided = {...layer, call: fused({strides, pad})};
    const {x, filter, bias} = repeatedLayer(strided);
    expectCall(strided, x, filter, bias, true);
    strides[1] = 2;
    expectCall(strided, x, filter, bias, false);
    strides[1] = 1;
    expectCall(strided, x, filter, bias, true);
    pad[1][0] = 1;
    expectCall(strided, x, filter, bias, false);
    pad[1][0] = 0;
    expectCall(strided, x, filter, bias, true);
    expectCall({...strided, call: fused({strides: 1, pad: 0, activation: 'elu'})}, x, filter, bias, false);
  });

  test('flags', () => {
    const tiled = LAYERS['conv2d 3x3'];
    const {x, filter, bias} = repeatedLayer(tiled);
    const variant = () => variantsRun(() => tiled.call(x, filter, bias)).variants.join();
    expect(variant()).toBe('winograd_4x4');
    expect(withFlags({[WINOGRAD_FLAG]: false}, variant)).not.toContain('winograd');
    expect(withFlags({[DIRECT_SUMS_FLAG]: true}, variant)).not.toContain('winograd');
    expect(withFlags({[VARIANT_FLAG]: 'gemm'}, variant)).toBe('gemm');
    expectCall(tiled, x, filter, bias, true);
  });

  test('a packed filter that is gone', () => {
    const {x, filter, bias} = repeatedLayer(layer);
    const packed = {cpu: packedOnCpu, wasm: packedOnWasm}[name as 'cpu' | 'wasm'];
    expect(packed()).toBeGreaterThan(0);
    const twin = tf.reshape(filter, layer.filter);
    filter.dispose();
    expect(() => layer.call(x, filter, bias)).toThrow(/disposed/);
    expectCall(layer, x, twin, bias, false);
    expectCall(layer, x, twin, bias, false);
    expectCall(layer, x, twin, bias, true);
  });

  test('tensors that are disposed are errors', () => {
    const {x, filter, bias} = repeatedLayer(layer);
    const gone = tf.clone(x);
    gone.dispose();
    const kernel = (inputs: tf.NamedTensorMap) =>
      tf.getKernel('Conv2D', name).kernelFunc({inputs, attrs: {strides: 1, pad: 'same'}, backend: tf.backend()});
    for (let i = 0; i < 3; i++) kernel({x, filter});
    expect(() => kernel({x: gone, filter})).toThrow('Conv2D: ');
    bias?.dispose();
    expect(() => layer.call(x, filter, bias)).toThrow(/disposed/);
  });

  test('an x of integers', () => {
    const plain: Layer = {
      ...layer,
      call: (x, filter) => tf.engine().runKernel('Conv2D', {x, filter}, {strides: 1, pad: 'same'}),
    };
    const {x, filter} = repeatedLayer(plain, false);
    expectCall(plain, x, filter, undefined, true);
    expectCall(plain, tf.cast(x, 'int32'), filter, undefined, false);
  });

  test('gradients', () => {
    const {x, filter, bias} = repeatedLayer(layer);
    const loss = (image: tf.Tensor, weights: tf.Tensor) => layer.call(image, weights, bias).square().sum() as tf.Scalar;
    const gradients = (weights: tf.Tensor) => tf.grads(loss)([x, weights]);
    const [dx, dfilter] = gradients(filter);
    const [expectedDx, expectedDfilter] = gradients(tf.tensor(filter.dataSync(), filter.shape));
    expect(dx.dataSync()).toEqual(expectedDx.dataSync());
    expect(dfilter.dataSync()).toEqual(expectedDfilter.dataSync());
    expectCall(layer, x, filter, bias, true);
  });
});

const last = TESTED[TESTED.length - 1];
(last === undefined ? test.skip : test)('a backend that is made anew', async () => {
  const layer = LAYERS['conv2d 1x1'];
  const name = last?.name ?? '';
  await tf.setBackend(name);
  const restore = accelerate(name);
  const run = (filter: tf.Tensor) => Array.from(layer.call(wholes(layer.x, 1), filter).dataSync());
  const filter = wholes(layer.filter, 2);
  const expected = run(filter);
  for (let i = 0; i < 3; i++) expect(run(filter)).toEqual(expected);
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
  await tf.setBackend(name);
  const again = wholes(layer.filter, 2);
  for (let i = 0; i < 4; i++) expect(run(again)).toEqual(expected);
  restore();
});
