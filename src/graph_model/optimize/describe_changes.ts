import type {GraphChange, GraphChangeKind} from './types.js';

/** How a kind of change is counted, one and more of it. */
const NAMES: Readonly<Record<GraphChangeKind, readonly [string, string]>> = {
  'inlined call': ['inlined call', 'inlined calls'],
  'folded constant': ['folded constant', 'folded constants'],
  'removed identity': ['removed identity', 'removed identities'],
  'dilated convolution': ['dilated convolution', 'dilated convolutions'],
  'explicit padding': ['explicit padding', 'explicit paddings'],
  'folded scale': ['folded scale', 'folded scales'],
  'folded offset': ['folded offset', 'folded offsets'],
  'folded batch normalization': ['folded batch normalization', 'folded batch normalizations'],
  'fused activation': ['fused activation', 'fused activations'],
  simplified: ['simplification', 'simplifications'],
};

/**
 * What {@link optimizeGraph} did, counted by kind in one line.
 *
 * @param changes What it returned.
 * @example
 * ```ts
 * console.log(describeChanges([])); // nothing to optimize
 * ```
 */
export function describeChanges(changes: readonly GraphChange[]): string {
  const counts = new Map<GraphChangeKind, number>();
  for (const {kind} of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const parts = [...counts].map(([kind, count]) => `${count} ${NAMES[kind][count === 1 ? 0 : 1]}`);
  return parts.length === 0 ? 'nothing to optimize' : parts.join(', ');
}
