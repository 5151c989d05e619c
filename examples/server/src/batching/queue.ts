/** Requests that wait for a worker, in groups that can run as one batch. */
import type {Tensor} from '../protocol/tensor.js';

export interface Item {
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  /** Items of the same key can be joined. */
  key: string;
  readonly arrivedMs: number;
  /** How often a worker died or failed on it. */
  tries: number;
  isDone: boolean;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface Limits {
  readonly maxBatchSize: number;
  readonly maxBatchTimeMs: number;
}

export type Queue = Map<string, Item[]>;

/** When the group has to run at the latest; a full one has to run now. */
function dueMs(group: readonly Item[], {maxBatchSize, maxBatchTimeMs}: Limits): number {
  let rows = 0;
  for (const item of group) {
    rows += item.rows;
    if (rows >= maxBatchSize || item.tries > 0) return 0;
  }
  return group[0].arrivedMs + maxBatchTimeMs;
}

export interface Next {
  /** The batch to run now, taken from the queue; empty where none is due. */
  readonly batch: readonly Item[];
  /** When the next group is due; Infinity where none waits. */
  readonly dueMs: number;
}

/** Takes the batch that has waited longest among those that are due. */
export function takeBatch(queue: Queue, nowMs: number, limits: Limits): Next {
  let best: string | undefined;
  let nextDueMs = Infinity;
  for (const [key, group] of queue) {
    const due = dueMs(group, limits);
    if (due > nowMs) {
      nextDueMs = Math.min(nextDueMs, due);
    } else if (best === undefined || group[0].arrivedMs < (queue.get(best)?.[0].arrivedMs ?? Infinity)) {
      best = key;
    }
  }
  if (best === undefined) return {batch: [], dueMs: nextDueMs};
  const group = queue.get(best) ?? [];
  let rows = group[0].rows;
  let length = 1;
  while (length < group.length && rows + group[length].rows <= limits.maxBatchSize) rows += group[length++].rows;
  const batch = group.splice(0, length);
  if (group.length === 0) queue.delete(best);
  return {batch, dueMs: nextDueMs};
}

export function putItem(queue: Queue, item: Item): void {
  const group = queue.get(item.key);
  if (group) group.push(item);
  else queue.set(item.key, [item]);
}

/** Whether the item still waited. */
export function dropItem(queue: Queue, item: Item): boolean {
  const group = queue.get(item.key) ?? [];
  const at = group.indexOf(item);
  if (at === -1) return false;
  group.splice(at, 1);
  if (group.length === 0) queue.delete(item.key);
  return true;
}
