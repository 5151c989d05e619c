/** What the module 'util' of Node lost in version 23. */
interface NodeUtil {
  isNullOrUndefined?: (value: unknown) => boolean;
}

/** The part of Node's `process` that is used; in browsers there is none. */
interface NodeProcess {
  getBuiltinModule?(name: 'util'): NodeUtil;
}

/**
 * Gives Node's `util` the function that tfjs-node 4.22 still calls in most of its kernels. Node 22 warns of it once, later
 * versions have it no more, and every op of tfjs-node throws there. Nothing is done where it exists.
 */
export function restoreNodeUtil(): void {
  const {process} = globalThis as {readonly process?: NodeProcess};
  const util = process?.getBuiltinModule?.('util');
  if (util !== undefined) util.isNullOrUndefined ??= value => value === null || value === undefined;
}
