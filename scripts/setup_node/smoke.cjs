// Loads tfjs-node, trains a convolution for a step and says what ran: node smoke.cjs PACKAGE_FOLDER
const util = require('node:util');

util.isNullOrUndefined ??= value => value == null;
const tf = require(process.argv[2]);

const [x, filter] = [tf.ones([1, 7, 7, 3]), tf.ones([3, 3, 3, 4])];
const [, dfilter] = tf.grads((image, taps) => tf.conv2d(image, taps, 1, 'same').sum())([x, filter]);
// The centre of the filter meets every pixel.
const centre = dfilter.slice([1, 1, 0, 0], [1, 1, 1, 1]).dataSync()[0];
if (tf.getBackend() !== 'tensorflow' || centre !== 49)
  throw new Error(`backend ${tf.getBackend()}: ${centre}, expected 49`);
console.log(
  `tfjs-node ${tf.version['tfjs-node']} on TensorFlow ${tf.backend().binding.TF_Version}, Node ${process.version}`,
);
