/** In place of test/node_backend.ts: a page has no tfjs-node. */
export const nodeBackendRuns = false;
