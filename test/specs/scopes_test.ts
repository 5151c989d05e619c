import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {BACKENDS} from '../support/backends.js';
import {counts, plus} from '../support/memory.js';
import type {Counts} from '../support/memory.js';

describe.each(BACKENDS)('on $name, as the built-in ops, a result', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  let atFirst: Counts;
  beforeEach(() => {
    atFirst = counts();
  });
  afterEach(() => expect(counts()).toEqual(atFirst));

  const [x, filter] = [
    [
      [[1], [2]],
      [[3], [4]],
    ],
    [[[[1]], [[0]]]],
  ];

  it('is freed by tidy, unless it is kept or returned', () => {
    const {returned, kept} = tf.tidy(() => {
      conv2d(x, filter);
      return {kept: tf.keep(conv2d(x, filter)), returned: conv2d<tf.Tensor3D>(x, filter)};
    });
    expect(counts()).toEqual(plus(atFirst, [returned, kept]));
    expect(returned.arraySync()).toEqual([[[1]], [[3]]]);
    tf.dispose([returned, kept]);
  });

  it('belongs to the scope that is open', () => {
    tf.engine().startScope();
    const y = conv2d(x, filter);
    expect(tf.engine().state.activeScope.track.map(({id}) => id)).toEqual([y.id]);
    tf.engine().endScope();
    expect(y.isDisposed).toBe(true);
  });

  it('lets go of its scope when it throws in one', () => {
    tf.engine().startScope();
    const scope = tf.engine().state.activeScope;
    expect(() => conv2d(x, filter, {strides: 0})).toThrow();
    expect(tf.engine().state.activeScope).toBe(scope);
    tf.engine().endScope();
  });

  // On webgpu TensorFlow.js reads values in debug mode when their tensors may be disposed, and rejects promises of nobody.
  (name === 'webgpu' ? it.skip : it)('runs in debug mode, in which TensorFlow.js looks at every value', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    tf.env().set('DEBUG', true);
    const dx = tf.tidy(() =>
      tf.grad((t: tf.Tensor) => conv2d(t as tf.Tensor3D, filter, {activation: 'elu'}))(tf.tensor(x)),
    );
    tf.env().set('DEBUG', false);
    expect(dx.arraySync()).toEqual([
      [[1], [0]],
      [[1], [0]],
    ]);
    // The log of a kernel comes when its time is known, which a GPU tells later.
    while (!log.mock.calls.join().includes('ConvNDBackpropInput')) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    expect(log.mock.calls.join()).toMatch(/ConvND.*ConvNDBackpropInput/s);
    jest.restoreAllMocks();
    dx.dispose();
  });

  it('shows in tf.profile by its kernel', async () => {
    const {newTensors, newBytes, kernels, result} = await tf.profile(() => conv2d(x, filter));
    const own = kernels.find(kernel => kernel.name === 'ConvND');
    expect(own).toMatchObject({
      inputShapes: [
        [2, 2, 1],
        [1, 2, 1, 1],
      ],
      outputShapes: [[2, 1, 1]],
    });
    expect({newTensors, newBytes}).toEqual({newTensors: 1, newBytes: 8});
    // A profile reads every result, and webgl frees what is being read later.
    await (result as tf.Tensor).data();
    tf.dispose(result);
  });
});
