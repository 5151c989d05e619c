// What the set-up says, and how it runs programs.
import {spawn} from 'node:child_process';
import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

const started = performance.now();
const EVERY_MS = 5000;
const LIMIT_MS = 20 * 60 * 1000;

export function say(text) {
  console.log(`[tfjs-node ${((performance.now() - started) / 1000).toFixed(1)} s] ${text}`);
}

export const megabytes = bytes => `${(bytes / 1e6).toFixed(0)} MB`;

function bytesIn(path) {
  if (!existsSync(path)) return 0;
  return readdirSync(path, {recursive: true}).reduce((sum, name) => {
    const found = statSync(join(path, String(name)), {throwIfNoEntry: false});
    return sum + (found?.isFile() ? found.size : 0);
  }, 0);
}

/**
 * Runs a program to its end; throws where it fails. Every few seconds it says what has arrived in the folder `grows`, and
 * gives up where nothing has after `idleMs`.
 */
export function run(command, args, {cwd, env, grows, expected = 0, idleMs = Infinity} = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {cwd, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']});
    let output = '';
    let [silent, total] = [0, 0];
    const before = grows ? bytesIn(grows) : 0;
    child.stdout.on('data', data => (output += data));
    child.stderr.on('data', data => (output += data));
    const timer = setInterval(() => {
      const arrived = grows ? bytesIn(grows) - before : 0;
      if (grows) say(`  ${megabytes(arrived)}${expected ? ` of ${megabytes(expected)}` : ''}`);
      silent = arrived > 0 ? 0 : silent + EVERY_MS;
      total += EVERY_MS;
      if (silent >= idleMs || total >= LIMIT_MS) child.kill();
    }, EVERY_MS);
    const end = problem => {
      clearInterval(timer);
      if (problem) reject(new Error(`${command}: ${problem}\n${output.trim().split('\n').slice(-8).join('\n')}`));
      else resolve(output);
    };
    child.on('error', error => end(error.message));
    child.on('close', (code, signal) => end(code === 0 ? '' : `ended with ${code ?? signal}`));
  });
}
