import * as tf from '@tensorflow/tfjs';
import {conv2d, depthwiseConv2d} from 'tfjs-conv';
import {packedFilterBytes} from 'tfjs-conv/webgl';
import {deviceOf} from '../../../kernels/webgl/gl/device.js';
import {callOp} from '../../support/call.js';
import {CASES, titleOf} from '../../cases/index.js';
import {tensorsOf} from '../../support/conformance.js';
import {numbers, parameterValues} from '../../support/data.js';
import {modelOf} from '../../support/model.js';
import {withFlags} from '../../support/flags.js';
import {drawsOf} from '../../support/webgl.js';

/* Filters that are laid out for the programs, and kept. A page runs it; Node has no WebGL. */

beforeAll(() => tf.setBackend('webgl'));

describe('filters laid out', () => {
  /** The same values, made by a program. */
  const onGpu = (t: tf.Tensor): tf.Tensor => withFlags({WEBGL_CPU_FORWARD: false}, () => tf.mul(t, 1));
  const textureOf = (dataId: object) => deviceOf(tf.backend()).backend.texData.get(dataId).texture ?? null;
  const image = () => tf.tensor(Float32Array.from(numbers('filters x', 2 * 9 * 8 * 4)), [2, 9, 8, 4]) as tf.Tensor4D;
  const weights = (name = 'filter') =>
    tf.tensor(Float32Array.from(numbers(name, 9 * 4 * 4)), [3, 3, 4, 4]) as tf.Tensor4D;
  const depthwise = () => tf.tensor(Float32Array.from(numbers('taps', 9 * 4)), [3, 3, 4, 1]) as tf.Tensor4D;

  /** The op and its input gradient. */
  const both = (x: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.grad(t =>
      filter.shape[3] === 1 ? depthwiseConv2d(t as tf.Tensor4D, filter) : conv2d(t as tf.Tensor4D, filter),
    )(x);

  test.each([
    ['dense', weights],
    ['depthwise', depthwise],
  ])('are kept for later calls, %s', (_, make) => {
    const [x, filter] = [image(), tf.tidy(() => onGpu(make()) as tf.Tensor4D)];
    const results: tf.Tensor[] = [];
    const call = () => {
      results.push(both(x, filter));
    };
    const [first, second] = [drawsOf(call), drawsOf(call)];
    // One for each direction.
    expect(second).toBeLessThanOrEqual(first - 2);
    expect(packedFilterBytes()).toBeGreaterThanOrEqual(2 * 4 * filter.size);
    expect(results[1].dataSync()).toEqual(results[0].dataSync());
    tf.dispose([x, filter, results]);
  });

  // What the GPU has not yet is laid out on its way there, what it has by a program.
  const filtered = CASES.filter(
    ({op, x, options}) =>
      x[0] > 0 &&
      ['conv1d', 'conv2d', 'pointwiseConv2d', 'depthwiseConv2d', 'conv3d', 'conv2dTranspose'].includes(op) &&
      options?.activation === undefined,
  );
  test.each(filtered.map(one => [titleOf(one), one] as const))(
    'are the same from the CPU and on the GPU, %s',
    (_, one) =>
      tf.tidy(() => {
        const model = modelOf(one);
        const tensors = tensorsOf(model, parameterValues(one, model));
        const made = tensors.map(onGpu);
        made.forEach(({dataId}) => expect(textureOf(dataId)).not.toBeNull());
        const [cpu, gpu] = [tensors, made].map(given => {
          const y = (x: tf.Tensor) => callOp(one, model, [x, ...given.slice(1)]);
          return [y(given[0]), tf.grad(y)(given[0])];
        });
        cpu.forEach((tensor, i) => expect(tensor.dataSync()).toEqual(gpu[i].dataSync()));
      }),
  );

  test('go when their tensors do', () => {
    const x = image();
    const call = () => {
      const filter = weights();
      tf.dispose([both(x, filter), filter]);
    };
    for (let i = 0; i < 50; i++) call();
    expect(packedFilterBytes()).toBe(0);
    x.dispose();
  });

  test('are those of the values that a variable has', () =>
    tf.tidy(() => {
      const [x, filter] = [image(), tf.variable(weights())];
      both(x, filter);
      filter.assign(weights('other filter'));
      expect(both(x, filter).dataSync()).toEqual(both(x, weights('other filter')).dataSync());
      filter.dispose();
    }));

  test('are those of the shape that a tensor has', () =>
    tf.tidy(() => {
      const filter = weights();
      const reshaped = tf.reshape(filter, [3, 3, 2, 8]) as tf.Tensor4D;
      both(image(), filter);
      const grouped = () => conv2d(image(), reshaped, {groups: 2}).dataSync();
      const got = grouped();
      expect(got).toEqual(
        conv2d(image(), tf.tensor(filter.dataSync(), [3, 3, 2, 8]) as tf.Tensor4D, {groups: 2}).dataSync(),
      );
    }));

  test('are none where programs are only compiled', () =>
    tf.tidy(() => {
      const [x, filter] = [image(), weights()];
      withFlags({ENGINE_COMPILE_ONLY: true}, () => both(x, filter));
      expect(both(x, filter).dataSync()).toEqual(both(x, weights()).dataSync());
    }));
});
