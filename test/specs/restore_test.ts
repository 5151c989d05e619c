import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {BUILTIN_KERNELS} from '../../src/accelerate/builtin_kernels.js';
import '../support/backends.js';

const BUILTINS = Object.keys(BUILTIN_KERNELS);

/** What is registered now for all backends: the gradients of kernels that have some, and what records fused ops. */
const ACTIVATIONS = ['Relu6', 'Elu', 'Sigmoid', 'LeakyRelu', 'Prelu'];
const gradients = () => [
  ...[...BUILTINS, ...ACTIVATIONS].map(name => tf.getGradient(name)),
  Object.getOwnPropertyDescriptor(tf.engine(), 'customGrad'),
];

/** What is registered now under the names of the built-in kernels. */
const registered = (backend: string) => BUILTINS.map(name => tf.getKernel(name, backend));

/** A backend that has the kernels of cpu but for one, as wasm has no Conv2DBackpropFilter. */
const LACKING = 'lacking-cpu';
const MISSING = 'Conv2DBackpropFilter';

let warn: jest.SpyInstance;
let builtin: ReturnType<typeof registered>;
let builtinGradients: ReturnType<typeof gradients>;

beforeAll(async () => {
  tf.registerBackend(LACKING, tf.findBackendFactory('cpu'));
  tf.copyRegisteredKernels('plain-cpu', LACKING);
  tf.unregisterKernel(MISSING, LACKING);
  await tf.setBackend('cpu');
  tf.scalar(0).dispose();
});
beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
  builtin = registered('cpu');
  builtinGradients = gradients();
});
afterEach(() => {
  gradients().forEach((gradient, i) => expect(gradient).toBe(builtinGradients[i]));
  expect(registered('cpu')).toEqual(builtin);
  // The same objects, not only alike.
  registered('cpu').forEach((config, i) => expect(config).toBe(builtin[i]));
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

const expectAllReplaced = (backend: string, by: ReturnType<typeof registered>) =>
  registered(backend).forEach((config, i) => expect(config).not.toBe(by[i]));

it('a second accelerate changes nothing, and its restore nothing either', () => {
  const first = accelerate('cpu');
  const replaced = registered('cpu');
  expectAllReplaced('cpu', builtin);
  const second = accelerate('cpu');
  registered('cpu').forEach((config, i) => expect(config).toBe(replaced[i]));
  second();
  registered('cpu').forEach((config, i) => expect(config).toBe(replaced[i]));
  first();
});

it('nor does that of another copy of the package', () => {
  const core = jest.requireActual<typeof tf>('@tensorflow/tfjs-core');
  jest.doMock('@tensorflow/tfjs-core', () => core);
  const another: {copy?: typeof accelerate} = {};
  jest.isolateModules(() => {
    another.copy = jest.requireActual<{accelerate: typeof accelerate}>('../../src/accelerate.js').accelerate;
  });
  const {copy = accelerate} = another;
  expect(copy).not.toBe(accelerate);
  for (const [first, second] of [
    [accelerate, copy],
    [copy, accelerate],
  ]) {
    const restores = [first('cpu'), second('cpu'), second('plain-cpu')];
    expectAllReplaced('cpu', builtin);
    restores.forEach(restore => restore());
    registered('cpu').forEach((config, i) => expect(config).toBe(builtin[i]));
  }
  jest.dontMock('@tensorflow/tfjs-core');
});

it('restore puts back once, however often it is called', () => {
  const restore = accelerate('cpu');
  restore();
  restore();
  registered('cpu').forEach((config, i) => expect(config).toBe(builtin[i]));
  const again = accelerate('cpu');
  // The first has nothing left to undo.
  restore();
  expectAllReplaced('cpu', builtin);
  again();
});

it('restore leaves what somebody else has put there since', () => {
  const restore = accelerate('cpu');
  const theirs: tf.KernelConfig = {
    ...builtin[0],
    kernelFunc: () => {
      throw new Error('theirs');
    },
  };
  tf.unregisterKernel(BUILTINS[0], 'cpu');
  tf.registerKernel(theirs);
  const last = accelerate('cpu');
  expect(tf.getKernel(BUILTINS[0], 'cpu')).not.toBe(theirs);
  // Out of order: the first restore must not take away what the second call has put there.
  restore();
  expect([builtin[0], theirs]).not.toContain(tf.getKernel(BUILTINS[0], 'cpu'));
  registered('cpu')
    .slice(1)
    .forEach((config, i) => expect(config).toBe(builtin[i + 1]));
  last();
  expect(tf.getKernel(BUILTINS[0], 'cpu')).toBe(theirs);
  tf.unregisterKernel(BUILTINS[0], 'cpu');
  tf.registerKernel(builtin[0]);
});

it('restore leaves a kernel away that somebody has taken away since', () => {
  const restore = accelerate('cpu');
  tf.unregisterKernel(BUILTINS[0], 'cpu');
  restore();
  expect(tf.getKernel(BUILTINS[0], 'cpu')).toBeUndefined();
  tf.registerKernel(builtin[0]);
});

it('each backend has its own', () => {
  const plain = registered('plain-cpu');
  const [restoreCpu, restorePlain] = [accelerate('cpu'), accelerate('plain-cpu')];
  restoreCpu();
  expectAllReplaced('plain-cpu', plain);
  restorePlain();
  registered('plain-cpu').forEach((config, i) => expect(config).toBe(plain[i]));
});

it('gradients hold for the backends that are accelerated, and go with the last one', () => {
  const dilated = () =>
    tf.tidy(() => [
      ...tf
        .grad(x => tf.conv1d(x as tf.Tensor2D, tf.tensor3d([1, 10], [2, 1, 1]), 1, 'valid', 'NWC', 2))(tf.ones([4, 1]))
        .dataSync(),
    ]);
  const refused = /dilation rates greater than 1 are not yet supported/;
  const unrecorded = () =>
    tf.grad(x =>
      tf.engine().runKernel(
        'Conv3DBackpropInputV2',
        {
          dy: x,
          filter: tf.ones([1, 1, 1, 1, 1]),
        },
        {strides: [1, 1, 1], pad: 'valid', inputShape: [1, 1, 1, 1, 1]},
      ),
    )(tf.ones([1, 1, 1, 1, 1]));
  const orders: Array<[string, string]> = [
    ['cpu', 'plain-cpu'],
    ['plain-cpu', 'cpu'],
  ];
  for (const [first, second] of orders) {
    const restores = [accelerate(first), accelerate(second)];
    expect(dilated()).toEqual([1, 1, 10, 10]);
    restores[0]();
    expect(gradients()).not.toEqual(builtinGradients);
    if (first === 'cpu') {
      // Just what there was, though the other backend has more.
      expect(dilated).toThrow(refused);
      expect(unrecorded).toThrow(/gradient function not found for Conv3DBackpropInputV2/);
    } else {
      expect(dilated()).toEqual([1, 1, 10, 10]);
    }
    restores[1]();
    restores[0]();
    expect(dilated).toThrow(refused);
    gradients().forEach((gradient, i) => expect(gradient).toBe(builtinGradients[i]));
  }
});

it('restore leaves a gradient that somebody else has put there since', () => {
  const restore = accelerate('cpu');
  const theirs: tf.GradConfig = {kernelName: 'Conv2D', gradFunc: () => ({})};
  tf.registerGradient(theirs);
  const ours = tf.engine().customGrad;
  // As a function that hides ours, and calls it.
  tf.engine().customGrad = f => Reflect.apply(ours, tf.engine(), [f]);
  const wrapper = tf.engine().customGrad;
  restore();
  expect(tf.getGradient('Conv2D')).toBe(theirs);
  expect(tf.engine().customGrad).toBe(wrapper);
  const double = tf.customGrad(x => ({value: tf.mul(x as tf.Tensor, 3), gradFunc: dy => tf.mul(dy, 2)}));
  expect([
    ...tf
      .grad(x => double(x))(tf.ones([1]))
      .dataSync(),
  ]).toEqual([2]);
  const [conv2d] = builtinGradients as tf.GradConfig[];
  tf.registerGradient(conv2d);
  Reflect.deleteProperty(tf.engine(), 'customGrad');
});

it("a gradient of one's own around a fused op stays", () => {
  const restore = accelerate('cpu');
  const op = tf.customGrad(x => ({
    value: tf.fused.conv2d({x: x as tf.Tensor4D, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: 'valid'}),
    gradFunc: dy => tf.mul(dy, 5),
  }));
  expect([...tf.tidy(() => tf.grad(x => op(x))(tf.ones([1, 1, 2, 1]))).dataSync()]).toEqual([5, 5]);
  restore();
});

it('without a name it is the current backend', async () => {
  const plain = registered('plain-cpu');
  await tf.setBackend('plain-cpu');
  const restore = accelerate();
  expectAllReplaced('plain-cpu', plain);
  registered('cpu').forEach((config, i) => expect(config).toBe(builtin[i]));
  restore();
  await tf.setBackend('cpu');
});

it('adds a kernel that the backend lacks, and takes it away again', async () => {
  await tf.setBackend(LACKING);
  tf.engine().startScope();
  tf.scalar(0);
  warn.mockClear();
  const [x, filter] = [tf.ones<tf.Rank.R4>([1, 4, 4, 1]), tf.ones([2, 2, 1, 1])];
  const train = () => tf.grad(f => tf.conv2d(x, f as tf.Tensor4D, 1, 'valid'))(filter);
  expect(train).toThrow(/'Conv2DBackpropFilter' not registered/);
  const restore = accelerate(LACKING);
  expect([...train().dataSync()]).toEqual([9, 9, 9, 9]);
  restore();
  expect(tf.getKernel(MISSING, LACKING)).toBeUndefined();
  expect(train).toThrow(/'Conv2DBackpropFilter' not registered/);
  tf.engine().endScope();
  await tf.setBackend('cpu');
});
