/** The backend that the bundler put here: see bundle.mjs. */
declare const BACKEND_UNDER_TEST: string;

export const BACKEND = BACKEND_UNDER_TEST;
