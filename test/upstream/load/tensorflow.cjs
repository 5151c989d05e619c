// Not bundled, as it looks for its native addon beside itself. It shares the one engine that TensorFlow.js keeps globally.
require('@tensorflow/tfjs-node');
