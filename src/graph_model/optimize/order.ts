import type {Graph} from './graph.js';
import {parseInput} from './node_names.js';

/** The names of the nodes, each behind those of the nodes that it reads. A loop is cut where it is entered. */
export function inOrder({nodes}: Graph): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  for (const start of nodes.keys()) {
    // Depth first, without recursion: a name is met again, as done, behind all that it reads.
    const pending: {readonly name: string; readonly done: boolean}[] = [{name: start, done: false}];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next.done) {
        order.push(next.name);
        continue;
      }
      if (seen.has(next.name)) continue;
      seen.add(next.name);
      pending.push({name: next.name, done: true});
      for (const input of nodes.get(next.name)?.input ?? []) {
        const {node} = parseInput(input);
        if (nodes.has(node) && !seen.has(node)) pending.push({name: node, done: false});
      }
    }
  }
  return order;
}
