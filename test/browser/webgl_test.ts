import * as tf from '@tensorflow/tfjs';
import {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {conv2d, conv2dTranspose, depthwiseConv2d} from 'tfjs-conv';
import {packedFilterBytes} from 'tfjs-conv/webgl';
import {deviceOf, programCount} from '../../kernels/webgl/device.js';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {BACKENDS, recordRuns} from '../backends.js';
import {callOp} from '../call.js';
import {CASES, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {comparison, tensorsOf} from '../conformance.js';
import {expectWithin} from '../expect_within.js';
import {numbers, parameterValues} from '../data.js';
import {modelOf, output} from '../model.js';

/* What is special to the WebGL kernels. A page runs it; Node has no WebGL. */

const [{table}] = BACKENDS;
const runs = recordRuns(table);
beforeAll(() => tf.setBackend('webgl'));

/** Runs `run` with other flags. */
function withFlags<T>(flags: Readonly<Record<string, number|boolean|string>>, run: () => T): T {
  const before = Object.keys(flags).map(name => [name, tf.env().get(name)] as const);
  Object.entries(flags).forEach(([name, value]) => tf.env().set(name, value));
  try {
    return run();
  } finally {
    before.forEach(([name, value]) => tf.env().set(name, value));
  }
}

/** Names of the variants that ran. */
function variantsOf(run: () => void): string[] {
  const first = runs.length;
  run();
  return [...new Set(runs.slice(first).map(({variant}) => variant))];
}

/** Draws of a call. */
function drawsOf(call: () => void): number {
  const {gl} = deviceOf(tf.backend());
  const {drawArrays, drawElements} = gl;
  let draws = 0;
  const counted = <A extends unknown[]>(f: (...args: A) => void) => (...args: A) => {
    draws++;
    f.apply(gl, args);
  };
  Object.assign(gl, {drawArrays: counted(drawArrays), drawElements: counted(drawElements)});
  try {
    call();
  } finally {
    Object.assign(gl, {drawArrays, drawElements});
  }
  return draws;
}

const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe('the largest texture', () => {
  // The largest of these tensors just fit, element by element, and what the kernels make of them does not.
  const LARGEST = 16;
  const fitting = CASES.filter(one => one.x[0] > 0 && one.op !== 'convMatrix' && !one.op.endsWith('Matrix') &&
      Math.max(elements(one.x), elements(modelOf(one).map.outputShape), ...one.filters.map(elements)) <= LARGEST ** 2);

  test.each(fitting.map(one => [titleOf(one), one] as const))('in parts, %s', (_, one) =>
      withFlags({WEBGL_MAX_TEXTURE_SIZE: LARGEST}, () => comparison(one)(titleOf(one))));

  /** What takes more texels than there are, with a texel for every pixel or tap of one channel. */
  const PARTED: readonly Case[] = [
    {name: 'height', op: 'conv2d', x: [1, 16, 16, 1], filters: [[3, 3, 1, 1]], options: {pad: 'same'}},
    {name: 'height, odd and strided', op: 'conv2d', x: [1, 17, 15, 1], filters: [[3, 2, 1, 2]], options: {strides: [1, 2], dilations: [3, 1], pad: [[4, 1], [0, 3]]}},
    {name: 'batch, NCHW', op: 'conv2d', x: [5, 1, 7, 7], filters: [[3, 3, 1, 1]], options: {pad: 'same', dataFormat: 'NCHW'}},
    {name: 'height, NCHW', op: 'conv2d', x: [1, 1, 15, 17], filters: [[2, 3, 1, 1]], options: {dataFormat: 'NCHW', bias: true}},
    {name: 'width', op: 'conv1d', x: [1, 249, 1], filters: [[5, 1, 1]], options: {pad: 'causal', dilations: 2}},
    {name: 'width, unbatched NCW', op: 'conv1d', x: [1, 251], filters: [[4, 1, 1]], options: {dataFormat: 'NCW'}},
    {name: 'depth', op: 'conv3d', x: [1, 8, 4, 8, 1], filters: [[2, 3, 2, 1, 1]], options: {pad: 'same'}},
    {name: 'height', op: 'depthwiseConv2d', x: [1, 17, 15, 1], filters: [[3, 3, 1, 1]], options: {pad: 'same'}},
    {name: 'height', op: 'spatiallySeparableConv2d', x: [1, 17, 15, 1], filters: [[3, 1, 1, 1], [1, 2, 1, 1]], options: {pad: 'same'}},
    {name: 'height', op: 'depthwiseSeparableConv2d', x: [1, 17, 15, 1], filters: [[3, 3, 1, 1], [1, 1, 1, 1]], options: {pad: 'same'}},
  ];

  test.each(PARTED.map(one => [titleOf(one), one] as const))('in more than one part, %s', (_, one) =>
      withFlags({WEBGL_MAX_TEXTURE_SIZE: LARGEST, [VARIANT_FLAG]: 'tiles'}, () => {
        comparison(one)(titleOf(one));
        const model = modelOf(one);
        const tensors = tensorsOf(model, parameterValues(one, model));
        const call = () => tf.dispose(callOp(one, model, tensors));
        call();
        const inParts = drawsOf(call);
        expect(inParts).toBeGreaterThan(withFlags({WEBGL_MAX_TEXTURE_SIZE: 1024}, () => drawsOf(call)));
        tf.dispose(tensors);
      }));

  /** The same where packed tensors fit, and unpacked ones, which TensorFlow.js' gradients need, do not. */
  const FORWARD: readonly Case[] = [
    {name: 'channels', op: 'conv2d', x: [1, 2, 2, 2], filters: [[7, 7, 2, 5]], options: {pad: 6, strides: 3}},
    {name: 'odd groups', op: 'conv2d', x: [1, 3, 3, 10], filters: [[5, 5, 2, 15]], options: {groups: 5, pad: 2}},
    {name: 'phases', op: 'conv2dTranspose', x: [1, 1, 1, 5], filters: [[3, 5, 1, 1]], options: {strides: [6, 22], pad: 'same', dataFormat: 'NCHW'}},
    {
      name: 'phases, odd', op: 'conv2dTranspose', x: [1, 1, 5, 1], filters: [[9, 3, 1, 1]],
      options: {dataFormat: 'NCHW', strides: [23, 7], dilations: [2, 3], pad: [[3, 1], [1, 0]], bias: true, activation: 'sigmoid'},
    },
  ];

  test.each(FORWARD.map(one => [titleOf(one), one] as const))('in more than one part forward, %s', (_, one) => {
    const model = modelOf(one);
    const values = parameterValues(one, model);
    withFlags({WEBGL_MAX_TEXTURE_SIZE: LARGEST}, () => tf.tidy(() => {
      const tensors = tensorsOf(model, values);
      const call = () => expectWithin(
          titleOf(one), callOp(one, model, tensors), model.map.outputShape, output(model, values));
      call();
      expect(drawsOf(() => callOp(one, model, tensors))).toBeGreaterThan(4);
    }));
  });

  test('no texture exceeds it', () => {
    const {gl} = deviceOf(tf.backend());
    const largest: number[] = [];
    const {texStorage2D, texImage2D} = gl;
    const record = <F extends (...args: never[]) => void>(f: F, width: number) => ((...args: Parameters<F>) => {
      largest.push(Number(args[width]), Number(args[width + 1]));
      return f.apply(gl, args);
    });
    Object.assign(gl, {texStorage2D: record(texStorage2D, 3), texImage2D: record(texImage2D, 3)});
    try {
      const one: Case = {
        name: 'in parts', op: 'conv2d', x: [2, 9, 11, 5], filters: [[3, 2, 5, 7]], options: {pad: 'same', bias: true},
      };
      withFlags({WEBGL_MAX_TEXTURE_SIZE: 40}, () => comparison(one)(titleOf(one)));
    } finally {
      Object.assign(gl, {texStorage2D, texImage2D});
    }
    expect(largest.length).toBeGreaterThan(0);
    expect(Math.max(...largest.filter(Number.isFinite))).toBeLessThanOrEqual(40);
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

  test.each(SEVERAL.map(one => [titleOf(one), one] as const))('after those of its own, %s', (_, one) => tf.tidy(() =>
      withFlags({WEBGL_USE_SHAPES_UNIFORMS: true, WEBGL_CPU_FORWARD: false}, () => {
        // Of the shape of its texture.
        tf.add(tf.ones([1, 12, 2]), tf.ones([1, 12, 2])).dataSync();
        tf.relu(tf.add(tf.ones([1, 12, 2]), 1)).dataSync();
        comparison(one)(titleOf(one));
        const model = modelOf(one);
        const y = callOp(one, model, tensorsOf(model, parameterValues(one, model)));
        expect(tf.add(y, y).dataSync()).toEqual(y.dataSync().map(value => 2 * value));
      })));
});

describe('filters laid out', () => {
  /** The same values, made by a program. */
  const onGpu = (t: tf.Tensor): tf.Tensor => withFlags({WEBGL_CPU_FORWARD: false}, () => tf.mul(t, 1));
  const textureOf = (dataId: object) => deviceOf(tf.backend()).backend.texData.get(dataId).texture ?? null;
  const image = () => tf.tensor(Float32Array.from(numbers('filters x', 2 * 9 * 8 * 4)), [2, 9, 8, 4]) as tf.Tensor4D;
  const weights = (name = 'filter') => tf.tensor(Float32Array.from(numbers(name, 9 * 4 * 4)), [3, 3, 4, 4]) as tf.Tensor4D;
  const depthwise = () => tf.tensor(Float32Array.from(numbers('taps', 9 * 4)), [3, 3, 4, 1]) as tf.Tensor4D;

  /** The op and its input gradient. */
  const both = (x: tf.Tensor4D, filter: tf.Tensor4D) =>
      tf.grad(t => filter.shape[3] === 1 ? depthwiseConv2d(t as tf.Tensor4D, filter) : conv2d(t as tf.Tensor4D, filter))(x);

  test.each([['dense', weights], ['depthwise', depthwise]])('are kept for later calls, %s', (_, make) => {
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
  const filtered = CASES.filter(({op, x, options}) => x[0] > 0 &&
      ['conv1d', 'conv2d', 'pointwiseConv2d', 'depthwiseConv2d', 'conv3d', 'conv2dTranspose'].includes(op) && options?.activation === undefined);
  test.each(filtered.map(one => [titleOf(one), one] as const))('are the same from the CPU and on the GPU, %s', (_, one) => tf.tidy(() => {
    const model = modelOf(one);
    const tensors = tensorsOf(model, parameterValues(one, model));
    const made = tensors.map(onGpu);
    made.forEach(({dataId}) => expect(textureOf(dataId)).not.toBeNull());
    const [cpu, gpu] = [tensors, made].map(given => {
      const y = (x: tf.Tensor) => callOp(one, model, [x, ...given.slice(1)]);
      return [y(given[0]), tf.grad(y)(given[0])];
    });
    cpu.forEach((tensor, i) => expect(tensor.dataSync()).toEqual(gpu[i].dataSync()));
  }));

  test('go when their tensors do', () => {
    const x = image();
    const call = () => {
      const filter = weights();
      tf.dispose([both(x, filter), filter]);
    };
    call();
    const one = packedFilterBytes();
    for (let i = 0; i < 50; i++) call();
    // The last one goes when the next one comes.
    expect(packedFilterBytes()).toBe(one);
    x.dispose();
  });

  test('are those of the values that a variable has', () => tf.tidy(() => {
    const [x, filter] = [image(), tf.variable(weights())];
    both(x, filter);
    filter.assign(weights('other filter'));
    expect(both(x, filter).dataSync()).toEqual(both(x, weights('other filter')).dataSync());
    filter.dispose();
  }));

  test('are those of the shape that a tensor has', () => tf.tidy(() => {
    const filter = weights();
    const reshaped = tf.reshape(filter, [3, 3, 2, 8]) as tf.Tensor4D;
    both(image(), filter);
    const grouped = () => conv2d(image(), reshaped, {groups: 2}).dataSync();
    const got = grouped();
    expect(got).toEqual(conv2d(image(), tf.tensor(filter.dataSync(), [3, 3, 2, 8]) as tf.Tensor4D, {groups: 2}).dataSync());
  }));

  test('are none where programs are only compiled', () => tf.tidy(() => {
    const [x, filter] = [image(), weights()];
    withFlags({ENGINE_COMPILE_ONLY: true}, () => both(x, filter));
    expect(both(x, filter).dataSync()).toEqual(both(x, weights()).dataSync());
  }));
});

describe('programs', () => {
  /** A convolution and its gradients, of an image of this size. */
  const run = (height: number, width: number, channels: number) => tf.tidy(() => {
    const x = tf.ones([1, height, width, channels]) as tf.Tensor4D;
    const filter = tf.ones([3, 3, channels, 8]) as tf.Tensor4D;
    tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(conv2dTranspose(
        conv2d(a as tf.Tensor4D, b as tf.Tensor4D, {strides: 2, pad: 'same'}), b as tf.Tensor4D, {strides: 2})))([x, filter]);
  });

  test('none is compiled for another size', () => {
    run(16, 20, 4);
    run(15, 21, 4);
    run(15, 21, 5);
    run(16, 20, 6);
    const known = programCount(tf.backend());
    expect(known).toBeGreaterThan(0);
    for (let size = 5; size < 25; size++) run(size, 40 - size, 3 + size % 7);
    expect(programCount(tf.backend())).toBeLessThanOrEqual(known + 4);
  });
});

test('a convolution by one tap, and its input gradient, go from packed to packed texels', () => tf.tidy(() => {
  const [x, filter] = [tf.ones([1, 5, 6, 7]) as tf.Tensor4D, tf.ones([1, 1, 7, 9]) as tf.Tensor4D];
  expect(variantsOf(() => tf.grad(t => conv2d(t as tf.Tensor4D, filter))(x))).toEqual(['pointwise']);
}));

describe('depthwise convolutions of several lines at once', () => {
  const x = () => tf.tensor(Float32Array.from(numbers('lines x', 42 * 9 * 12, true)), [1, 42, 9, 12]) as tf.Tensor4D;
  const filter = (size: number) =>
      tf.tensor(Float32Array.from(numbers(`lines ${size}`, size * size * 12, true)), [size, size, 12, 1]) as tf.Tensor4D;

  test('have results that every program reads', () => tf.tidy(() => {
    const run = () => {
      const y = depthwiseConv2d(depthwiseConv2d(x(), filter(3), {pad: 'same'}), filter(5), {pad: 'same', strides: 2});
      return tf.concat([tf.reshape(tf.relu(y), [-1]), tf.reshape(tf.slice(y, [0, 3, 1, 2], [1, 9, 3, 7]), [-1])]).dataSync();
    };
    const expected = withFlags({[VARIANT_FLAG]: 'tiles'}, run);
    expect(variantsOf(run)).toEqual(['depthwise_rows']);
    expect(expected.length).toBe(21 * 5 * 12 + 9 * 3 * 7);
    expect(run()).toEqual(expected);
  }));

  test('leave the framebuffer as TensorFlow.js does', () => tf.tidy(() => {
    const {gl} = deviceOf(tf.backend());
    const y = depthwiseConv2d(x(), filter(3), {pad: 'same'});
    const pixel = new Float32Array(4);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel);
    expect(gl.getError()).toBe(gl.NO_ERROR);
    expect(pixel[0]).toBe(y.dataSync()[0]);
  }));

  test('need few programs for images of any height', () => tf.tidy(() => {
    const run = (height: number) => depthwiseConv2d(tf.ones([1, height, 9, 4]) as tf.Tensor4D, tf.ones([3, 3, 4, 1]) as tf.Tensor4D, {pad: 'same'});
    const known = programCount(tf.backend());
    for (let height = 1; height < 40; height++) run(height);
    expect(programCount(tf.backend())).toBeLessThanOrEqual(known + 6);
  }));
});

describe('devices', () => {
  const one: Case = {
    name: 'integers', op: 'conv2d', x: [2, 7, 9, 6], filters: [[3, 2, 3, 8]],
    options: {groups: 2, pad: 'same', bias: true, activation: 'relu'}, integers: true,
  };

  /** Registers a backend like webgl, made with other flags, and runs `run` on it. */
  async function onBackend(name: string, flags: Readonly<Record<string, number|boolean>>, run: () => void): Promise<void> {
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

  test('float16 textures', () => onBackend(
      'webgl-float16', {WEBGL_FORCE_F16_TEXTURES: true, WEBGL_RENDER_FLOAT32_ENABLED: false}, () => {
        // All sums are below 2048, up to where float16 has every integer.
        expect(variantsOf(() => comparison(one)(titleOf(one)))).toEqual(['tiles', 'slices']);
        for (const filter of [[3, 3, 6, 1], [1, 1, 6, 6]]) {
          const packed: Case = {
            name: `integers, ${filter[0]}x${filter[1]}`, op: filter[3] === 1 ? 'depthwiseConv2d' : 'conv2d', x: [2, 8, 9, 6],
            filters: [filter], options: {pad: 'same'}, integers: true,
          };
          expect(variantsOf(() => comparison(packed)(titleOf(packed)))).not.toContain('tiles');
        }
      }));

  test('WebGL 1 runs the portable kernels', () => onBackend('webgl-1', {
    WEBGL_VERSION: 1, WEBGL_BUFFER_SUPPORTED: false,
  }, () => {
    expect(variantsOf(() => comparison(one)(titleOf(one)))).toEqual(['portable']);
  }));

  test('tensors of every layout', () => {
    for (const flags of [{WEBGL_PACK: false, WEBGL_LAZILY_UNPACK: false}, {WEBGL_PACK: true, WEBGL_LAZILY_UNPACK: true}]) {
      withFlags(flags, () => comparison(one)(titleOf(one)));
    }
  });

  test('a slice of a tensor that is not packed', () => withFlags({WEBGL_PACK: false, WEBGL_PACK_ARRAY_OPERATIONS: false}, () => tf.tidy(() => {
    const model = modelOf({...one, name: 'slice', x: [1, 7, 9, 6], options: {groups: 2}});
    const [x, filter] = tensorsOf(model, [numbers('slice x', 378, true), numbers('slice filter', 144, true)]);
    const three = tf.concat([tf.zerosLike(x), x, tf.zerosLike(x)]).add(0);
    const sliced = tf.slice(three, [1, 0, 0, 0], [1, 7, 9, 6]) as tf.Tensor4D;
    const expected = conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {groups: 2}).dataSync();
    expect([...conv2d(sliced, filter as tf.Tensor4D, {groups: 2}).dataSync()]).toEqual([...expected]);
  })));

  test('the time of a call is measured', async () => {
    const [x, filter] = [tf.ones([1, 40, 40, 16]) as tf.Tensor4D, tf.ones([3, 3, 16, 16]) as tf.Tensor4D];
    const {kernelMs} = await tf.time(() => conv2d(x, filter));
    expect(kernelMs).toBeGreaterThan(0);
    tf.dispose([x, filter]);
  });
});
