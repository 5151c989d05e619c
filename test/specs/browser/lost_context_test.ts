import * as tf from '@tensorflow/tfjs';
import {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {conv2d} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {packedFilterBytes} from 'tfjs-conv/webgl';
import '../../support/backends.js';
import {numbers} from '../../support/data.js';

type Image = tf.Tensor4D;

const tensorOf = (name: string, shape: [number, number, number, number]): Image =>
  tf.tensor(Float32Array.from(numbers(name, tf.util.sizeFromShape(shape))), shape);

const operands = () => [tensorOf('x', [1, 12, 13, 8]), tensorOf('filter', [3, 3, 8, 6])] as const;
const y = ([x, filter]: readonly [Image, Image]) => conv2d(x, filter, {pad: 'same'});

const loseContext = (): void => {
  const {gl} = (tf.backend() as MathBackendWebGL).gpgpu;
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  expect(gl.isContextLost()).toBe(true);
};

/** TensorFlow.js keeps its programs by the version of WebGL; a backend on a canvas of its own has its own. */
async function startAgain(): Promise<void> {
  tf.removeBackend('webgl');
  tf.registerBackend('webgl', () => new MathBackendWebGL(document.createElement('canvas')));
  await tf.setBackend('webgl');
}

describe('when the WebGL context is lost', () => {
  beforeEach(startAgain);

  it('an op throws, whether its operands were uploaded or not and whether its program is known or not', () => {
    const uploaded = operands();
    y(uploaded);
    loseContext();
    for (const given of [uploaded, operands()]) {
      expect(() => y(given)).toThrow('the WebGL context must not be lost; got isContextLost=true');
      expect(() => conv2d(given[0], given[1], {strides: 2, activation: 'elu'})).toThrow(
        'the WebGL context must not be lost; got isContextLost=true',
      );
      expect(() =>
        tf.grads((x, filter) => y([x as Image, filter as Image]))([...given], tf.ones([1, 12, 13, 6])),
      ).toThrow('the WebGL context must not be lost; got isContextLost=true');
    }
  });

  it('so does an accelerated one', () => {
    const restore = accelerate('webgl');
    const [x, filter] = operands();
    loseContext();
    expect(() => tf.conv2d(x, filter, 1, 'same')).toThrow('the WebGL context must not be lost; got isContextLost=true');
    restore();
  });

  it('what throws leaves no tensor', () => {
    const given = operands();
    loseContext();
    const {numTensors} = tf.memory();
    expect(() => y(given)).toThrow();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('the next context works', async () => {
    const expected = y(operands()).dataSync();
    loseContext();
    expect(() => y(operands())).toThrow('the WebGL context must not be lost; got isContextLost=true');
    expect(packedFilterBytes()).toBeGreaterThan(0);
    await startAgain();
    expect(packedFilterBytes()).toBe(0);
    expect(y(operands()).dataSync()).toEqual(expected);
  });
});
