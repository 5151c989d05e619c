// npm test: tfjs-node is set up, then the unit tests, then tfjs-core's own convolution specs in all modes, then both in
// headless Chromium, then one table and one line of sums.
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureBinaries} from '../kernels/wasm_core/build.mjs';
import {runBrowser} from '../test/browser/run.mjs';
import {runReadme} from '../test/node_backend/readme.mjs';
import {nodeBinary} from '../test/upstream/node_versions.mjs';
import {MODES, NODE_MODE, runMode} from '../test/upstream/run.mjs';
import {setUpNode} from './setup_node/main.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const LIMIT_MS = 60 * 60 * 1000;

/** Runs jest; returns its counts, with a problem for everything that no count shows. */
async function runJest(suite, nodeFlags, jestArgs, env = {}) {
  const started = performance.now();
  const report = {suite, passed: 0, failed: 0, skipped: 0, problems: []};
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-jest-'));
  const file = join(folder, 'report.json');
  try {
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
    const exit = await run(
      [...nodeFlags, jest, '--json', '--outputFile', file, ...jestArgs, ...process.argv.slice(2)],
      env,
    );
    const {numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults, success} = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    report.passed = numPassedTests;
    report.failed = numFailedTests;
    report.skipped = numPendingTests + numTodoTests;
    // A file that does not load has no failed test: jest counts it only as a suite.
    for (const {name, status, assertionResults, message} of testResults) {
      if (status === 'failed' && !assertionResults.some(one => one.status === 'failed')) {
        report.problems.push(`${name} did not run: ${message.slice(0, 500)}`);
      }
    }
    if ((!success || exit !== 0) && report.failed + report.problems.length === 0) {
      report.problems.push(`jest ended with ${exit}, without a failed test`);
    }
  } catch (error) {
    report.problems.push(`no result: ${error.message}`);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
  if (report.passed === 0) report.problems.push('no test passed');
  for (const problem of report.problems) console.log(`PROBLEM ${problem}`);
  report.failed += report.problems.length;
  report.seconds = (performance.now() - started) / 1000;
  return report;
}

function run(args, env) {
  return new Promise(resolve => {
    // jest writes its JSON also to stdout where no --outputFile is given; its own report goes to stderr.
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: LIMIT_MS,
      env: {...process.env, ...env},
    });
    child.on('error', error => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}

function table(reports) {
  const columns = ['suite', 'passed', 'failed', 'skipped', 'seconds'];
  const rows = [
    columns,
    ...reports.map(report =>
      columns.map(column => (column === 'seconds' ? report.seconds.toFixed(1) : String(report[column]))),
    ),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map(row => row[index].length)));
  return rows
    .map(row =>
      row.map((text, index) => (index === 0 ? text.padEnd(widths[index]) : text.padStart(widths[index]))).join('  '),
    )
    .join('\n');
}

/** Sets tfjs-node up. Where that fails, its tests are left out, but for continuous integration, where it is a failure. */
async function nodeBackend() {
  const report = {suite: 'set-up of tfjs-node', passed: 0, failed: 0, skipped: 0, seconds: 0};
  const started = performance.now();
  try {
    await setUpNode();
    report.passed = 1;
  } catch (error) {
    console.log(`\n!!! BACKEND tensorflow IS NOT TESTED: ${error.message}\n`);
    if (process.env.CI === 'true') report.failed = 1;
    else report.skipped = 1;
  }
  report.seconds = (performance.now() - started) / 1000;
  return report;
}

/** What every TensorFlow library has to pass: those without oneDNN, for which an environment variable stands, too. */
async function runNodeBackend() {
  const withoutOneDnn = {TF_ENABLE_ONEDNN_OPTS: '0'};
  const reports = [
    runReadme(),
    await runJest(
      'jest, tensorflow without oneDNN',
      [],
      [
        '--silent',
        'test/specs/conformance/tensorflow_test',
        'test/specs/nonfinite_test',
        'test/specs/random_test',
        'test/specs/second_order_test',
        'test/specs/node_memory_test',
      ],
      {...withoutOneDnn, TFJS_CONV_TEST_BACKEND: 'tensorflow'},
    ),
    await runMode(NODE_MODE),
    await runMode(NODE_MODE, {suite: `${NODE_MODE} without oneDNN`, env: withoutOneDnn}),
  ];
  for (const major of [22, 24]) {
    reports.push(await runMode(NODE_MODE, {suite: `${NODE_MODE}, Node ${major}`, node: nodeBinary(major)}));
  }
  return reports;
}

await ensureBinaries();
const nodeReport = await nodeBackend();
const reports = [nodeReport, await runJest('jest', [], ['--coverage'])];
// Newer versions have relaxed SIMD on, so that the run above is on its binary.
if (Number(process.versions.node.split('.')[0]) < 22) {
  reports.push(
    await runJest(
      'jest, relaxed SIMD',
      ['--experimental-wasm-relaxed-simd'],
      [
        '--silent',
        'test/specs/conformance/cpu_test',
        'test/specs/wasm_core/',
        'test/specs/winograd_test',
        'test/specs/nonfinite_test',
      ],
    ),
  );
}
for (const mode of MODES) reports.push(await runMode(mode));
reports.push(...(await runBrowser()));
if (nodeReport.passed > 0) reports.push(...(await runNodeBackend()));

const sum = column => reports.reduce((total, report) => total + report[column], 0);
console.log(`\n${table(reports)}\n`);
process.exitCode = sum('failed') > 0 || reports.some(({passed, skipped}) => passed + skipped === 0) ? 1 : 0;
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
