import {builder} from './graph.js';
import type {Network, Value} from './graph.js';

/** MobileNetV2 of width 1.0 (Sandler et al., 2018): [expansion, channels, blocks, stride of the first]. */
function mobileNetV2(): Network {
  const b = builder('MobileNetV2 1.0 224x224', [224, 224, 3]);
  const stages = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ];
  function block(x: Value, expansion: number, channels: number, stride: number): Value {
    const expanded = expansion === 1 ? x : b.conv(x, expansion * x.shape[2], {activation: 'relu6'});
    const y = b.conv(b.depthwise(expanded, {stride, activation: 'relu6'}), channels);
    return stride === 1 && channels === x.shape[2] ? b.add(x, y) : y;
  }
  let x = b.conv(b.input, 32, {kernel: 3, stride: 2, activation: 'relu6'});
  for (const [expansion, channels, blocks, stride] of stages) {
    for (let i = 0; i < blocks; i++) x = block(x, expansion, channels, i === 0 ? stride : 1);
  }
  b.classify(b.conv(x, 1280, {activation: 'relu6'}), 1000);
  return b.network();
}

/** ResNet-50 (He et al., 2015), the stride in the 3x3 layer as in today's training code. */
function resNet50(): Network {
  const b = builder('ResNet-50 224x224', [224, 224, 3]);
  function block(x: Value, channels: number, stride: number): Value {
    const reduced = b.conv(x, channels, {activation: 'relu'});
    const y = b.conv(b.conv(reduced, channels, {kernel: 3, stride, activation: 'relu'}), 4 * channels);
    return b.add(x.shape[2] === 4 * channels ? x : b.conv(x, 4 * channels, {stride}), y, 'relu');
  }
  let x = b.maxPool(b.conv(b.input, 64, {kernel: 7, stride: 2, activation: 'relu'}), 3, 2);
  for (const [channels, blocks, stride] of [
    [64, 3, 1],
    [128, 4, 2],
    [256, 6, 2],
    [512, 3, 2],
  ]) {
    for (let i = 0; i < blocks; i++) x = block(x, channels, i === 0 ? stride : 1);
  }
  b.classify(x, 1000);
  return b.network();
}

/** U-Net (Ronneberger et al., 2015) with padding, 32 channels at the top and four levels below. */
function uNet(): Network {
  const b = builder('U-Net 256x256', [256, 256, 3]);
  const twice = (x: Value, channels: number): Value =>
    b.conv(b.conv(x, channels, {kernel: 3, activation: 'relu'}), channels, {kernel: 3, activation: 'relu'});
  function level(x: Value, channels: number): Value {
    const y = twice(x, channels);
    if (channels === 512) return y;
    const below = level(b.maxPool(y, 2, 2), 2 * channels);
    return twice(b.concat(y, b.transposed(below, channels, 2)), channels);
  }
  b.conv(level(b.input, 32), 1, {activation: 'sigmoid'});
  return b.network();
}

export const NETWORKS: readonly Network[] = [mobileNetV2(), resNet50(), uNet()];
