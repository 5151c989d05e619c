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
