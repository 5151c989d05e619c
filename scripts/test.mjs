// npm test: sets tfjs-node up, runs the suites of a level (scripts/test/suites.mjs), and prints a table and one line of sums.
//
//   npm test                          level full
//   npm test -- --level quick         jest and tfjs-core's specs on this Node, without browsers
//   npm test -- --suite 'upstream'    the suites with that in their names
//   TFJS_CONV_TEST_LONG=1 npm test    level long: every case on every backend, a million random ones, all versions of Node
//   TFJS_CONV_TEST_WITHOUT=tensorflow npm test    where TensorFlow's library cannot be had
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {ensureBinaries} from '../kernels/wasm_core/build.mjs';
import {runReadme} from '../test/node_backend/readme.mjs';
import {runPlaces} from '../test/runtimes/run.mjs';
import {nodeBinary} from '../test/upstream/node_versions.mjs';
import {NODE_MODE, runMode} from '../test/upstream/run.mjs';
import {setUpNode} from './setup_node/main.mjs';
import {runExample} from './test/example.mjs';
import {runJest} from './test/jest.mjs';
import {suitesOf} from './test/suites.mjs';
import {summary} from './test/summary.mjs';

/**
 * Every suite gives a report {suite, passed, failed, skipped, seconds, files}: counts of tests, to which each problem adds
 * a failure, and the seconds of each file.
 */

const started = performance.now();
const since = start => (performance.now() - start) / 1000;
const without = (process.env.TFJS_CONV_TEST_WITHOUT ?? '').split(',');

/** Sets tfjs-node up. It is a failure where that does not work, unless the user has said that it is not to be had. */
async function setUp() {
  const start = performance.now();
  const report = {suite: 'set-up of tfjs-node', passed: 0, failed: 0, skipped: 0};
  if (without.includes(NODE_MODE)) {
    report.skipped = 1;
  } else {
    try {
      await setUpNode();
      report.passed = 1;
    } catch (error) {
      console.log(`\nPROBLEM backend ${NODE_MODE} is not tested: ${error.message}`);
      console.log(`Where TensorFlow's library is not to be had: TFJS_CONV_TEST_WITHOUT=${NODE_MODE} npm test\n`);
      report.failed = 1;
    }
  }
  return {...report, seconds: since(start)};
}

/** Runs the pages in a process of its own, whose lines are marked. */
function runBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-browser-'));
  const file = join(folder, 'report.json');
  const start = performance.now();
  return new Promise(resolve => {
    const script = fileURLToPath(new URL('../test/browser/run.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, '--json', file], {stdio: ['ignore', 'pipe', 'pipe']});
    for (const stream of [child.stdout, child.stderr])
      createInterface({input: stream}).on('line', line => console.log(`browser | ${line}`));
    child.on('close', code => {
      try {
        resolve(JSON.parse(readFileSync(file, 'utf8')));
      } catch (error) {
        console.log(`PROBLEM browser: ended with ${code}, ${error.message}`);
        resolve([{suite: 'browser', passed: 0, failed: 1, skipped: 0, seconds: since(start)}]);
      } finally {
        rmSync(folder, {recursive: true, force: true});
      }
    });
  });
}

/**
 * Where the random cases of a run begin: a number of the committed files, so that a run of the same commit repeats and each
 * commit tries other cases. Where git is not to be had, a number of the time.
 */
function seedOfRun() {
  const {stdout} = spawnSync('git', ['rev-parse', 'HEAD^{tree}'], {encoding: 'utf8'});
  return /^[0-9a-f]{40}/.test(stdout ?? '') ? parseInt(stdout.slice(0, 7), 16) : Date.now() % 2 ** 31;
}

/** Where tfjs-node is not to be had, its files may skip all their tests. */
const isExcused = file => without.includes(NODE_MODE) && /tensorflow|node_memory/.test(file);

/** The reports of a suite. */
async function runSuite(suite) {
  switch (suite.kind) {
    case 'browser':
      return runBrowser();
    case 'jest':
      return [await runJest(suite, isExcused)];
    case 'upstream':
      return [
        await runMode(suite.mode, {
          suite: suite.name,
          node: suite.node === undefined ? process.execPath : nodeBinary(suite.node),
          env: suite.env,
          tfjs: suite.tfjs,
        }),
      ];
    case 'readme':
      return [runReadme()];
    case 'runtimes':
      return [await runPlaces({level})];
    case 'example':
      return [await runExample(suite)];
  }
}

const {values} = parseArgs({
  options: {level: {type: 'string'}, suite: {type: 'string', multiple: true, default: []}},
});
const level = values.level ?? (process.env.TFJS_CONV_TEST_LONG === '1' ? 'long' : 'full');
const suites = suitesOf(level, values.suite);
if (suites.length === 0) throw new Error(`no suite has ${values.suite.join(' or ')} in its name`);
if (level === 'long') process.env.TFJS_CONV_TEST_LONG = '1';
process.env.TFJS_CONV_TEST_SEED ??= String(seedOfRun());
console.log(`random cases: TFJS_CONV_TEST_SEED=${process.env.TFJS_CONV_TEST_SEED}`);

await ensureBinaries();
const setUpReport = await setUp();
const runs = suites.filter(({needs}) => needs === undefined || setUpReport.passed > 0);
/** One after the other: each uses all processors where it can. */
async function inTurn(some) {
  const reports = [];
  for (const suite of some) reports.push(...(await runSuite(suite)));
  return reports;
}
// Pages wait for shaders and for each other, so that they run beside the rest.
const [browser, others] = await Promise.all([
  inTurn(runs.filter(({kind}) => kind === 'browser')),
  inTurn(runs.filter(({kind}) => kind !== 'browser')),
]);
const reports = [setUpReport, ...others, ...browser];
const isFailed = ({passed, failed, skipped}) => failed > 0 || passed + skipped === 0;
process.exitCode = reports.some(isFailed) ? 1 : 0;
console.log(summary(reports, since(started)));
