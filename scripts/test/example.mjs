// Runs the tests of a package in examples/ as one suite.
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const LIMIT_MS = 60 * 60 * 1000;

/** The sums that Node's test runner ends with, one a line, whichever its reporter. */
const SUM = /^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) (\d+)$/;

/** Runs the command to its end; returns its exit code or signal, and the sums that it prints. */
function run(folder) {
  const sums = {};
  let isFailure = false;
  return new Promise(resolve => {
    const child = spawn('npm', ['--prefix', join(examples, folder), 'test'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    });
    createInterface({input: child.stdout}).on('line', line => {
      const found = SUM.exec(line);
      if (found) sums[found[1]] = Number(found[2]);
      // What a failed test tells is in the lines after it, up to the next test.
      if (/^\s*(ok|✔|# Subtest)/.test(line)) isFailure = false;
      if (/^\s*(not ok|✖)/.test(line)) isFailure = true;
      if (isFailure || line.includes('SKIP')) console.log(`${folder} | ${line}`);
    });
    child.on('error', error => resolve({exit: error.message, sums}));
    child.on('close', (code, signal) => resolve({exit: code ?? signal, sums}));
  });
}

/** Returns a report, see scripts/test.mjs. */
export async function runExample({name, folder}) {
  const started = performance.now();
  const {exit, sums} = await run(folder);
  const {pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0} = sums;
  const report = {suite: name, passed: pass, failed: fail + cancelled, skipped: skipped + todo};
  if (exit !== 0 && report.failed === 0) {
    console.log(`PROBLEM ${name}: the tests ended with ${exit}, without a failed one`);
    report.failed = 1;
  }
  return {...report, seconds: (performance.now() - started) / 1000};
}
