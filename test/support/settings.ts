/** What environment variables say about the tests; CONTRIBUTING.md lists them. A page gets them from test/browser/bundle.mjs. */

/** TFJS_CONV_TEST_LONG=1: whether all cases run on all backends, and a million random ones. */
export const LONG = process.env.TFJS_CONV_TEST_LONG === '1';

/** TFJS_CONV_TEST_BACKEND: the one backend that runs, where it is set. */
export const ONLY_BACKEND = process.env.TFJS_CONV_TEST_BACKEND;

/** TFJS_CONV_TEST_SEED replays the random cases that begin with it; otherwise every run has others. */
export const SEED = Number(process.env.TFJS_CONV_TEST_SEED ?? Date.now() % 2 ** 31);

/** How many random cases a backend runs: TFJS_CONV_TEST_RANDOM_CASES, or a quarter of a million in the long set. */
export function randomCasesOf(backend: {readonly randomCases: number}): number {
  const {TFJS_CONV_TEST_RANDOM_CASES} = process.env;
  if (TFJS_CONV_TEST_RANDOM_CASES !== undefined) return Number(TFJS_CONV_TEST_RANDOM_CASES);
  return LONG ? 250_000 : backend.randomCases;
}
