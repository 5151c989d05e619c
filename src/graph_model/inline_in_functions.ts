import type {io} from '@tensorflow/tfjs-core';
import {openGraph} from './optimize/graph.js';
import {graphDefOf, inlineNodes} from './optimize/inline_calls.js';
import type {FunctionDef, GraphDef} from './optimize/types.js';

/** A function with the calls in its body inlined. What it returns keeps its name. */
function withoutCalls(
  definition: FunctionDef,
  library: GraphDef['library'],
  {weightSpecs}: io.ModelArtifacts,
): FunctionDef {
  const {nodeDef: node = [], ret = {}} = definition;
  const outputs = Object.fromEntries(Object.entries(ret).map(([name, output]) => [name, {name: output}]));
  const {nodes, changes} = inlineNodes(openGraph({weightSpecs, signature: {outputs}}, {node}), {node, library});
  return changes.length === 0 ? definition : {...definition, nodeDef: [...nodes.values()]};
}

/** Inlines the calls in the functions of the library, which loops and branches run: TensorFlow.js executes no calls. */
export function inlineInFunctions(artifacts: io.ModelArtifacts): io.ModelArtifacts {
  const graph = graphDefOf(artifacts);
  const functions = graph?.library?.function ?? [];
  if (functions.length === 0) return artifacts;
  const library = {...graph?.library, function: functions.map(each => withoutCalls(each, graph?.library, artifacts))};
  return {...artifacts, modelTopology: {...graph, library}};
}
