import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {BACKENDS} from './backends.js';
import {callOp} from './call.js';
import {CASES} from './cases/index.js';
import {tensorsOf} from './conformance.js';
import {parameterValues} from './data.js';
import {modelOf} from './model.js';
import {nodeBackendRuns} from './node_backend.js';
import {product} from './sums.js';

/** Tensors that TensorFlow's library holds, those among them that TensorFlow.js' engine does not count. */
const nativeTensors = (): number => (tf.backend() as unknown as {getNumOfTFTensors(): number}).getNumOfTFTensors();

BACKENDS.filter(({name}) => name === 'tensorflow').forEach(({name}) => describe(`native memory on ${name}`, () => {
  beforeAll(() => tf.setBackend(name));

  test('no op and no gradient leaves a tensor behind', () => {
    const before = nativeTensors();
    for (const one of CASES.filter(({x}) => product(x) <= 1000)) {
      tf.tidy(() => {
        const model = modelOf(one);
        const tensors = tensorsOf(model, parameterValues(one, model));
        tf.grads((...inputs: tf.Tensor[]) => tf.sum(callOp(one, model, inputs)))(tensors);
      });
    }
    expect(nativeTensors()).toBe(before);
  });

  test('nor does a built-in op on our kernels', () => {
    const before = nativeTensors();
    const restore = accelerate(name);
    tf.tidy(() => {
      const loss = (x: tf.Tensor) => tf.sum(tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 2, 4]), 2, 'same'));
      tf.grad(loss)(tf.ones([1, 9, 8, 2]));
    });
    restore();
    expect(nativeTensors()).toBe(before);
  });
}));

if (!nodeBackendRuns) test.skip('backend tensorflow: npm run setup:node', () => undefined);
