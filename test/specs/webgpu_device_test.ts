import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs';
import {conv2d, conv2dTranspose, conv3d, depthwiseConv2d} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {packedFilterBytes} from 'tfjs-conv/webgpu';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {BACKENDS} from '../support/backends.js';
import {CASES, titleOf} from '../cases/index.js';
import {comparison} from '../support/conformance.js';
import {numbers} from '../support/data.js';
import {withFlags} from '../support/flags.js';
import {gpuErrors} from '../support/load/gpu_errors.js';
import {createWebGPUBackend} from '../support/load/webgpu.js';
import type {WebGPUOptions} from '../support/load/webgpu.js';
import {counts} from '../support/memory.js';
import {modelOf} from '../support/model.js';
import {product} from '../support/sums.js';

/* What only WebGPU has: devices that are lost, their limits, buffers that tf.memory() does not count, pipelines. */

type Image = tf.Tensor4D;
type Shape = [number, number, number, number];

const tensorOf = (name: string, shape: Shape): Image =>
  tf.tensor(Float32Array.from(numbers(name, product(shape))), shape);
const operands = () => [tensorOf('x', [1, 12, 13, 8]), tensorOf('filter', [3, 3, 8, 6])] as const;
const y = ([x, filter]: readonly [Image, Image]) => conv2d(x, filter, {pad: 'same'});
const gradients = ([x, filter]: readonly [Image, Image]) =>
  tf.grads((a, b) => y([a as Image, b as Image]))([x, filter], tf.ones([1, 12, 13, 6]));

const backend = () => tf.backend() as WebGPUBackend;

/** A backend on a device of its own in place of the one that is there. */
async function startAgain(options: WebGPUOptions = {}): Promise<void> {
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => createWebGPUBackend(options), 0);
  expect(await tf.setBackend('webgpu')).toBe(true);
}

/** Errors of a device come after what it was asked for. */
async function expectNoErrors(): Promise<void> {
  await backend().device.queue.onSubmittedWorkDone();
  await new Promise(resolve => setTimeout(resolve, 0));
  expect(gpuErrors.splice(0)).toEqual([]);
}

const describeWebGPU = BACKENDS.some(({name}) => name === 'webgpu') ? describe : describe.skip;

describeWebGPU('when the device is lost', () => {
  const LOST = 'the WebGPU device must not be lost; got isLost=true';
  beforeEach(() => startAgain());

  async function loseDevice(): Promise<void> {
    const {device} = backend();
    device.destroy();
    await device.lost;
  }

  it('an op throws, whether its operands were uploaded or not and whether its pipeline is known or not', async () => {
    const uploaded = operands();
    y(uploaded).dispose();
    await loseDevice();
    for (const given of [uploaded, operands()]) {
      expect(() => y(given)).toThrow(LOST);
      expect(() => conv2d(given[0], given[1], {strides: 2, activation: 'elu'})).toThrow(LOST);
      expect(() => gradients(given)).toThrow(LOST);
    }
  });

  it('so does an accelerated one, and what throws leaves no tensor', async () => {
    const restore = accelerate('webgpu');
    const [x, filter] = operands();
    y([x, filter]).dispose();
    await loseDevice();
    const before = counts();
    expect(() => tf.conv2d(x, filter, 1, 'same')).toThrow(LOST);
    expect(() => tf.tidy(() => gradients([x, filter]))).toThrow(LOST);
    expect(counts()).toEqual(before);
    restore();
  });

  it('the next device works, and knows nothing of what the other one kept', async () => {
    const given = operands();
    const expected = await y(given).data();
    expect(packedFilterBytes()).toBeGreaterThan(0);
    const dead = backend();
    await loseDevice();
    expect(packedFilterBytes()).toBe(0);
    await startAgain();
    expect(backend()).not.toBe(dead);
    expect(packedFilterBytes()).toBe(0);
    expect(await y(operands()).data()).toEqual(expected);
    await expectNoErrors();
  });

  it('backends side by side keep their own', async () => {
    const first = await y(operands()).data();
    tf.registerBackend('webgpu-other', () => createWebGPUBackend(), 0);
    tf.getKernelsForBackend('webgpu').forEach(kernel => tf.registerKernel({...kernel, backendName: 'webgpu-other'}));
    await tf.setBackend('webgpu-other');
    const second = operands();
    expect(await y(second).data()).toEqual(first);
    const other = packedFilterBytes();
    await tf.setBackend('webgpu');
    await loseDevice();
    await tf.setBackend('webgpu-other');
    expect(packedFilterBytes()).toBe(other);
    expect(await y(second).data()).toEqual(first);
    tf.removeBackend('webgpu-other');
    await startAgain();
  });
});

describeWebGPU('what the device keeps', () => {
  beforeAll(() => startAgain());

  /** Buffers and textures that were made and not destroyed. */
  function countResources(): () => number {
    const {device} = backend();
    let alive = 0;
    const counted = <R extends {destroy(): undefined}>(resource: R): R => {
      alive++;
      const destroy = resource.destroy.bind(resource);
      resource.destroy = () => {
        alive--;
        destroy();
        return undefined;
      };
      return resource;
    };
    const [createBuffer, createTexture] = [device.createBuffer.bind(device), device.createTexture.bind(device)];
    device.createBuffer = descriptor => counted(createBuffer(descriptor));
    device.createTexture = descriptor => counted(createTexture(descriptor));
    return () => alive;
  }

  /** What is disposed of goes with the commands that use it, which a read submits. */
  async function settle(): Promise<void> {
    const last = tf.tidy(() => tf.neg(tf.ones([4096])));
    await last.data();
    last.dispose();
    await backend().device.queue.onSubmittedWorkDone();
    packedFilterBytes();
  }

  it.each(['', 'winograd_textures', 'tiles', 'direct'])(
    'does not grow with calls, gradients and new filters: %s',
    async variant => {
      tf.env().set(VARIANT_FLAG, variant);
      const alive = countResources();
      const x = tensorOf('x', [2, 9, 11, 6]);
      const step = (i: number): void =>
        tf.tidy(() => {
          const filter = tf.add(tensorOf('filter', [3, 3, 6, 5]), i) as Image;
          const loss = (a: tf.Tensor, b: tf.Tensor) => conv2d(a as Image, b as Image, {strides: 1 + (i % 2)});
          tf.grads(loss)([x, filter]);
        });
      for (let i = 0; i < 20; i++) step(i);
      await settle();
      const before = {...counts(), gpu: (tf.memory() as unknown as {numBytesInGPU: number}).numBytesInGPU};
      const resources = alive();
      for (let i = 0; i < 200; i++) step(i);
      await settle();
      expect({...counts(), gpu: (tf.memory() as unknown as {numBytesInGPU: number}).numBytesInGPU}).toEqual(before);
      expect(alive()).toBeLessThanOrEqual(resources + 8);
      x.dispose();
      tf.env().set(VARIANT_FLAG, '');
      await expectNoErrors();
    },
  );

  it('are packed filters, for each direction, as long as any tensor has their values', async () => {
    await startAgain();
    const [x, first] = operands();
    const backwards = (filter: Image) => tf.grad(a => y([a as Image, filter]))(x);
    y([x, first]).dispose();
    const forward = packedFilterBytes();
    expect(forward).toBeGreaterThanOrEqual(4 * first.size);
    backwards(first).dispose();
    const both = packedFilterBytes();
    expect(both).toBeGreaterThanOrEqual(forward + 4 * first.size);
    const second = tf.reshape(first, first.shape) as Image;
    first.dispose();
    await settle();
    tf.dispose([y([x, second]), backwards(second)]);
    expect(packedFilterBytes()).toBe(both);
    second.dispose();
    await settle();
    expect(packedFilterBytes()).toBe(0);
    x.dispose();
    await expectNoErrors();
  });

  it('is destroyed with the backend', async () => {
    await startAgain();
    const alive = countResources();
    const [x, filter] = operands();
    tf.dispose(gradients([x, filter]));
    expect(alive()).toBeGreaterThan(4);
    tf.dispose([x, filter]);
    await backend().device.queue.onSubmittedWorkDone();
    backend().dispose();
    expect(alive()).toBe(0);
    await startAgain();
  });

  it('is nothing of what a thousand tiny calls made', async () => {
    const [x, filter] = [tensorOf('x', [1, 3, 3, 1]), tensorOf('filter', [2, 2, 1, 1])];
    tf.dispose(conv2d(x, filter));
    const before = counts();
    for (let i = 0; i < 1000; i++) conv2d(x, filter).dispose();
    expect(counts()).toEqual(before);
    tf.dispose([x, filter]);
    await expectNoErrors();
  });
});

describeWebGPU('results', () => {
  beforeAll(() => startAgain());

  // Sums of slices are added up in their order, without atomics.
  it.each(['', 'slices', 'slices_textures', 'direct'])(
    'of the filter gradient are the same in every run: %s',
    async variant => {
      const [x, filter] = [tensorOf('x', [3, 41, 43, 10]), tensorOf('filter', [3, 3, 10, 6])];
      const run = (): Promise<Float32Array> =>
        withFlags({[VARIANT_FLAG]: variant}, () =>
          tf
            .grad(b => conv2d(x, b as Image, {pad: 'same'}))(filter)
            .data<'float32'>(),
        );
      const first = await run();
      for (let i = 0; i < 4; i++) expect(await run()).toEqual(first);
      await startAgain();
      const again = [tensorOf('x', [3, 41, 43, 10]), tensorOf('filter', [3, 3, 10, 6])];
      const other = await withFlags({[VARIANT_FLAG]: variant}, () =>
        tf
          .grad(b => conv2d(again[0], b as Image, {pad: 'same'}))(again[1])
          .data(),
      );
      expect(other).toEqual(first);
      await expectNoErrors();
    },
  );

  it('are written into buffers that hold none: they are filled before', async () => {
    const given = operands();
    const y1 = y(given);
    const size = 4 * y1.size;
    expect(Number.isNaN((await y1.data())[0])).toBe(false);
    y1.dispose();
    const {bufferManager, queue} = backend();
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = bufferManager.acquireBuffer(size, usage);
    queue.writeBuffer(buffer, 0, new Float32Array(size / 4).fill(7));
    bufferManager.releaseBuffer(buffer);
    const again = bufferManager.acquireBuffer(size, usage);
    expect(again).toBe(buffer);
    const values = await backend().getBufferData(again);
    expect(new Float32Array(values).every(Number.isNaN)).toBe(true);
    bufferManager.releaseBuffer(again);
    tf.dispose([...given]);
  });

  it('that the device complains about fail the run', async () => {
    const {device} = backend();
    device.createShaderModule({code: 'not WGSL'});
    await device.queue.onSubmittedWorkDone();
    await new Promise(resolve => setTimeout(resolve, 0));
    expect(gpuErrors.splice(0).join()).toContain('WGSL');
  });
});

/** Ops that make tensors of their own between their inputs and results, which may be larger than these. */
const OF_SEVERAL_STEPS = ['conv2dTransposeMatrix', 'spatiallySeparableConv2d', 'depthwiseSeparableConv2d'];

/** The cases of the limits: one of each op and layout, not the largest. */
const kindOf = ({op, options = {}}: (typeof CASES)[number]): string =>
  JSON.stringify([op, options.dataFormat, options.groups !== undefined, options.strides !== undefined]);
const LIMITED = CASES.filter(({op, x}) => product(x) > 0 && product(x) < 4000 && !OF_SEVERAL_STEPS.includes(op)).filter(
  (one, i, all) => all.findIndex(other => kindOf(other) === kindOf(one)) === i,
);

describeWebGPU('limits of the device', () => {
  beforeAll(() => startAgain({enforced: {maxTextureDimension2D: 1, maxComputeWorkgroupsPerDimension: 64}}));
  afterAll(() => startAgain());

  const tensorBytes = (one: (typeof CASES)[number]): number => {
    const {parameters, map} = modelOf(one);
    return 4 * Math.max(product(map.outputShape), ...parameters.map(({shape}) => product(shape)));
  };

  test.each(LIMITED.map(one => [titleOf(one), one] as const))(
    '%s: right where nothing larger than its tensors can be bound',
    async (title, one) => {
      const limit = tensorBytes(one);
      // The object of enforceLimits().
      Object.assign(backend().device.limits, {maxStorageBufferBindingSize: limit});
      comparison(one)(`${title}, at most ${limit} bytes`);
      await expectNoErrors();
    },
  );

  test.each(['maxStorageBufferBindingSize', 'maxBufferSize'])(
    'a tensor beyond %s is an error before anything is computed',
    async name => {
      await startAgain({enforced: {[name]: 4 * 12 * 13 * 6 - 4}});
      const given = operands();
      const submit = jest.spyOn(backend().device.queue, 'submit');
      const before = counts();
      expect(() => y(given)).toThrow(/every tensor must fit the largest storage buffer.*; got bytes=\d+, limit=3740, /);
      expect(counts()).toEqual(before);
      expect(submit).not.toHaveBeenCalled();
      tf.dispose([...given]);
      await expectNoErrors();
    },
  );

  test.each(['tiles', 'direct'])('more workgroups than a dimension has: %s', async variant => {
    await startAgain();
    // One thread for each pixel lays the image out, or computes it.
    const [height, width] = [2049, 2049];
    const {maxComputeWorkgroupsPerDimension} = backend().device.limits;
    expect((height * width) / 64).toBeGreaterThan(maxComputeWorkgroupsPerDimension);
    const values = Float32Array.from({length: height * width}, (_, i) => i % 8191);
    const [x, filter] = [tf.tensor4d(values, [1, height, width, 1]), tf.tensor4d([3], [1, 1, 1, 1])];
    tf.env().set(VARIANT_FLAG, variant);
    const y = conv2d(x, filter);
    tf.env().set(VARIANT_FLAG, '');
    const got = await y.data();
    expect(got.findIndex((value, i) => value !== 3 * values[i])).toBe(-1);
    tf.dispose([x, filter, y]);
    await expectNoErrors();
  });

  test('a device of the default limits computes everything', async () => {
    const results = async (): Promise<unknown> => {
      const x = tensorOf('x', [1, 9, 10, 4]);
      const filter = tensorOf('f', [3, 3, 4, 8]);
      const calls = [
        ...['gemm', 'winograd_textures', 'tiles_textures', 'tiles'].map(
          variant => () => withFlags({[VARIANT_FLAG]: variant}, () => conv2d(x, filter, {pad: 'same'})),
        ),
        ...['depthwise_rows_textures', 'depthwise_rows'].map(
          variant => () =>
            withFlags({[VARIANT_FLAG]: variant}, () =>
              depthwiseConv2d(tensorOf('w', [1, 25, 26, 24]), tensorOf('f', [3, 3, 24, 1])),
            ),
        ),
        () => conv2d(x, filter, {pad: 'same', activation: 'relu'}),
        () => depthwiseConv2d(x, tensorOf('f', [3, 3, 4, 2])),
        () => conv2dTranspose(x, tensorOf('f', [3, 3, 2, 4]), {strides: 2}),
        () =>
          conv3d(
            x.reshape([1, 3, 3, 10, 4]) as tf.Tensor5D,
            tensorOf('f', [2, 4, 4, 2]).reshape([2, 2, 2, 4, 2]) as tf.Tensor5D,
          ),
        ...gradients(operands()).map(gradient => () => gradient),
      ];
      return Promise.all(calls.map(call => call().data()));
    };
    await startAgain();
    const expected = await results();
    await startAgain({isAsAdapter: false});
    expect(backend().device.limits.maxStorageBufferBindingSize).toBe(128 * 1024 * 1024);
    expect(await results()).toEqual(expected);
    await expectNoErrors();
  });

  test('a device without a timer computes what is timed, whose time is 0', async () => {
    await startAgain();
    const expected = await y(operands()).data();
    await startAgain({isAsAdapter: false});
    expect(backend().device.features.has('timestamp-query')).toBe(false);
    const made: tf.Tensor[] = [];
    const {kernelMs} = await tf.time(() => void made.push(y(operands())));
    expect(kernelMs).toBe(0);
    expect(await made[0].data()).toEqual(expected);
    await expectNoErrors();
  });
});

describeWebGPU('pipelines', () => {
  beforeAll(() => startAgain());

  /** How many programs are there. */
  const programs = (): number => Object.keys((backend() as unknown as {pipelineCache: object}).pipelineCache).length;

  it.each([
    ['conv2d', [3, 3, 8, 12], (x: Image, filter: Image) => conv2d(x, filter, {pad: 'same'})],
    ['with strides', [3, 3, 8, 12], (x: Image, filter: Image) => conv2d(x, filter, {strides: 2})],
    ['depthwiseConv2d', [3, 3, 8, 1], (x: Image, filter: Image) => depthwiseConv2d(x, filter)],
    ['conv2dTranspose', [3, 3, 12, 8], (x: Image, filter: Image) => conv2dTranspose(x, filter, {strides: 2})],
  ] as Array<[string, Shape, (x: Image, filter: Image) => Image]>)(
    '%s: images of changing size share those of few products and those of more',
    async (_, shape, run) => {
      const filter = tensorOf('filter', shape);
      const gradientsOf = (size: number): void =>
        tf.tidy(() => {
          const x = tensorOf('x', [1, size, size + 1, 8]);
          tf.grads((a, b) => run(a as Image, b as Image))([x, filter]);
        });
      [7, 60].forEach(gradientsOf);
      const known = programs();
      expect(known).toBeGreaterThan(0);
      [5, 6, 8, 9, 49, 50, 61, 65, 70].forEach(gradientsOf);
      expect(programs()).toBe(known);
      filter.dispose();
      await expectNoErrors();
    },
  );

  it('are only asked for under WEBGPU_ENGINE_COMPILE_ONLY, side by side', async () => {
    await startAgain();
    const {device} = backend();
    const [now, later] = [
      jest.spyOn(device, 'createComputePipeline'),
      jest.spyOn(device, 'createComputePipelineAsync'),
    ];
    const given = operands();
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
    tf.dispose([y(given), ...gradients(given)]);
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
    expect(now).not.toHaveBeenCalled();
    const compiled = later.mock.calls.length;
    expect(compiled).toBeGreaterThan(3);
    expect(packedFilterBytes()).toBe(0);
    await backend().checkCompileCompletionAsync();
    tf.dispose([y(given), ...gradients(given)]);
    expect(now).not.toHaveBeenCalled();
    expect(later).toHaveBeenCalledTimes(compiled);
    await expectNoErrors();
  });

  it('are timed by tf.time() and tf.profile()', async () => {
    const given = operands();
    y(given).dispose();
    const {kernelMs} = (await tf.time(() => y(given))) as tf.TimingInfo;
    if (backend().device.features.has('timestamp-query')) expect(kernelMs).toBeGreaterThan(0);
    const {kernels} = await tf.profile(() => y(given));
    expect(kernels.map(({name}) => name)).toContain('ConvND');
    await expectNoErrors();
  });
});
