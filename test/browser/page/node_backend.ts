/** In place of test/support/node_backend.ts: a page has no tfjs-node. */
export const nodeBackendRuns = false;
