import * as tf from '@tensorflow/tfjs';
import {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {conv2d, conv2dTranspose, depthwiseConv2d} from 'tfjs-conv';
import {deviceOf, programCount} from '../../../kernels/webgl/gl/device.js';
import {VARIANT_FLAG} from '../../../src/registry/flags.js';
import {callOp} from '../../support/call.js';
import {titleOf} from '../../cases/index.js';
import type {Case} from '../../cases/index.js';
import {comparison, tensorsOf} from '../../support/conformance.js';
import {numbers, parameterValues} from '../../support/data.js';
import {modelOf} from '../../support/model.js';
import {withFlags} from '../../support/flags.js';
import {variantsOf} from '../../support/webgl.js';

/* Which programs are compiled and run, on which devices. A page runs it; Node has no WebGL. */

beforeAll(() => tf.setBackend('webgl'));

describe('programs', () => {
  /** A convolution and its gradients, of an image of this size. */
  const run = (height: number, width: number, channels: number) =>
    tf.tidy(() => {
      const x = tf.ones([1, height, width, channels]) as tf.Tensor4D;
      const filter = tf.ones([3, 3, channels, 8]) as tf.Tensor4D;
      tf.grads((a: tf.Tensor, b: tf.Tensor) =>
        tf.sum(
          conv2dTranspose(conv2d(a as tf.Tensor4D, b as tf.Tensor4D, {strides: 2, pad: 'same'}), b as tf.Tensor4D, {
            strides: 2,
          }),
        ),
      )([x, filter]);
    });

  test('none is compiled for another size', () => {
    run(16, 20, 4);
    run(15, 21, 4);
    run(15, 21, 5);
    run(16, 20, 6);
    const known = programCount(tf.backend());
    expect(known).toBeGreaterThan(0);
    for (let size = 5; size < 25; size++) run(size, 40 - size, 3 + (size % 7));
    expect(programCount(tf.backend())).toBeLessThanOrEqual(known + 4);
  });
});

test.each([
  ['packed', 6],
  ['pointwise', 96],
])('a convolution by one tap, and its input gradient, go from packed to packed texels: %s', (variant, size) =>
  tf.tidy(() => {
    const [x, filter] = [tf.ones([1, size, size, 7]) as tf.Tensor4D, tf.ones([1, 1, 7, 9]) as tf.Tensor4D];
    expect(variantsOf(() => tf.grad(t => conv2d(t as tf.Tensor4D, filter))(x))).toEqual([variant]);
  }),
);

describe('depthwise convolutions of several lines at once', () => {
  const x = () => tf.tensor(Float32Array.from(numbers('lines x', 42 * 9 * 12, true)), [1, 42, 9, 12]) as tf.Tensor4D;
  const filter = (size: number) =>
    tf.tensor(Float32Array.from(numbers(`lines ${size}`, size * size * 12, true)), [size, size, 12, 1]) as tf.Tensor4D;

  test('have results that every program reads', () =>
    tf.tidy(() => {
      const run = () => {
        const y = depthwiseConv2d(depthwiseConv2d(x(), filter(3), {pad: 'same'}), filter(5), {pad: 'same', strides: 2});
        return tf
          .concat([tf.reshape(tf.relu(y), [-1]), tf.reshape(tf.slice(y, [0, 3, 1, 2], [1, 9, 3, 7]), [-1])])
          .dataSync();
      };
      const expected = withFlags({[VARIANT_FLAG]: 'tiles'}, run);
      expect(variantsOf(run)).toEqual(['depthwise_rows']);
      expect(expected.length).toBe(21 * 5 * 12 + 9 * 3 * 7);
      expect(run()).toEqual(expected);
    }));

  test('leave the framebuffer as TensorFlow.js does', () =>
    tf.tidy(() => {
      const {gl} = deviceOf(tf.backend());
      const y = depthwiseConv2d(x(), filter(3), {pad: 'same'});
      const pixel = new Float32Array(4);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel);
      expect(gl.getError()).toBe(gl.NO_ERROR);
      expect(pixel[0]).toBe(y.dataSync()[0]);
    }));

  test('need few programs for images of any height', () =>
    tf.tidy(() => {
      const run = (height: number) =>
        depthwiseConv2d(tf.ones([1, height, 9, 4]) as tf.Tensor4D, tf.ones([3, 3, 4, 1]) as tf.Tensor4D, {pad: 'same'});
      const known = programCount(tf.backend());
      for (let height = 1; height < 40; height++) run(height);
      expect(programCount(tf.backend())).toBeLessThanOrEqual(known + 6);
    }));
});

describe('devices', () => {
  const one: Case = {
    name: 'integers',
    op: 'conv2d',
    x: [2, 7, 9, 6],
    filters: [[3, 2, 3, 8]],
    options: {groups: 2, pad: 'same', bias: true, activation: 'relu'},
    integers: true,
  };

  /** Registers a backend like webgl, made with other flags, and runs `run` on it. */
  async function onBackend(
    name: string,
    flags: Readonly<Record<string, number | boolean>>,
    run: () => void,
  ): Promise<void> {
    const before = Object.keys(flags).map(flag => [flag, tf.env().get(flag)] as const);
    Object.entries(flags).forEach(([flag, value]) => tf.env().set(flag, value));
    tf.registerBackend(name, () => new MathBackendWebGL(document.createElement('canvas')));
    tf.copyRegisteredKernels('webgl', name);
    try {
      await tf.setBackend(name);
      run();
    } finally {
      await tf.setBackend('webgl');
      tf.removeBackend(name);
      before.forEach(([flag, value]) => tf.env().set(flag, value));
    }
  }

  test('float16 textures', () =>
    onBackend('webgl-float16', {WEBGL_FORCE_F16_TEXTURES: true, WEBGL_RENDER_FLOAT32_ENABLED: false}, () => {
      // All sums are below 2048, up to where float16 has every integer.
      expect(variantsOf(() => comparison(one)(titleOf(one)))).toEqual(['tiles', 'slices']);
      for (const filter of [
        [3, 3, 6, 1],
        [1, 1, 6, 6],
      ]) {
        const packed: Case = {
          name: `integers, ${filter[0]}x${filter[1]}`,
          op: filter[3] === 1 ? 'depthwiseConv2d' : 'conv2d',
          x: [2, 8, 9, 6],
          filters: [filter],
          options: {pad: 'same'},
          integers: true,
        };
        expect(variantsOf(() => comparison(packed)(titleOf(packed)))).not.toContain('tiles');
      }
    }));

  test('WebGL 1 runs the portable kernels', () =>
    onBackend(
      'webgl-1',
      {
        WEBGL_VERSION: 1,
        WEBGL_BUFFER_SUPPORTED: false,
      },
      () => {
        expect(variantsOf(() => comparison(one)(titleOf(one)))).toEqual(['portable']);
      },
    ));

  test('tensors of every layout', () => {
    for (const flags of [
      {WEBGL_PACK: false, WEBGL_LAZILY_UNPACK: false},
      {WEBGL_PACK: true, WEBGL_LAZILY_UNPACK: true},
    ]) {
      withFlags(flags, () => comparison(one)(titleOf(one)));
    }
  });

  test('a slice of a tensor that is not packed', () =>
    withFlags({WEBGL_PACK: false, WEBGL_PACK_ARRAY_OPERATIONS: false}, () =>
      tf.tidy(() => {
        const model = modelOf({...one, name: 'slice', x: [1, 7, 9, 6], options: {groups: 2}});
        const [x, filter] = tensorsOf(model, [numbers('slice x', 378, true), numbers('slice filter', 144, true)]);
        const three = tf.concat([tf.zerosLike(x), x, tf.zerosLike(x)]).add(0);
        const sliced = tf.slice(three, [1, 0, 0, 0], [1, 7, 9, 6]) as tf.Tensor4D;
        const expected = conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {groups: 2}).dataSync();
        expect([...conv2d(sliced, filter as tf.Tensor4D, {groups: 2}).dataSync()]).toEqual([...expected]);
      }),
    ));

  test('the time of a call is measured', async () => {
    const [x, filter] = [tf.ones([1, 40, 40, 16]) as tf.Tensor4D, tf.ones([3, 3, 16, 16]) as tf.Tensor4D];
    const {kernelMs} = await tf.time(() => conv2d(x, filter));
    expect(kernelMs).toBeGreaterThan(0);
    tf.dispose([x, filter]);
  });
});

describe('results as TensorFlow.js reads them', () => {
  // Its programs for any sizes tell tensors apart by less than by the shapes of their textures.
  const SEVERAL: readonly Case[] = [
    {name: 'a line', op: 'pointwiseConv2d', x: [1, 1, 11, 3], filters: [[1, 1, 3, 2]]},
    {name: 'a line', op: 'pointwiseConv2d', x: [1, 37, 3], filters: [[1, 1, 3, 2]]},
    {name: 'a long line', op: 'conv1d', x: [1, 2003, 3], filters: [[3, 3, 8]]},
    {name: 'a plane', op: 'conv2d', x: [1, 3, 67, 71], filters: [[3, 3, 3, 1]], options: {dataFormat: 'NCHW'}},
    {name: 'a line', op: 'depthwiseConv2d', x: [1, 1, 1501, 6], filters: [[1, 3, 6, 1]]},
  ];

  test.each(SEVERAL.map(one => [titleOf(one), one] as const))('after those of its own, %s', (_, one) =>
    tf.tidy(() =>
      withFlags({WEBGL_USE_SHAPES_UNIFORMS: true, WEBGL_CPU_FORWARD: false}, () => {
        // Of the shape of its texture.
        tf.add(tf.ones([1, 12, 2]), tf.ones([1, 12, 2])).dataSync();
        tf.relu(tf.add(tf.ones([1, 12, 2]), 1)).dataSync();
        comparison(one)(titleOf(one));
        const model = modelOf(one);
        const y = callOp(one, model, tensorsOf(model, parameterValues(one, model)));
        expect(tf.add(y, y).dataSync()).toEqual(y.dataSync().map(value => 2 * value));
      }),
    ),
  );
});
