// Runs jest as one suite.
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {installNext} from '../../test/next_tfjs/install.mjs';
import {nodeBinary} from '../../test/upstream/node_versions.mjs';
import {otherSimd} from './simd.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 24 * 60 * 60 * 1000;

/** Runs a program of Node to its end; returns its exit code, its signal or what is wrong. */
function run(node, args, env) {
  return new Promise(resolve => {
    const child = spawn(node, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: LIMIT_MS,
      env: {...process.env, ...env},
    });
    child.on('error', error => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}

/** What no count shows: a file that does not load has no failed test, and one that skips all its tests none either. */
function problemsOf({testResults}, isExcused) {
  return testResults.flatMap(({name, status, assertionResults, message}) => {
    const has = state => assertionResults.some(one => one.status === state);
    const file = relative(root, name);
    if (status === 'failed' && !has('failed')) return [`${file} did not run: ${message.slice(0, 500)}`];
    return has('passed') || has('failed') || isExcused(file) ? [] : [`${file}: no test ran`];
  });
}

/** Returns a report, see scripts/test.mjs. `isExcused` says which files may skip all their tests. */
export async function runJest({name, specs, args = [], env = {}, simd, node, tfjs}, isExcused) {
  const started = performance.now();
  const report = {suite: name, passed: 0, failed: 0, skipped: 0, problems: [], files: []};
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-jest-'));
  try {
    const {flags, env: simdEnv} = simd === 'other' ? otherSimd() : {flags: [], env: {}};
    if (tfjs === 'next') installNext();
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
    const file = join(folder, 'report.json');
    const exit = await run(
      node === undefined ? process.execPath : nodeBinary(node),
      [...flags, jest, '--silent', '--json', '--outputFile', file, ...args, ...specs.map(part => `test/specs/${part}`)],
      {...env, ...simdEnv, ...(tfjs && {TFJS_CONV_TEST_TFJS: tfjs})},
    );
    const result = JSON.parse(readFileSync(file, 'utf8'));
    report.passed = result.numPassedTests;
    report.failed = result.numFailedTests;
    report.skipped = result.numPendingTests + result.numTodoTests;
    report.problems.push(...problemsOf(result, isExcused));
    report.files = result.testResults.map(({name: path, startTime, endTime}) => ({
      name: `${name}: ${relative(join(root, 'test/specs'), path)}`,
      seconds: (endTime - startTime) / 1000,
    }));
    if ((!result.success || exit !== 0) && report.failed + report.problems.length === 0) {
      report.problems.push(`jest ended with ${exit}, without a failed test`);
    }
  } catch (error) {
    report.problems.push(`no result: ${error.message}`);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
  if (report.passed === 0) report.problems.push('no test passed');
  for (const problem of report.problems) console.log(`PROBLEM ${name}: ${problem}`);
  report.failed += report.problems.length;
  report.seconds = (performance.now() - started) / 1000;
  return report;
}
