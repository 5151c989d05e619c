/** Runs after which a time counts as that of all later ones. */
const [LEAST, MOST] = [3, 16];

/** Time in ms after which a model that is still getting faster is left to do so while it is used. */
const PATIENCE = 1500;

/** How much faster than all before it a run has to be for more of them to be worth it. */
const GAIN = 0.95;

/**
 * Whether runs have become as fast as they will be: none of the last two was clearly faster than all before. Engines
 * compile JavaScript and WebAssembly again while it runs, in the background.
 */
export function isSettled(times: readonly number[], most: number = MOST): boolean {
  if (times.length >= most) return true;
  if (times.length < Math.min(LEAST, most)) return false;
  const before = Math.min(...times.slice(0, -2));
  const last = Math.min(...times.slice(-2));
  const spent = times.slice(1).reduce((sum, time) => sum + time, 0);
  return spent > PATIENCE || last >= GAIN * before;
}
