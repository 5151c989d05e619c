// tfjs-core's own convolution specs, as they ship in its npm package.
import '@tensorflow/tfjs-core/dist/ops/conv1d_test';
import '@tensorflow/tfjs-core/dist/ops/conv2d_test';
import '@tensorflow/tfjs-core/dist/ops/depthwise_conv2d_test';
import '@tensorflow/tfjs-core/dist/ops/conv2d_separable_test';
import '@tensorflow/tfjs-core/dist/ops/conv2d_transpose_test';
import '@tensorflow/tfjs-core/dist/ops/conv3d_test';
import '@tensorflow/tfjs-core/dist/ops/conv3d_transpose_test';
import '@tensorflow/tfjs-core/dist/ops/conv_util_test';
import '@tensorflow/tfjs-core/dist/ops/fused/fused_conv2d_test';
import '@tensorflow/tfjs-core/dist/ops/fused/fused_depthwise_conv2d_test';
