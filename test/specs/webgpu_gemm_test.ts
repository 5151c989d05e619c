import * as tf from '@tensorflow/tfjs';
import {conv2d, depthwiseConv2d, variantsRun} from 'tfjs-conv';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {BACKENDS} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {tensorsOf} from '../support/conformance.js';
import {numbers, parameterValues} from '../support/data.js';
import {expectWithin} from '../support/expect_within.js';
import {withFlags} from '../support/flags.js';
import {gpuErrors} from '../support/load/gpu_errors.js';
import {createWebGPUBackend} from '../support/load/webgpu.js';
import {modelOf, output} from '../support/model.js';
import {product} from '../support/sums.js';

/*
 * The variant gemm of webgpu, whose workgroups share memory: where it runs, and what the small cases of the conformance tests do
 * not reach: the large tile, which wants 128 workgroups, and numbers that are not finite.
 */

const GEMM = 'gemm';
const describeWebGPU = BACKENDS.some(({name}) => name === 'webgpu') ? describe : describe.skip;

type Shape = [number, number, number, number];
const ones = (...shape: Shape) => tf.ones(shape) as tf.Tensor4D;

describeWebGPU('gemm on webgpu', () => {
  beforeAll(() => tf.setBackend('webgpu'));
  afterEach(async () => {
    await tf.ones([1]).data();
    expect(gpuErrors.splice(0)).toEqual([]);
  });

  // Results of 64 by 64 a workgroup; the last rows, columns, terms and taps of most are not there.
  test.each([
    {op: 'conv2d', name: '1x1', x: [1, 65, 67, 11], filters: [[1, 1, 11, 126]], options: {activation: 'relu6'}},
    {
      op: 'conv2d',
      name: 'bias and slopes of channels',
      x: [2, 47, 48, 5],
      filters: [[2, 1, 5, 121]],
      options: {pad: 'same', bias: true, activation: 'prelu', slopes: [121]},
    },
    {
      op: 'conv2d',
      name: 'groups, dilated, channels first',
      x: [1, 10, 66, 66],
      filters: [[3, 2, 5, 128]],
      options: {groups: 2, dilations: [1, 3], pad: 'same', dataFormat: 'NCHW'},
    },
    {op: 'conv2dTranspose', name: 'phases', x: [1, 47, 43, 6], filters: [[3, 4, 62, 6]], options: {strides: 2}},
    {
      op: 'conv2dTranspose',
      name: 'phases without taps',
      x: [1, 66, 65, 3],
      filters: [[1, 2, 64, 3]],
      options: {strides: [2, 3]},
    },
    {
      op: 'conv3d',
      name: '3-D',
      x: [1, 17, 18, 19, 3],
      filters: [[2, 2, 2, 3, 128]],
      options: {pad: 'same', strides: [1, 1, 1]},
    },
  ] as const satisfies readonly Case[])('the large tile: $op, $name', one => {
    const model = modelOf(one);
    const values = parameterValues(one, model);
    const expected = output(model, values);
    tf.tidy(() =>
      withFlags({[VARIANT_FLAG]: GEMM}, () => {
        const {result, variants} = variantsRun(() => callOp(one, model, tensorsOf(model, values)));
        expect(variants).toEqual([GEMM]);
        expectWithin(titleOf(one), result, model.map.outputShape, expected);
      }),
    );
  });

  test.each([NaN, Infinity, -Infinity, 3e38, 1e-42])('%p reaches no further than its receptive field', special => {
    const [x, filter]: [Shape, Shape] = [
      [1, 9, 11, 6],
      [3, 3, 6, 7],
    ];
    const [values, weights] = [x, filter].map(shape => Float32Array.from(numbers(`gemm ${special}`, product(shape))));
    const run = (image: Float32Array, variant: string): Float32Array =>
      withFlags({[VARIANT_FLAG]: variant}, () =>
        tf.tidy(() =>
          conv2d(tf.tensor4d(image, x), tf.tensor4d(weights, filter), {pad: 'same'}).dataSync<'float32'>().slice(),
        ),
      );
    const changed = values.slice();
    changed[(4 * 11 + 5) * 6 + 2] = special;
    const [before, got, expected] = [run(values, GEMM), run(changed, GEMM), run(changed, 'direct')];
    const wrong = got.findIndex((value, i) => {
      const [h, w] = [Math.floor(i / 77), Math.floor(i / 7) % 11];
      if (Math.abs(h - 4) > 1 || Math.abs(w - 5) > 1) return value !== before[i];
      return Number.isFinite(expected[i])
        ? !(Math.abs(value - expected[i]) <= 1e-4 + 1e-5 * Math.abs(expected[i]))
        : !Object.is(value, expected[i]);
    });
    expect(wrong).toBe(-1);
  });

  it('runs dense convolutions where the adapter is not known to compute on the CPU', async () => {
    tf.registerBackend('webgpu-gpu', () => createWebGPUBackend({looksLikeGpu: true}), 0);
    tf.getKernelsForBackend('webgpu').forEach(kernel => tf.registerKernel({...kernel, backendName: 'webgpu-gpu'}));
    await tf.setBackend('webgpu-gpu');
    const ran = (run: () => tf.Tensor): readonly string[] =>
      tf.tidy(() => {
        const {result, variants} = variantsRun(run);
        expect(result.dataSync()[0]).toBeGreaterThan(0);
        return variants;
      });
    expect(ran(() => conv2d(ones(1, 14, 14, 64), ones(1, 1, 64, 64)))).toEqual([GEMM]);
    expect(ran(() => conv2d(ones(1, 14, 14, 32), ones(3, 3, 32, 32)))).toEqual([GEMM]);
    // Too few results, channels, products or terms for its tiles, and products that are none of a matrix.
    expect(ran(() => conv2d(ones(1, 3, 3, 256), ones(1, 1, 256, 256)))).toEqual(['tiles']);
    expect(ran(() => conv2d(ones(1, 28, 28, 64), ones(3, 3, 64, 3)))).toEqual(['tiles']);
    expect(ran(() => conv2d(ones(1, 6, 6, 16), ones(1, 1, 16, 32)))).toEqual(['tiles']);
    expect(ran(() => conv2d(ones(1, 56, 56, 8), ones(1, 1, 8, 32)))).toEqual(['tiles']);
    expect(ran(() => depthwiseConv2d(ones(1, 28, 28, 64), ones(3, 3, 64, 1)))).toEqual(['depthwise_rows']);
    tf.removeBackend('webgpu-gpu');
    await tf.setBackend('webgpu');
  });
});
