import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/cpu';
import {RULES} from '../../src/errors.js';
import {BAD_INPUTS, OPS} from '../cases/bad_inputs.js';
import type {BadCall, RuleName, Tensors} from '../cases/bad_inputs.js';
import {counts} from '../support/memory.js';

/** Every kernel function of the backend, not only ours. */
let kernels: jest.SpyInstance[] = [];

beforeAll(async () => {
  await tf.setBackend('cpu');
  kernels = tf.getKernelsForBackend('cpu').map(kernel => jest.spyOn(kernel, 'kernelFunc'));
});

afterAll(() => kernels.forEach(kernel => kernel.mockRestore()));

const kernelRuns = (): number => kernels.reduce((sum, {mock}) => sum + mock.calls.length, 0);

/** Makes tensors and keeps them in a list. What runs to make them does not count. */
function tensorsInto(made: tf.Tensor[]): Tensors {
  const keep = (tensor: tf.Tensor) => {
    made.push(tensor);
    kernels.forEach(kernel => kernel.mockClear());
    return tensor;
  };
  const size = (shape: number[]) => tf.util.sizeFromShape(shape);
  return {
    ones: (...shape) => keep(tf.tensor(new Float32Array(size(shape)).fill(1), shape)),
    typed: (dtype, ...shape) =>
      dtype === 'complex64'
        ? keep(tf.tidy(() => tf.complex(tf.ones(shape), tf.ones(shape))))
        : keep(tf.tensor(new Array(size(shape)).fill(dtype === 'string' ? 'a' : 1), shape, dtype)),
    disposed: (...shape) => {
      const tensor = tf.ones(shape);
      tensor.dispose();
      return tensor;
    },
  };
}

const memory = () => ({...counts(), scope: tf.engine().state.activeScope ?? null});

/** Calls, and gives the error that was thrown and the number of kernels that ran. Frees what the caller made. */
function thrownBy(call: BadCall): {error: unknown; runs: number} {
  const made: tf.Tensor[] = [];
  kernels.forEach(kernel => kernel.mockClear());
  let error: unknown;
  try {
    tf.dispose(call(tensorsInto(made)) as tf.TensorContainer);
  } catch (thrown) {
    error = thrown;
  }
  const runs = kernelRuns();
  // They are the caller's.
  expect(made.map(tensor => tensor.isDisposed)).not.toContain(true);
  tf.dispose(made);
  return {error, runs};
}

/** The sentence of a rule in the pieces between what it names. */
function pieces(rule: RuleName): string[] {
  const text = RULES[rule] as unknown;
  // An array of one stands for a list as well as for a name.
  const sentence = typeof text === 'function' ? (text(['\0'], ['\0'], ['\0']) as unknown) : text;
  return String(sentence).split('\0');
}

/** What of a text follows the pieces, in their order. */
const behind = (text: string | undefined, parts: readonly string[]): string | undefined =>
  parts.reduce((rest, part) => (rest?.includes(part) ? rest.slice(rest.indexOf(part) + part.length) : undefined), text);

/**
 * Thrown by the gradient, so that the forward kernel has run by then, and TensorFlow.js never frees what it saved for a
 * gradient that throws.
 */
const AFTER_KERNELS: ReadonlySet<string> = new Set<RuleName>(['gradientActivation']);

describe.each(Object.entries(BAD_INPUTS))('rule %s', (rule, calls) => {
  it.each(Object.entries(calls))('%s', (message, call) => {
    const before = memory();
    const {error, runs} = thrownBy(call);
    expect(error).toEqual(new Error(message));
    expect((error as Error).constructor).toBe(Error);
    expect(runs > 0).toBe(AFTER_KERNELS.has(rule));
    if (!AFTER_KERNELS.has(rule)) expect(memory()).toEqual(before);
  });

  it('has calls, and their messages say the rule', () => {
    expect(Object.keys(calls)).not.toEqual([]);
    for (const message of Object.keys(calls)) {
      expect(behind(message, pieces(rule as RuleName))).toMatch(/; got [^=]+=/);
    }
  });
});

/** Ops with arguments that are right, options last. */
const RIGHT: {readonly [name in keyof typeof OPS]: (tensors: Tensors) => unknown[]} = {
  conv1d: ({ones}) => [ones(1, 5, 2), ones(3, 2, 2)],
  conv2d: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 2, 2)],
  conv3d: ({ones}) => [ones(1, 3, 4, 5, 2), ones(2, 2, 2, 2, 2)],
  conv1dTranspose: ({ones}) => [ones(1, 5, 2), ones(3, 2, 2)],
  conv2dTranspose: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 2, 2)],
  conv3dTranspose: ({ones}) => [ones(1, 3, 4, 5, 2), ones(2, 2, 2, 2, 2)],
  conv2dTransposeMatrix: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 2, 2)],
  convMatrix: ({ones}) => [ones(3, 2, 2, 2), [5, 4]],
  pointwiseConv2d: ({ones}) => [ones(1, 5, 4, 2), ones(1, 1, 2, 2)],
  dilatedConv2d: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 2, 2), 1],
  groupedConv2d: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 1, 2), 2],
  depthwiseConv2d: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 2, 1)],
  depthwiseSeparableConv2d: ({ones}) => [ones(1, 5, 4, 2), ones(3, 2, 2, 1), ones(1, 1, 2, 2)],
  spatiallySeparableConv2d: ({ones}) => [ones(1, 5, 4, 2), ones(3, 1, 2, 1), ones(1, 2, 1, 2)],
  separateFilter: ({ones}) => [ones(3, 2, 2, 2)],
};

/** Right nowhere. */
const ODD: readonly unknown[] = [
  null,
  NaN,
  '',
  '2',
  {},
  () => 1,
  Symbol('odd'),
  1n,
  new Date(0),
  [[]],
  new Array(2),
  ['a', 'b'],
  new Int8Array(2),
];
/** An option may be null: it is left out. */
const ODD_OPTIONS: readonly unknown[] = ODD.filter(value => value !== null);
const ODD_NUMBERS: readonly unknown[] = [...ODD_OPTIONS, -1, 0.5, Infinity, 2 ** 31, [NaN, NaN], [1, 1, 1, 1]];

/** Values that no op may take for an option. Most options are unknown to some ops, which reject everything. */
const WRONG: {readonly [option: string]: readonly unknown[]} = {
  strides: [...ODD_NUMBERS, 0],
  pad: [...ODD_NUMBERS, [2, 2], [[1, 1], null]],
  dilations: [...ODD_NUMBERS, 0],
  groups: [...ODD_NUMBERS, 0, [1]],
  dataFormat: [...ODD_NUMBERS, 'NHCW', 0],
  bias: [...ODD_OPTIONS, 0],
  activation: [...ODD_NUMBERS, 'tanh', 0],
  leakyreluAlpha: [...ODD_OPTIONS, Infinity],
  flipFilter: [...ODD_NUMBERS, 0, 1, 'true'],
  outputShape: [...ODD_NUMBERS, 0],
  outputPadding: ODD_NUMBERS,
  rank: [...ODD_NUMBERS, 0],
  tolerance: [...ODD_OPTIONS, -1, Infinity],
  unknown: [0],
};

describe.each(Object.entries(RIGHT))('%s', (op, args) => {
  const call = (tensors: Tensors, ...more: unknown[]) => OPS[op as keyof typeof OPS](...args(tensors), ...more);
  const clear = {error: expect.objectContaining({message: expect.stringMatching(`^${op}: .+; got [^=]+=`)}), runs: 0};

  it('takes what is right, and that is seen', () => {
    const {error, runs} = thrownBy(tensors => call(tensors, {}));
    expect(error).toBeUndefined();
    expect(runs > 0).toBe(op !== 'separateFilter');
  });

  it('takes null for an option that is left out, as JSON has it', () => {
    for (const name of Object.keys(WRONG)) {
      expect({name, ...thrownBy(tensors => call(tensors, {[name]: null}))}).toEqual({
        name,
        error: undefined,
        runs: expect.any(Number),
      });
    }
  });

  it.each(Object.keys(WRONG))('rejects every odd value of %s', name => {
    for (const value of WRONG[name]) {
      expect({value, ...thrownBy(tensors => call(tensors, {[name]: value}))}).toEqual({value, ...clear});
    }
  });

  it('rejects every odd value of an argument', () => {
    for (const value of [...ODD, undefined]) {
      for (let i = 0; i < args(tensorsInto([])).length; i++) {
        const changed = (tensors: Tensors) => args(tensors).map((arg, n) => (n === i ? value : arg));
        const thrown = thrownBy(tensors => OPS[op as keyof typeof OPS](...changed(tensors)));
        expect({i, value, ...thrown}).toEqual({i, value, ...clear});
      }
    }
  });

  it('rejects every odd value as options', () => {
    for (const value of [...ODD, 1]) {
      // {} has no options.
      if (typeof value === 'object' && value?.constructor === Object) continue;
      expect({value, ...thrownBy(tensors => call(tensors, value))}).toEqual({value, ...clear});
    }
  });
});
