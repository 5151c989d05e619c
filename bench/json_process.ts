import {spawnSync} from 'node:child_process';

/**
 * Runs Node with these arguments, and `env` added to the environment, and reads the line of JSON that the program writes
 * last; null where it took longer than `timeout` milliseconds. Throws an Error with what it wrote to stderr where it failed.
 */
export function jsonInTime<T>(
  timeout: number,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): T | null {
  const {stdout, stderr, status, error} = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: {...process.env, ...env},
    timeout,
  });
  if (error !== undefined) {
    if ('code' in error && error.code === 'ETIMEDOUT') return null;
    throw error;
  }
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as T;
}

/** The same, and an Error where the program takes longer than any should. */
export function jsonOfProcess<T>(args: readonly string[], env: Readonly<Record<string, string>> = {}): T {
  const minutes = 30;
  const found = jsonInTime<T>(minutes * 60_000, args, env);
  if (found === null) throw new Error(`${args.join(' ')} has not ended after ${minutes} minutes`);
  return found;
}
