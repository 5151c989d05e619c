import * as tf from '@tensorflow/tfjs';
import project from '../../package.json';
import next from '../next_tfjs/package.json';

const IS_NEXT = process.env.TFJS_CONV_TEST_TFJS === 'next';

test('tests run on the TensorFlow.js that they are meant to run on', () => {
  const expected = IS_NEXT
    ? next.dependencies['@tensorflow/tfjs-core']
    : project.devDependencies['@tensorflow/tfjs-core'];
  expect(tf.version_core).toBe(expected);
});
