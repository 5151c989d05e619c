import type {io} from '@tensorflow/tfjs-core';
import {activationBeforePool} from './activation_before_pool.js';
import {batchNormActivation} from './batch_norm_activation.js';
import {cancelReshapes} from './cancel_reshapes.js';
import {biasOfSum} from './bias_of_sum.js';
import {mergeDuplicates} from './merge_duplicates.js';
import {piecewiseLinear} from './piecewise_linear.js';
import {dilatedConvolution} from './dilated_convolution.js';
import {explicitPadding} from './explicit_padding.js';
import {foldAffine} from './fold_affine.js';
import {foldIntoNext} from './fold_into_next.js';
import {foldConstants} from './fold_constants.js';
import {fuseActivation} from './fuse_activation.js';
import {openGraph} from './graph.js';
import type {Graph} from './graph.js';
import {graphDefOf, inlineCalls} from './inline_calls.js';
import {clampActivation, mergeClamps} from './merge_clamps.js';
import {inOrder} from './order.js';
import {removeIdentity} from './remove_identity.js';
import {scaleOfProduct} from './scale_of_product.js';
import {sinkTransposes} from './sink_transposes.js';
import type {Rule} from './rule.js';
import type {GraphChange, GraphDef, OptimizedGraph} from './types.js';

/** The rewrites, in the order in which they are tried on a node. */
const RULES: readonly Rule[] = [
  foldConstants,
  removeIdentity,
  batchNormActivation,
  cancelReshapes,
  dilatedConvolution,
  explicitPadding,
  foldIntoNext,
  scaleOfProduct,
  foldAffine,
  clampActivation,
  mergeClamps,
  piecewiseLinear,
  fuseActivation,
  biasOfSum,
  activationBeforePool,
];

/** Rewrites one node as often as it can be, each time by the first rule that does. */
function rewriteNode(graph: Graph, name: string): GraphChange[] {
  const changes: GraphChange[] = [];
  for (;;) {
    const node = graph.nodes.get(name);
    const change =
      node && RULES.reduce<GraphChange | undefined>((found, rule) => found ?? rule(graph, node), undefined);
    if (change == null) return changes;
    changes.push(change);
  }
}

/**
 * Rewrites until nothing can be: producers before those who read them, so that a chain is rewritten in one pass. Every rule
 * leaves fewer nodes that are no constants, or takes one step that no rule takes back, which ends it.
 */
function rewrite(graph: Graph): GraphChange[] {
  const changes = [...mergeDuplicates(graph), ...sinkTransposes(graph)];
  for (;;) {
    const found = inOrder(graph).flatMap(name => rewriteNode(graph, name));
    if (found.length === 0) return changes;
    changes.push(...found);
  }
}

/** Whether a weight of this name is still a constant of the graph, a function or the initializer, or never was one of the graph's. */
function isUsed(graph: Graph, {node, library}: GraphDef, initializer: GraphDef | undefined): (name: string) => boolean {
  const own = new Set(node.filter(({op}) => op === 'Const').map(({name}) => name));
  const functions = (library?.function ?? []).flatMap(({nodeDef = []}) => nodeDef);
  const elsewhere = new Set([...functions, ...(initializer?.node ?? [])].map(({name}) => name));
  return name =>
    graph.nodes.get(name)?.op === 'Const' || elsewhere.has(name) || (!own.has(name) && !graph.nodes.has(name));
}

/**
 * Rewrites the graph of a GraphModel into one that computes the same in fewer steps. Every rewrite is exact in real numbers
 * and for inputs of any size: what can differ is how float32 rounds.
 *
 * - Calls of functions are inlined; constants that are made of constants are computed, also from quantized weights; what is
 *   computed twice is computed once; identities, pairs of permutations of axes and of Squeeze and ExpandDims that cancel go.
 * - SpaceToBatchND, a convolution and BatchToSpaceND become one dilated convolution, also where Keras computes the paddings
 *   from sizes that are not known yet, and of 1-D convolutions, which have ExpandDims and Squeeze around them.
 * - Pad and PadV2 of zeros become explicit padding of the convolution behind.
 * - Batch normalization, Mul, RealDiv, Add, Sub and BiasAdd by constants per channel go into filter and bias of the
 *   convolution before, or behind where all padding is absent or the offset is 0.
 * - Relu, Relu6, ClipByValue(0, 6), LeakyRelu, Prelu, Elu and Sigmoid become the activation of the convolution before, also
 *   where they are written out: max(min(x, 6), 0), max(x, a x), relu(x) - a relu(-x), relu(x) + a (x - |x|) / 2 and the like.
 *
 * Conv2D, DepthwiseConv2dNative, Conv3D, Conv2DBackpropInput and Conv3DBackpropInputV2 of float32 with constant filters and
 * channels last take part. The result may hold ops and attributes that only {@link registerGraphOps} provides, which has to
 * be in force when the result is loaded.
 *
 * A node that stands for several has the name of the last of them. The others are gone, so that `execute` can no longer be
 * asked for them; outputs of the signature, nodes that nobody reads where there is no signature, and placeholders stay. What
 * control flow steers, and functions of the library, are left alone, as is a rewrite that would make a constant infinite.
 * Without `weightData` (a stream of weights) only what needs no values is done.
 *
 * @param artifacts The model as an IOHandler's `load` gives it. Neither it nor anything in it is changed.
 * @returns The artifacts of the optimized model, or those that were given where there is nothing to do (or no graph), and
 * what was done, in order.
 * @example
 * ```ts
 * const conv = {strides: {list: {i: ['1', '1', '1', '1']}}, padding: {s: btoa('SAME')}};
 * const node = [
 *   {name: 'x', op: 'Placeholder'},
 *   {name: 'filter', op: 'Const'},
 *   {name: 'y', op: 'Conv2D', input: ['x', 'filter'], attr: conv},
 *   {name: 'z', op: 'Relu', input: ['y']},
 * ];
 * const {artifacts, changes} = optimizeGraph({
 *   modelTopology: {node, versions: {producer: 1}},
 *   weightSpecs: [{name: 'filter', shape: [3, 3, 2, 4], dtype: 'float32'}],
 *   weightData: new Float32Array(72).buffer,
 * });
 * console.log(changes[0].sentence); // Relu became the activation of the Conv2D before
 * console.log(describeChanges(changes)); // 1 fused activation
 * console.log(artifacts.weightSpecs?.map(({name}) => name)); // ["filter","z/bias"]
 * ```
 */
export function optimizeGraph(artifacts: io.ModelArtifacts): OptimizedGraph {
  const inlined = inlineCalls(artifacts);
  const definition = graphDefOf(inlined.artifacts);
  if (definition == null) return inlined;
  const graph = openGraph(inlined.artifacts, definition);
  const changes = rewrite(graph);
  if (changes.length === 0) return inlined;
  const initializer = graphDefOf({modelTopology: artifacts.modelInitializer});
  const weights = graph.weights.encode(isUsed(graph, definition, initializer));
  const modelTopology = {...definition, node: [...graph.nodes.values()]};
  return {artifacts: {...inlined.artifacts, modelTopology, ...weights}, changes: [...inlined.changes, ...changes]};
}
