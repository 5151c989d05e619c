// Runs tfjs-core's own convolution specs, each mode in a process of its own: on every backend, and what else is to be shown:
//   node test/upstream/run.mjs [mode ...] [--json FILE]
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL, fileURLToPath} from 'node:url';
import {BACKENDS} from '../../scripts/backends.mjs';
import '../support/load/vulkan.mjs';
import {bundleMode, NEXT_NODE, NODE, OTHER_MODES} from './bundle.mjs';
import {incomplete} from './report.mjs';

/** For tfjs-node, which has to be set up (npm run setup:node). */
export const NODE_MODE = 'tensorflow';
/** Those that need nothing but the packages: the backends of Node, and what else is to be shown. */
export const MODES = [
  ...BACKENDS.filter(({name, runsIn}) => runsIn.includes('node') && name !== NODE_MODE).map(({name}) => name),
  ...OTHER_MODES,
];
/** Only for what never ends. */
const LIMIT_MS = 2 * 60 * 60 * 1000;

/**
 * Returns {suite, passed, failed, skipped, seconds, failures, problems, note}; each problem counts as a failure. `node` is
 * the program that runs the specs, `env` what is added to its environment, `tfjs` 'next' for the next TensorFlow.js.
 */
export async function runMode(mode, {suite = `upstream ${mode}`, node = process.execPath, env = {}, tfjs} = {}) {
  const started = performance.now();
  const report = {
    suite,
    passed: 0,
    failed: 0,
    skipped: 0,
    seconds: 0,
    failures: [],
    problems: [],
    note: '',
  };
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-upstream-'));
  try {
    console.log(`${suite}: bundling`);
    const {outfile, problems} = await bundleMode(mode, tfjs === 'next' ? NEXT_NODE : NODE);
    report.problems.push(...problems);
    const reportFile = join(folder, 'report.json');
    const exit = await run(node, env, [fileURLToPath(new URL('child.mjs', import.meta.url)), outfile, reportFile]);
    if (exit !== 0) report.problems.push(`the process ended with ${exit}`);
    const child = JSON.parse(readFileSync(reportFile, 'utf8'));
    Object.assign(report, child, {problems: [...report.problems, ...child.problems, ...incomplete(child)]});
  } catch (error) {
    report.problems.push(`no result: ${error.message}`);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
  report.failed += report.problems.length;
  report.seconds = (performance.now() - started) / 1000;
  print(report);
  return report;
}

function run(node, env, args) {
  return new Promise(resolve => {
    const child = spawn(node, args, {
      stdio: 'inherit',
      timeout: LIMIT_MS,
      env: {TF_CPP_MIN_LOG_LEVEL: '3', ...process.env, ...env},
    });
    child.on('error', error => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}

function print({suite, passed, failed, skipped, seconds, failures, problems, note}) {
  for (const {name, messages} of failures) console.log(`  FAILED ${name}\n    ${messages.join('\n    ')}`);
  for (const problem of problems) console.log(`  PROBLEM ${problem}`);
  console.log(
    `${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s${note ? ` (${note})` : ''}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const json = args.includes('--json') ? args.splice(args.indexOf('--json'), 2)[1] : undefined;
  const all = [...MODES, NODE_MODE];
  const unknown = args.filter(mode => !all.includes(mode));
  if (unknown.length > 0) throw new Error(`unknown mode ${unknown.join(', ')}; there are ${all.join(', ')}`);
  const reports = [];
  for (const mode of args.length > 0 ? args : MODES) reports.push(await runMode(mode));
  if (json) writeFileSync(json, JSON.stringify(reports, undefined, 2));
  process.exitCode = reports.some(({failed}) => failed > 0) ? 1 : 0;
}
