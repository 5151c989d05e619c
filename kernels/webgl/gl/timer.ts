import type {Device} from './device.js';

/** What the backend has beyond its types: the timers of its own programs, while tf.time() or a profile runs. */
interface Timers {
  readonly activeTimers: Array<{name: string; query: Promise<number>}> | null | undefined;
  startTimer(): unknown;
  endTimer(query: unknown): unknown;
  getQueryTime(query: unknown): Promise<number>;
}

/** Runs a draw, within the backend's timers where it is timed. */
export function timed({backend}: Device, run: () => void): void {
  // The registration boundary, as in device.ts.
  const timers = backend as unknown as Timers;
  if (timers.activeTimers == null) return run();
  const started = timers.startTimer();
  run();
  timers.activeTimers.push({name: 'tfjs-conv', query: timers.getQueryTime(timers.endTimer(started))});
}
