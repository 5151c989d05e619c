import * as tf from '@tensorflow/tfjs';
import {conv2d, conv3d, depthwiseConv2d, groupedConv2d} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {BUILTIN_KERNELS} from '../../src/accelerate/builtin_kernels.js';
import {KERNEL_CALLS, makeModel, MODELS, OP_CALLS, values} from '../cases/accelerated_calls.js';
import {gpuErrors} from '../support/load/gpu_errors.js';
import {BACKENDS, COMPLETE_BACKENDS, kernelNames} from '../support/backends.js';

/** Calls of OP_CALLS that the built-in kernels of GPUs get wrong: they take bias and slopes to be along the channels. */
const WRONG_ON_GPUS: readonly string[] = [
  'fused conv2d, bias over the width',
  'fused conv2d, bias over a width of 4',
  'fused conv2d, prelu over a width of 4',
  'fused conv2d, prelu [3,1,1]',
  'FusedConv2D, NCHW prelu [1,1,5]',
  'FusedConv2D, NCHW prelu [3,1]',
];

/** Calls of OP_CALLS that the built-in kernels of a backend get wrong, or do not compute at all. */
const WRONG_BUILTINS: Readonly<Record<string, readonly string[]>> = {
  webgl: WRONG_ON_GPUS,
  webgpu: [...WRONG_ON_GPUS, 'conv2d, empty batch'],
};

const BUILTINS = Object.keys(BUILTIN_KERNELS);

/** Kernel configurations by name, those that the backend lacks left out. */
const configs = (names: readonly string[], backend: string) =>
  new Map(
    names.map(name => [name, tf.getKernel(name, backend)]).filter(([, config]) => config != null) as Array<
      [string, tf.KernelConfig]
    >,
  );

/** How often each kernel runs during a call. */
function runsOf(kernels: ReadonlyMap<string, tf.KernelConfig>, call: () => void): {[name: string]: number} {
  const spies = [...kernels].map(([name, config]) => [name, jest.spyOn(config, 'kernelFunc')] as const);
  call();
  const counts = spies.map(([name, spy]) => [name, spy.mock.calls.length] as const).filter(([, count]) => count > 0);
  spies.forEach(([, spy]) => spy.mockRestore());
  return Object.fromEntries(counts);
}

/** Equal up to the rounding of sums of some dozens of products. */
function expectClose(got: tf.Tensor, expected: tf.Tensor): void {
  expect(got.shape).toEqual(expected.shape);
  const [a, b] = [got.dataSync(), expected.dataSync()];
  const largest = Math.max(1e-3, ...Array.from(b, Math.abs));
  expect(a.findIndex((value, i) => !(Math.abs(value - b[i]) <= 1e-5 * largest))).toBe(-1);
}

const largestDifference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

it('stands in for every convolution kernel that TensorFlow.js has', () => {
  expect(Object.keys(KERNEL_CALLS).sort()).toEqual([...BUILTINS].sort());
  const isConvolution = ({kernelName}: tf.KernelConfig) => /Conv[23]D|DepthwiseConv/i.test(kernelName);
  const ours = kernelNames(BACKENDS[0].table) as string[];
  const known = tf
    .getKernelsForBackend('cpu')
    .filter(isConvolution)
    .map(({kernelName}) => kernelName);
  expect(known.filter(name => !ours.includes(name)).sort()).toEqual([...BUILTINS].sort());
});

describe.each(COMPLETE_BACKENDS)('accelerate on $name', ({name, table}) => {
  let warn: jest.SpyInstance;
  beforeAll(async () => {
    await tf.setBackend(name);
    // The cpu backend greets on its first use.
    tf.scalar(0).dispose();
  });
  beforeEach(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    tf.engine().startScope();
    // The portable kernels come when they are first needed.
    conv2d(tf.ones<tf.Rank.R3>([1, 1, 1]), tf.ones<tf.Rank.R4>([1, 1, 1, 1]));
  });
  afterEach(() => {
    tf.engine().endScope();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  /** Runs with the kernels replaced. */
  function accelerated<T>(call: () => T): T {
    const restore = accelerate(name);
    try {
      return call();
    } finally {
      restore();
    }
  }

  it.each(BUILTINS)('%s runs on ours, and after restore on the identical original', kernel => {
    const {call, ours} = KERNEL_CALLS[kernel];
    const original = configs(BUILTINS, name);
    const own = configs(kernelNames(table), name);
    const expected = call();
    expect(runsOf(own, call)).toEqual({});
    accelerated(() => {
      expect(tf.getKernel(kernel, name)).not.toBe(original.get(kernel));
      expect(runsOf(original, call)).toEqual({});
      expect(runsOf(own, call)).toEqual({[ours]: 1});
      expectClose(call(), expected);
    });
    expect(tf.getKernel(kernel, name)).toBe(original.get(kernel));
    expect(runsOf(own, call)).toEqual({});
    expect(runsOf(original, call)).toEqual({[kernel]: 1});
  });

  const isWrong = (what: string): boolean => WRONG_BUILTINS[name]?.includes(what) ?? false;

  /** What the built-in kernels give; where those of this backend are wrong, what those of cpu give. */
  async function expectedOf(what: string): Promise<tf.Tensor> {
    if (!isWrong(what)) return OP_CALLS[what]();
    await tf.setBackend('cpu');
    const {shape, values} = tf.tidy(() => {
      const y = OP_CALLS[what]();
      return {shape: y.shape, values: y.dataSync()};
    });
    await tf.setBackend(name);
    const expected = tf.tensor(values, shape);
    // Where TensorFlow.js has learned it, this line has to go.
    expect(() => expect(largestDifference(OP_CALLS[what](), expected)).toBeLessThan(1)).toThrow();
    await new Promise(resolve => setTimeout(resolve, 0));
    gpuErrors.splice(0);
    return expected;
  }

  it.each(Object.keys(OP_CALLS))('%s gives the same', async what => {
    const original = configs(BUILTINS, name);
    const expected = await expectedOf(what);
    if (!isWrong(what)) expect(runsOf(original, OP_CALLS[what])).not.toEqual({});
    const before = tf.memory().numTensors;
    accelerated(() => {
      expect(runsOf(original, () => expectClose(tf.tidy(OP_CALLS[what]), expected))).toEqual({});
      expect(tf.memory().numTensors).toBe(before + 1);
    });
  });

  it.each(Object.keys(MODELS))('a model of %s predicts and trains the same', async what => {
    const [x, y] = [values<tf.Rank>(what, [4, ...MODELS[what].inputShape]), values<tf.Rank.R2>('y', [4, 1])];
    const useModel = async () => {
      const model = makeModel(what);
      const predicted = model.predict(x) as tf.Tensor;
      const loss = tf.scalar((await model.trainOnBatch(x, y)) as number);
      return [predicted, loss, ...model.getWeights().map(weight => tf.clone(weight))];
    };
    const expected = await useModel();
    const restore = accelerate(name);
    const got = await useModel();
    restore();
    got.forEach((tensor, i) => expectClose(tensor, expected[i]));
    // It did train.
    expect(largestDifference(expected[2], makeModel(what).getWeights()[0])).toBeGreaterThan(1e-4);
  });

  describe('what the built-in kernel cannot', () => {
    it('a filter that is less deep than x is a grouped one', () => {
      const [x, filter] = [values<tf.Rank.R4>('x', [1, 5, 6, 4]), values<tf.Rank.R4>('filter', [3, 3, 2, 6])];
      const y = accelerated(
        () =>
          tf
            .engine()
            .runKernel(
              'Conv2D',
              {x, filter},
              {strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1]},
            ) as tf.Tensor,
      );
      expectClose(y, groupedConv2d(x, filter, 2));
    });

    it.each<[string, () => tf.Tensor, () => tf.Tensor, ...string[]]>([
      [
        'a number as padding of a filter that is not square',
        () => tf.conv2d(values<tf.Rank.R4>('x', [1, 6, 7, 2]), values<tf.Rank.R4>('f', [3, 2, 2, 3]), 1, 1),
        () => conv2d(values<tf.Rank.R4>('x', [1, 6, 7, 2]), values<tf.Rank.R4>('f', [3, 2, 2, 3]), {pad: 1}),
      ],
      [
        'depthwise with channels first',
        () =>
          tf.depthwiseConv2d(
            values<tf.Rank.R4>('x', [1, 3, 6, 7]),
            values<tf.Rank.R4>('f', [3, 2, 3, 2]),
            1,
            'valid',
            'NCHW',
          ),
        () =>
          depthwiseConv2d(values<tf.Rank.R4>('x', [1, 3, 6, 7]), values<tf.Rank.R4>('f', [3, 2, 3, 2]), {
            dataFormat: 'NCHW',
          }),
        'webgpu',
      ],
      [
        "3-D 'same' with strides beyond the filter",
        () => tf.conv3d(values<tf.Rank.R5>('x', [1, 5, 5, 5, 1]), values<tf.Rank.R5>('f', [1, 1, 1, 1, 2]), 3, 'same'),
        () =>
          conv3d(values<tf.Rank.R5>('x', [1, 5, 5, 5, 1]), values<tf.Rank.R5>('f', [1, 1, 1, 1, 2]), {
            strides: 3,
            pad: 'same',
          }),
      ],
    ])('%s', (_, builtin, ours, ...rightOn) => {
      const [wrong, right, expected] = [builtin(), accelerated(builtin), ours()];
      expectClose(right, expected);
      // Where TensorFlow.js has learned it, the backend has to be named above.
      const isRight = wrong.shape.join() === expected.shape.join() && largestDifference(wrong, expected) < 1e-3;
      expect(isRight).toBe(rightOn.includes(name));
    });
  });
});
