import type {Graph} from './graph.js';
import type {GraphChange, NodeDef} from './types.js';

/**
 * Rewrites what ends in this node, if it is the pattern that the rule is about, and says so. The result equals that of the
 * original for every input, in real numbers: what differs is how sums and products are rounded.
 */
export type Rule = (graph: Graph, node: NodeDef) => GraphChange | undefined;
