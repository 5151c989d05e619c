/** The backend that the bundler put here: see bundle.mjs. */
declare const BACKEND_UNDER_TEST: string;

declare const SYNC_READS_UNDER_TEST: boolean;

export const BACKEND = BACKEND_UNDER_TEST;

/** Whether its values can be read at once. */
export const SYNC_READS = SYNC_READS_UNDER_TEST;
