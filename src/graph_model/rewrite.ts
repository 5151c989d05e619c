import {env} from '@tensorflow/tfjs-core';
import type {io} from '@tensorflow/tfjs-core';
import {inlineInFunctions} from './inline_in_functions.js';
import {graphDefOf, inlineCalls} from './optimize/inline_calls.js';
import {optimizeGraph} from './optimize/optimize_graph.js';
import {withOwnOps} from './own_ops.js';

/** How the artifacts of a model are rewritten before it is loaded: made to run on our ops, or optimized as well. */
export type Rewriting = 'ops' | 'optimize';

/** Says in debug mode why a model is loaded as it is. */
export function warnOfFailure(error: unknown): void {
  if (env().getBool('DEBUG'))
    console.warn(`tfjs-conv: a graph is loaded as it is, since it cannot be rewritten: ${error}`);
}

/** What `rewrite` makes of a value, or the value itself where that throws: no model fails that loads without it. */
function attempt<T>(value: T, rewrite: (value: T) => T): T {
  try {
    return rewrite(value);
  } catch (error) {
    warnOfFailure(error);
    return value;
  }
}

/** The artifacts with the calls in their graph inlined, and its convolutions on our ops. */
function runnable(artifacts: io.ModelArtifacts): io.ModelArtifacts {
  const inlined = attempt(artifacts, given => inlineInFunctions(inlineCalls(given).artifacts));
  const graph = graphDefOf(inlined);
  return graph === undefined ? inlined : attempt(inlined, given => ({...given, modelTopology: withOwnOps(graph)}));
}

/**
 * The artifacts that TensorFlow.js is to load in place of these, which stay as they are. Optimizing needs the weights
 * among them.
 */
export function rewriteArtifacts(artifacts: io.ModelArtifacts, how: Rewriting): io.ModelArtifacts {
  return runnable(how === 'ops' ? artifacts : attempt(artifacts, given => optimizeGraph(given).artifacts));
}
