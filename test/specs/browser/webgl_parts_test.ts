import * as tf from '@tensorflow/tfjs';
import {deviceOf} from '../../../kernels/webgl/gl/device.js';
import {VARIANT_FLAG} from '../../../src/registry/flags.js';
import {callOp} from '../../support/call.js';
import {CASES, titleOf} from '../../cases/index.js';
import type {Case} from '../../cases/index.js';
import {comparison, tensorsOf} from '../../support/conformance.js';
import {parameterValues} from '../../support/data.js';
import {expectWithin} from '../../support/expect_within.js';
import {modelOf, output} from '../../support/model.js';
import {withFlags} from '../../support/flags.js';
import {drawsOf} from '../../support/webgl.js';

/* What does not fit into the largest texture is computed in parts. A page runs it; Node has no WebGL. */

beforeAll(() => tf.setBackend('webgl'));

const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe('the largest texture', () => {
  // The largest of these tensors just fit, element by element, and what the kernels make of them does not.
  const LARGEST = 16;
  const fitting = CASES.filter(
    one =>
      one.x[0] > 0 &&
      one.op !== 'convMatrix' &&
      !one.op.endsWith('Matrix') &&
      Math.max(elements(one.x), elements(modelOf(one).map.outputShape), ...one.filters.map(elements)) <= LARGEST ** 2,
  );

  test.each(fitting.map(one => [titleOf(one), one] as const))('in parts, %s', (_, one) =>
    withFlags({WEBGL_MAX_TEXTURE_SIZE: LARGEST}, () => comparison(one)(titleOf(one))),
  );

  /** What takes more texels than there are, with a texel for every pixel or tap of one channel. */
  const PARTED: readonly Case[] = [
    {name: 'height', op: 'conv2d', x: [1, 16, 16, 1], filters: [[3, 3, 1, 1]], options: {pad: 'same'}},
    {
      name: 'height, odd and strided',
      op: 'conv2d',
      x: [1, 17, 15, 1],
      filters: [[3, 2, 1, 2]],
      options: {
        strides: [1, 2],
        dilations: [3, 1],
        pad: [
          [4, 1],
          [0, 3],
        ],
      },
    },
    {
      name: 'batch, NCHW',
      op: 'conv2d',
      x: [5, 1, 7, 7],
      filters: [[3, 3, 1, 1]],
      options: {pad: 'same', dataFormat: 'NCHW'},
    },
    {
      name: 'height, NCHW',
      op: 'conv2d',
      x: [1, 1, 15, 17],
      filters: [[2, 3, 1, 1]],
      options: {dataFormat: 'NCHW', bias: true},
    },
    {name: 'width', op: 'conv1d', x: [1, 249, 1], filters: [[5, 1, 1]], options: {pad: 'causal', dilations: 2}},
    {name: 'width, unbatched NCW', op: 'conv1d', x: [1, 251], filters: [[4, 1, 1]], options: {dataFormat: 'NCW'}},
    {name: 'depth', op: 'conv3d', x: [1, 8, 4, 8, 1], filters: [[2, 3, 2, 1, 1]], options: {pad: 'same'}},
    {name: 'height', op: 'depthwiseConv2d', x: [1, 17, 15, 1], filters: [[3, 3, 1, 1]], options: {pad: 'same'}},
    {
      name: 'height',
      op: 'spatiallySeparableConv2d',
      x: [1, 17, 15, 1],
      filters: [
        [3, 1, 1, 1],
        [1, 2, 1, 1],
      ],
      options: {pad: 'same'},
    },
    {
      name: 'height',
      op: 'depthwiseSeparableConv2d',
      x: [1, 17, 15, 1],
      filters: [
        [3, 3, 1, 1],
        [1, 1, 1, 1],
      ],
      options: {pad: 'same'},
    },
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
    }),
  );

  /** The same where packed tensors fit, and unpacked ones, which TensorFlow.js' gradients need, do not. */
  const FORWARD: readonly Case[] = [
    {name: 'channels', op: 'conv2d', x: [1, 2, 2, 2], filters: [[7, 7, 2, 5]], options: {pad: 6, strides: 3}},
    {name: 'odd groups', op: 'conv2d', x: [1, 3, 3, 10], filters: [[5, 5, 2, 15]], options: {groups: 5, pad: 2}},
    {
      name: 'phases',
      op: 'conv2dTranspose',
      x: [1, 1, 1, 5],
      filters: [[3, 5, 1, 1]],
      options: {strides: [6, 22], pad: 'same', dataFormat: 'NCHW'},
    },
    {
      name: 'phases, odd',
      op: 'conv2dTranspose',
      x: [1, 1, 5, 1],
      filters: [[9, 3, 1, 1]],
      options: {
        dataFormat: 'NCHW',
        strides: [23, 7],
        dilations: [2, 3],
        pad: [
          [3, 1],
          [1, 0],
        ],
        bias: true,
        activation: 'sigmoid',
      },
    },
  ];

  test.each(FORWARD.map(one => [titleOf(one), one] as const))('in more than one part forward, %s', (_, one) => {
    const model = modelOf(one);
    const values = parameterValues(one, model);
    withFlags({WEBGL_MAX_TEXTURE_SIZE: LARGEST}, () =>
      tf.tidy(() => {
        const tensors = tensorsOf(model, values);
        const call = () =>
          expectWithin(titleOf(one), callOp(one, model, tensors), model.map.outputShape, output(model, values));
        call();
        expect(drawsOf(() => callOp(one, model, tensors))).toBeGreaterThan(4);
      }),
    );
  });

  test('no texture exceeds it', () => {
    const {gl} = deviceOf(tf.backend());
    const largest: number[] = [];
    const {texStorage2D, texImage2D} = gl;
    const record =
      <F extends (...args: never[]) => void>(f: F, width: number) =>
      (...args: Parameters<F>) => {
        largest.push(Number(args[width]), Number(args[width + 1]));
        return f.apply(gl, args);
      };
    Object.assign(gl, {texStorage2D: record(texStorage2D, 3), texImage2D: record(texImage2D, 3)});
    try {
      const one: Case = {
        name: 'in parts',
        op: 'conv2d',
        x: [2, 9, 11, 5],
        filters: [[3, 2, 5, 7]],
        options: {pad: 'same', bias: true},
      };
      withFlags({WEBGL_MAX_TEXTURE_SIZE: 40}, () => comparison(one)(titleOf(one)));
    } finally {
      Object.assign(gl, {texStorage2D, texImage2D});
    }
    expect(largest.length).toBeGreaterThan(0);
    expect(Math.max(...largest.filter(Number.isFinite))).toBeLessThanOrEqual(40);
  });
});
