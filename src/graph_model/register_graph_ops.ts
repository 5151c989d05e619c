import {CONVERTER, rewriteModels} from './rewritten_models.js';
import type {Converter} from './rewritten_models.js';

/**
 * Makes `tf.loadGraphModel` load models whose convolutions TensorFlow.js refuses or computes wrongly. Those of a model
 * that is loaded from now on run on the ops of this package, on every backend:
 *
 * - Conv2D and Conv3D with strides, dilations and padding of any kind, channels first, and groups: a filter that is less
 *   deep than x has the channels. TensorFlow writes convolutions of one dimension as these.
 * - _FusedConv2D and _FusedConv3D with any of BiasAdd, FusedBatchNorm, Add, and Relu, Relu6, Elu, LeakyRelu, Prelu,
 *   Sigmoid, Tanh in `fused_ops`.
 * - DepthwiseConv2dNative and FusedDepthwiseConv2dNative, dilated and channels first too.
 * - Conv2DBackpropInput and Conv3DBackpropInputV2, which are the transposed convolutions, with groups, dilations and
 *   channels first; Conv3DBackpropInput, DepthwiseConv2dNativeBackpropInput, and the gradients of filters.
 * - PartitionedCall and StatefulPartitionedCall, around any nodes: Keras has grouped convolutions in them, and the
 *   TensorFlow.js converter leaves them with `--skip_op_check` only. They are inlined.
 * - Conv1D, which is TensorFlow.js' own.
 * - What stands around convolutions: BiasAdd and FusedBatchNorm of channels first, FusedBatchNorm by the values that it is
 *   given (`is_training`, of which layer normalizations are made), _FusedBatchNormEx, Erfc, Softsign, _MklLayerNorm,
 *   AvgPool and MaxPool with channels first, _FusedMatMul with a bias of any shape, Assert, which does nothing.
 *
 * Nodes of these names run on our ops whatever `tf.registerOp` has for them, which stays as it is. Models that were loaded
 * before are not affected, and those that were loaded in between keep running after it is undone. A convolution of a node
 * throws `<op of the node>: <rule>; got <name>=<value>` when it runs, as the op of this package does.
 *
 * It may be called more than once, also by several packages: it is undone when all have undone it.
 *
 * @param converter What has the class of the models: `tf`, or `@tensorflow/tfjs-converter`. Default: the copy that this
 *     package imports, which is that of `@tensorflow/tfjs` in Node and wherever a bundler finds one of them. Only where a
 *     program has several, as nested packages or a script of its own, the others have to be told, and have to be on the
 *     same `@tensorflow/tfjs-core`.
 * @returns A function that undoes it.
 * @example
 * ```ts
 * const attr = {strides: {list: {i: [1, 1, 1, 1]}}, padding: {s: btoa('SAME')}};
 * const node = [
 *   {name: 'x', op: 'Placeholder'},
 *   {name: 'filter', op: 'Const'},
 *   {name: 'y', op: 'Conv2D', input: ['x', 'filter'], attr},
 * ];
 * const artifacts = {
 *   modelTopology: {node, versions: {producer: 1}},
 *   weightSpecs: [{name: 'filter', shape: [3, 3, 2, 6], dtype: 'float32'}],
 *   weightData: new Float32Array(108).fill(1).buffer,
 * };
 * const undo = registerGraphOps();
 * const model = tf.loadGraphModelSync(artifacts);
 * undo();
 * // x has four channels and the filter takes two: a convolution of two groups, which TensorFlow.js refuses.
 * console.log(model.predict(tf.ones([1, 8, 8, 4])).shape); // [1,8,8,6]
 * ```
 */
export const registerGraphOps = (converter: Converter = CONVERTER): (() => void) => rewriteModels('ops', converter);

/**
 * {@link registerGraphOps}, and the graph of each model that is loaded from now on is optimized first, as
 * {@link optimizeGraph} does it. Call it once before models are loaded, also by packages that know nothing of it:
 *
 * A graph that cannot be optimized is loaded as it is, without an error that there was not before; `tf.enableDebugMode()`
 * shows why. Nodes that the optimizer has put into others can no longer be asked for by name in `model.execute`. Weights
 * that are streamed are read as a whole. `model.save` saves what was loaded, not what was made of it.
 *
 * @param converter As {@link registerGraphOps}.
 * @returns A function that undoes it.
 * @example
 * ```ts
 * const undo = optimizeGraphModels();
 * const node = [
 *   {name: 'x', op: 'Placeholder'},
 *   {name: 'y', op: 'Relu', input: ['x']},
 * ];
 * const modelTopology = {node, versions: {producer: 1}};
 * const model = tf.loadGraphModelSync({modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0)});
 * undo();
 * console.log(model.predict(tf.tensor1d([-1, 1])).arraySync()); // [0,1]
 * ```
 */
export const optimizeGraphModels = (converter: Converter = CONVERTER): (() => void) =>
  rewriteModels('optimize', converter);
