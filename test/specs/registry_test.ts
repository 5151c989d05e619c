import * as tf from '@tensorflow/tfjs-core';
import type * as Conv from 'tfjs-conv';
import type {KernelName} from '../../src/registry/kernel_names.js';
import type {KernelTable} from '../../src/registry/kernel_table.js';
import type {accelerate as Accelerate} from 'tfjs-conv/accelerate';

/*
 * What importing does. The tests go in this order, in a process in which nothing has been imported but tfjs-core: every
 * import of a backend or of this package is one of the steps.
 */

const KERNELS: readonly KernelName[] = [
  'ConvND',
  'ConvNDBackpropInput',
  'ConvNDBackpropFilter',
  'SpatiallySeparableConv2D',
  'DepthwiseSeparableConv2D',
  'ConvMatrix',
  'Conv2DTransposeMatrix',
];

const own = (backend: string) => KERNELS.map(name => tf.getKernel(name, backend) as tf.KernelConfig | undefined);
const NONE = KERNELS.map(() => undefined);

let warn: jest.SpyInstance;
beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(() => warn.mockRestore());

let conv: typeof Conv;
let accelerate: typeof Accelerate;

/** A backend with the kernels that the cpu backend package brings, and none else. */
async function useBareBackend(name: string): Promise<void> {
  tf.registerBackend(name, tf.findBackendFactory('cpu'));
  tf.getKernelsForBackend('cpu')
    .filter(({kernelName}) => !(KERNELS as readonly string[]).includes(kernelName))
    .forEach(kernel => tf.registerKernel({...kernel, backendName: name}));
  await tf.setBackend(name);
  // The cpu backend greets on its first use.
  tf.scalar(0).dispose();
  warn.mockClear();
}

const call = () => tf.tidy(() => [...conv.conv2d([[[1], [2]]], [[[[3]], [[4]]]]).dataSync()]);

it('importing tfjs-conv registers no backend, and kernels for none', async () => {
  conv = await import('tfjs-conv');
  expect(Object.keys(tf.engine().registryFactory)).toEqual([]);
  expect(tf.getBackend()).toBeUndefined();
  expect(['cpu', 'webgl', 'wasm', 'webgpu', 'tensorflow'].flatMap(name => tf.getKernelsForBackend(name))).toEqual([]);
  expect(warn).not.toHaveBeenCalled();
});

it('registers the gradient of every kernel', () => {
  for (const name of KERNELS)
    expect({name, gradient: tf.getGradient(name)}).toMatchObject({gradient: {kernelName: name}});
});

it('without a backend an op fails as the built-in ones do', () => {
  const message = 'No backend found in registry.';
  expect(() => tf.conv2d([[[1]]], [[[[1]]]], 1, 'same')).toThrow(message);
  expect(call).toThrow(message);
});

it('accelerate lets TensorFlow.js choose the backend if it has not done so', async () => {
  ({accelerate} = await import('tfjs-conv/accelerate'));
  expect(() => accelerate()).toThrow('No backend found in registry.');
  await import('@tensorflow/tfjs-backend-cpu');
  expect(own('cpu')).toEqual(NONE);
  const original = tf.getKernel('Conv2D', 'cpu');
  expect(tf.getBackend()).toBeUndefined();
  const restore = accelerate();
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.getKernel('Conv2D', 'cpu')).not.toBe(original);
  restore();
  expect(tf.getKernel('Conv2D', 'cpu')).toBe(original);
  expect(warn).not.toHaveBeenCalled();
});

it('a backend without kernels of its own gets the portable ones in silence', async () => {
  await useBareBackend('silent');
  expect(own('silent')).toEqual(NONE);
  expect(call()).toEqual([11]);
  expect(own('silent')).not.toContain(undefined);
  expect(warn).not.toHaveBeenCalled();
});

it('in debug mode one notice says so', async () => {
  await useBareBackend('noticed');
  jest.spyOn(console, 'log').mockImplementation();
  tf.env().set('DEBUG', true);
  expect([call(), call()]).toEqual([[11], [11]]);
  tf.env().set('DEBUG', false);
  const notices = warn.mock.calls.filter(([message]) => String(message).startsWith('tfjs-conv'));
  expect(notices).toEqual([
    ["tfjs-conv: backend 'noticed' has no convolution kernels of its own, the portable ones run"],
  ]);
});

it('a kernel that is called by its name on such a backend is missing before the first op', async () => {
  await useBareBackend('raw');
  expect(() => tf.engine().runKernel('ConvND', {}, {})).toThrow("Kernel 'ConvND' not registered for backend 'raw'");
});

describe('importing tfjs-conv/cpu afterwards', () => {
  let table: KernelTable;
  const portable = () => own('silent');

  it('replaces the portable kernels of cpu, and only of cpu, in silence', async () => {
    const [before, others] = [own('cpu'), portable()];
    expect(before).not.toContain(undefined);
    await import('tfjs-conv/cpu');
    own('cpu').forEach((config, i) => expect(config).not.toBe(before[i]));
    portable().forEach((config, i) => expect(config).toBe(others[i]));
    expect(warn).not.toHaveBeenCalled();
    await tf.setBackend('cpu');
    ({cpuTable: table} = await import('../../kernels/cpu/kernel_table.js'));
    const spy = jest.spyOn(table.ConvND[table.ConvND.length - 1], 'run');
    expect(call()).toEqual([11]);
    spy.mockRestore();
    expect(Object.keys(table).sort()).toEqual([...KERNELS].sort());
  });

  afterEach(() => tf.env().set('TFJS_CONV_VARIANT', ''));

  /** The variants of ConvND that run during a convolution, and those that take it. */
  function variantsOf(filter: number[][][][], groups: number): {ran: string[]; takers: string[]} {
    const spies = table.ConvND.map(variant => ({variant, spy: jest.spyOn(variant, 'run')}));
    tf.tidy(() => conv.conv2d([[[1, 2]]], filter, {groups}));
    const ran = spies.filter(({spy}) => spy.mock.calls.length > 0);
    const [{attrs}] = ran[0].spy.mock.calls[0];
    spies.forEach(({spy}) => spy.mockRestore());
    return {
      ran: ran.map(({variant}) => variant.name),
      takers: table.ConvND.filter(({when}) => when(attrs)).map(({name}) => name),
    };
  }

  it.each([
    ['depthwise', [[[[3, 4]]]], 2],
    ['dense', [[[[3], [4]]]], 1],
  ])('TFJS_CONV_VARIANT forces a variant on a %s convolution if it takes it', (_, filter, groups) => {
    expect(tf.env().get('TFJS_CONV_VARIANT')).toBe('');
    const {ran, takers} = variantsOf(filter, groups);
    expect(ran).toEqual([takers[0]]);
    expect(takers.length).toBeGreaterThan(1);
    for (const name of ['no such variant', ...table.ConvND.map(variant => variant.name)]) {
      tf.env().set('TFJS_CONV_VARIANT', name);
      expect(variantsOf(filter, groups).ran).toEqual([takers.includes(name) ? name : takers[0]]);
    }
  });

  it('a kernel with an activation has no gradient, and says so', () => {
    const axis = {input: 1, kernel: 1, output: 1, stride: 1, dilation: 1, padBefore: 0, padAfter: 0};
    const geometry = {batch: 1, groups: 1, inChannels: 1, outChannels: 1, channelsLast: true, axes: [axis, axis, axis]};
    const run = (activation: string) => (x: tf.Tensor) =>
      tf.engine().runKernel<tf.Tensor>('ConvND', {x, filter: tf.tensor4d([2], [1, 1, 1, 1])}, {
        geometry,
        outputShape: [1, 1, 1, 1],
        activation,
        leakyreluAlpha: 0,
      } as unknown as tf.NamedAttrMap);
    tf.engine().startScope();
    const x = tf.tensor4d([-3], [1, 1, 1, 1]);
    expect([...run('relu')(x).dataSync()]).toEqual([0]);
    expect([...tf.grad(run('linear'))(x).dataSync()]).toEqual([2]);
    expect(() => tf.grad(run('relu'))(x)).toThrow(
      new Error(
        "ConvND: the gradient needs the activation 'linear' (the ops apply other activations as a step of their own); " +
          "got activation='relu'",
      ),
    );
    tf.engine().endScope();
  });
});
