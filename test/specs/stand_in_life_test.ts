import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {BUILTIN_KERNELS} from '../../src/accelerate/builtin_kernels.js';
import '../support/backends.js';

/*
 * A built-in kernel of the wasm backend is bound to the WebAssembly module of one backend, by its setupFunc. Whatever
 * becomes of the backend while ours stand in for it: after restore() it has to run, on the module that there is.
 */

/** On 3x3 with a filter of ones, 2x2: 8, 12, 20, 24. */
const convolve = (): number[] =>
  tf.tidy(() => [
    ...tf.conv2d(tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 3, 1]), tf.ones([2, 2, 1, 1]), 1, 'valid').dataSync(),
  ]);
const EXPECTED = [8, 12, 20, 24];
const KERNEL = 'Conv2D';

const registered = (backend: string) =>
  [...Object.keys(BUILTIN_KERNELS), 'Identity'].map(n => tf.getKernel(n, backend));

type Step = () => unknown;

/** What may happen to a backend. */
const RENEWALS: {readonly [what: string]: (name: string) => Promise<unknown>} = {
  'chosen again': name => tf.setBackend(name),
  'chosen after another': async name => {
    await tf.setBackend(name === 'cpu' ? 'wasm' : 'cpu');
    await tf.setBackend(name);
  },
  'made anew by engine().reset()': name => {
    tf.engine().reset();
    return tf.setBackend(name);
  },
  'removed and registered again': name => {
    const factory = tf.findBackendFactory(name);
    tf.removeBackend(name);
    tf.registerBackend(name, factory);
    return tf.setBackend(name);
  },
};

describe.each(['wasm', 'cpu', 'plain-cpu'])('backend %s', name => {
  let builtin: ReturnType<typeof registered>;
  let warn: jest.SpyInstance;
  beforeEach(async () => {
    await tf.setBackend('cpu');
    builtin = registered(name);
    warn = jest.spyOn(console, 'warn').mockImplementation();
  });
  afterEach(() => {
    registered(name).forEach((config, i) => expect(config).toBe(builtin[i]));
    // The cpu backend greets whenever it is made anew.
    expect(warn).not.toHaveBeenCalledWith(expect.stringContaining('already registered'));
    warn.mockRestore();
  });

  describe.each(Object.entries(RENEWALS))('%s', (_, renew) => {
    it.each<[string, (accelerateIt: Step, restoreIt: Step) => Promise<unknown>]>([
      [
        'while accelerated',
        async (accelerateIt, restoreIt) => {
          await tf.setBackend(name);
          accelerateIt();
          await renew(name);
          expect(convolve()).toEqual(EXPECTED);
          restoreIt();
        },
      ],
      [
        'while accelerated, twice, and used in between',
        async (accelerateIt, restoreIt) => {
          await tf.setBackend(name);
          expect(convolve()).toEqual(EXPECTED);
          accelerateIt();
          expect(convolve()).toEqual(EXPECTED);
          await renew(name);
          expect(convolve()).toEqual(EXPECTED);
          await renew(name);
          restoreIt();
        },
      ],
      [
        'before and after',
        async (accelerateIt, restoreIt) => {
          await renew(name);
          accelerateIt();
          restoreIt();
          await renew(name);
        },
      ],
      [
        'while accelerated and never used since',
        async (accelerateIt, restoreIt) => {
          await tf.setBackend(name);
          accelerateIt();
          await renew(name);
          restoreIt();
        },
      ],
    ])('%s: the built-in kernels come back and run', async (__, live) => {
      let restore = () => {};
      await live(
        () => {
          restore = accelerate(name);
        },
        () => restore(),
      );
      expect(tf.getBackend()).toBe(name);
      expect(convolve()).toEqual(EXPECTED);
    });
  });

  it('is there only after accelerate: restored before it is used', async () => {
    tf.engine().reset();
    const restore = accelerate(name);
    await tf.setBackend(name);
    restore();
    expect(convolve()).toEqual(EXPECTED);
  });

  it('is there only after restore', async () => {
    tf.engine().reset();
    accelerate(name)();
    await tf.setBackend(name);
    expect(convolve()).toEqual(EXPECTED);
  });

  it('is still under way when accelerated, without a name', async () => {
    tf.engine().reset();
    const set = tf.setBackend(name);
    const restore = accelerate();
    expect(registered(name)[0]).not.toBe(builtin[0]);
    await set;
    expect(convolve()).toEqual(EXPECTED);
    restore();
    expect(convolve()).toEqual(EXPECTED);
  });

  it('is made anew while somebody else has taken the place of ours', async () => {
    await tf.setBackend(name);
    const restore = accelerate(name);
    const ours = tf.getKernel(KERNEL, name);
    tf.unregisterKernel(KERNEL, name);
    tf.registerKernel({kernelName: KERNEL, backendName: name, kernelFunc: ours.kernelFunc});
    tf.engine().reset();
    await tf.setBackend(name);
    tf.unregisterKernel(KERNEL, name);
    tf.registerKernel(ours);
    restore();
    expect(convolve()).toEqual(EXPECTED);
  });

  it('is disposed of with what its built-in kernels hold', async () => {
    const disposed: unknown[] = [];
    const original = tf.getKernel(KERNEL, name);
    tf.unregisterKernel(KERNEL, name);
    tf.registerKernel({...original, disposeFunc: backend => disposed.push(backend)});
    await tf.setBackend(name);
    const restore = accelerate(name);
    const instance = tf.backend();
    tf.engine().reset();
    expect(disposed).toEqual([instance]);
    restore();
    tf.unregisterKernel(KERNEL, name);
    tf.registerKernel(original);
    await tf.setBackend(name);
    expect(convolve()).toEqual(EXPECTED);
  });
});

it('two backends, made anew and restored in either order', async () => {
  for (const order of [
    ['wasm', 'cpu'],
    ['cpu', 'wasm'],
  ]) {
    const restores = new Map(order.map(name => [name, accelerate(name)]));
    tf.engine().reset();
    for (const name of order) {
      await tf.setBackend(name);
      expect(convolve()).toEqual(EXPECTED);
    }
    restores.get('wasm')?.();
    restores.get('cpu')?.();
    for (const name of order) {
      await tf.setBackend(name);
      expect(convolve()).toEqual(EXPECTED);
    }
  }
});

it('Identity comes back in whatever order stand-ins go', () => {
  const builtin = registered('wasm');
  const first = accelerate('wasm');
  const ours = tf.getKernel(KERNEL, 'wasm');
  // Somebody puts the built-in kernel back, so that the second call has one to replace.
  tf.unregisterKernel(KERNEL, 'wasm');
  tf.registerKernel(builtin[0] ?? ours);
  const second = accelerate('wasm');
  first();
  second();
  registered('wasm').forEach((config, i) => expect(config).toBe(builtin[i]));
});
