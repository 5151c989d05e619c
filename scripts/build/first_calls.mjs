// Runs what a first prediction runs, by the package as it has been built: node first_calls.mjs <import|require>
import {createRequire} from 'node:module';

const load = {import: specifier => import(specifier), require: createRequire(import.meta.url)}[process.argv[2]];

const tf = await load('@tensorflow/tfjs-core');
const {conv2d} = await load('tfjs-conv');
const {accelerate} = await load('tfjs-conv/accelerate');
for (const backend of ['cpu', 'wasm']) {
  await load(`@tensorflow/tfjs-backend-${backend}`);
  await load(`tfjs-conv/${backend}`);
}

/** Layers under accelerate(), and an op of the package. */
function predict() {
  const x = tf.fill([1, 8, 8, 3], 0.5);
  const first = tf.conv2d(x, tf.fill([3, 3, 3, 8], 0.5), 2, 'same');
  const middle = tf.depthwiseConv2d(first, tf.fill([3, 3, 8, 1], 0.5), 1, 'same');
  const [filter, bias] = [tf.fill([1, 1, 8, 16], 0.5), tf.fill([16], 0.5)];
  tf.fused.conv2d({x: middle, filter, strides: 1, pad: 'same', bias, activation: 'relu'}).dataSync();
  conv2d(middle, filter, {bias, activation: 'relu'}).dataSync();
}

for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend);
  accelerate(backend);
  tf.tidy(predict);
}
