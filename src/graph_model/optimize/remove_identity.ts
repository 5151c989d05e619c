import {isPlain, redirect} from './graph.js';
import type {Rule} from './rule.js';

/** Ops whose result is their input, where nothing is trained. */
const IDENTITIES: ReadonlySet<string> = new Set(['Identity', 'StopGradient', 'PreventGradient', 'Snapshot']);

/** Whoever reads an Identity may as well read what that reads. An output of the model keeps it, for its name. */
export const removeIdentity: Rule = (graph, node) => {
  const [input] = node.input ?? [];
  const isRead = (graph.consumers.get(node.name)?.size ?? 0) > 0;
  if (!IDENTITIES.has(node.op) || !isRead || graph.outputs.has(node.name) || !isPlain(graph, node)) return undefined;
  redirect(graph, node.name, input);
  return {kind: 'removed identity', nodes: [node.name, input], sentence: `${node.op} gives what it reads`};
};
