import {Conv1D, Conv2D, Conv3D} from './conv.js';
import type {GroupedConvLayerArgs} from './conv.js';
import {Conv1DTranspose, Conv2DTranspose, Conv2DTransposeMatrix, Conv3DTranspose} from './conv_transpose.js';
import type {ConvTransposeLayerArgs} from './conv_transpose.js';
import {DepthwiseConv1D, DepthwiseConv2D} from './depthwise_conv.js';
import type {DepthwiseConvLayerArgs} from './depthwise_conv.js';
import {SeparableConv1D, SeparableConv2D} from './separable_conv.js';
import type {SeparableConvLayerArgs} from './separable_conv.js';
import {SpatiallySeparableConv2D} from './spatially_separable_conv.js';
import type {SpatiallySeparableConvLayerArgs} from './spatially_separable_conv.js';

/**
 * Makes a {@link Conv1D} layer.
 * @throws `Conv1D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.conv1d({filters: 6, kernelSize: 3, groups: 2, padding: 'causal', dilationRate: 2});
 * console.log(layer.computeOutputShape([null, 8, 4])); // [null,8,6]
 * ```
 */
export const conv1d = (args: GroupedConvLayerArgs): Conv1D => new Conv1D(args);

/**
 * Makes a {@link Conv2D} layer.
 * @throws `Conv2D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const model = tf.sequential();
 * model.add(layers.conv2d({filters: 6, kernelSize: 3, groups: 2, inputShape: [8, 8, 4], activation: 'relu'}));
 * console.log(model.getWeights().map(weight => weight.shape)); // [[3,3,2,6],[6]]
 * ```
 */
export const conv2d = (args: GroupedConvLayerArgs): Conv2D => new Conv2D(args);

/**
 * Makes a {@link Conv3D} layer.
 * @throws `Conv3D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.conv3d({filters: 4, kernelSize: [1, 3, 3], strides: 2, dilationRate: 2, padding: 'same'});
 * console.log(layer.computeOutputShape([null, 8, 8, 8, 2])); // [null,4,4,4,4]
 * ```
 */
export const conv3d = (args: GroupedConvLayerArgs): Conv3D => new Conv3D(args);

/**
 * Makes a {@link Conv1DTranspose} layer.
 * @throws `Conv1DTranspose: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.conv1dTranspose({filters: 4, kernelSize: 3, strides: 2, padding: 'same'});
 * console.log(layer.computeOutputShape([null, 8, 2])); // [null,16,4]
 * ```
 */
export const conv1dTranspose = (args: ConvTransposeLayerArgs): Conv1DTranspose => new Conv1DTranspose(args);

/**
 * Makes a {@link Conv2DTranspose} layer.
 * @throws `Conv2DTranspose: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.conv2dTranspose({filters: 4, kernelSize: 3, strides: 2, outputPadding: [1, 0]});
 * console.log(layer.computeOutputShape([null, 5, 5, 2])); // [null,12,11,4]
 * ```
 */
export const conv2dTranspose = (args: ConvTransposeLayerArgs): Conv2DTranspose => new Conv2DTranspose(args);

/**
 * Makes a {@link Conv2DTransposeMatrix} layer.
 * @throws `Conv2DTransposeMatrix: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const args = {filters: 3, kernelSize: 3, strides: 2, kernelInitializer: 'ones'};
 * const x = tf.ones([1, 4, 4, 2]);
 * const difference = tf.sub(layers.conv2dTranspose(args).apply(x), layers.conv2dTransposeMatrix(args).apply(x));
 * console.log(difference.abs().max().dataSync()[0]); // 0
 * ```
 */
export const conv2dTransposeMatrix = (args: ConvTransposeLayerArgs): Conv2DTransposeMatrix =>
  new Conv2DTransposeMatrix(args);

/**
 * Makes a {@link Conv3DTranspose} layer.
 * @throws `Conv3DTranspose: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.conv3dTranspose({filters: 4, kernelSize: 2, strides: 2});
 * console.log(layer.computeOutputShape([null, 3, 4, 5, 2])); // [null,6,8,10,4]
 * ```
 */
export const conv3dTranspose = (args: ConvTransposeLayerArgs): Conv3DTranspose => new Conv3DTranspose(args);

/**
 * Makes a {@link DepthwiseConv1D} layer.
 * @throws `DepthwiseConv1D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.depthwiseConv1d({kernelSize: 3, depthMultiplier: 2, padding: 'same'});
 * console.log(layer.computeOutputShape([null, 8, 4])); // [null,8,8]
 * ```
 */
export const depthwiseConv1d = (args: DepthwiseConvLayerArgs): DepthwiseConv1D => new DepthwiseConv1D(args);

/**
 * Makes a {@link DepthwiseConv2D} layer.
 * @throws `DepthwiseConv2D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.depthwiseConv2d({kernelSize: 3, dilationRate: 2, strides: [1, 2], padding: 'same'});
 * console.log(layer.computeOutputShape([null, 8, 8, 4])); // [null,8,4,4]
 * ```
 */
export const depthwiseConv2d = (args: DepthwiseConvLayerArgs): DepthwiseConv2D => new DepthwiseConv2D(args);

/**
 * Makes a {@link SeparableConv1D} layer.
 * @throws `SeparableConv1D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.separableConv1d({filters: 6, kernelSize: 3, padding: 'causal'});
 * console.log(layer.computeOutputShape([null, 8, 4])); // [null,8,6]
 * ```
 */
export const separableConv1d = (args: SeparableConvLayerArgs): SeparableConv1D => new SeparableConv1D(args);

/**
 * Makes a {@link SeparableConv2D} layer.
 * @throws `SeparableConv2D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const layer = layers.separableConv2d({filters: 6, kernelSize: 3, strides: 2, padding: 'same'});
 * console.log(layer.computeOutputShape([null, 8, 7, 4])); // [null,4,4,6]
 * ```
 */
export const separableConv2d = (args: SeparableConvLayerArgs): SeparableConv2D => new SeparableConv2D(args);

/**
 * Makes a {@link SpatiallySeparableConv2D} layer.
 * @throws `SpatiallySeparableConv2D: <rule>; got <name>=<value>`, or TensorFlow.js' errors for arguments that it checks.
 * @example
 * ```ts
 * const model = tf.sequential();
 * model.add(layers.spatiallySeparableConv2d({filters: 6, kernelSize: [5, 3], midFilters: 2, inputShape: [8, 8, 3]}));
 * console.log(model.getWeights().map(weight => weight.shape)); // [[5,1,3,2],[1,3,2,6],[6]]
 * ```
 */
export const spatiallySeparableConv2d = (args: SpatiallySeparableConvLayerArgs): SpatiallySeparableConv2D =>
  new SpatiallySeparableConv2D(args);
