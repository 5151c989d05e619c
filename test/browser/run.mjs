// Runs the tests in headless Chromium, each test file on each backend in a page of its own:
//   node test/browser/run.mjs [--backend webgl ...] [--file memory ...] [--grep REGEXP] [--json FILE]
import {writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {ensureBinaries} from '../../kernels/wasm_core/build.mjs';
import {bundle} from './bundle.mjs';
import {launch} from './chromium.mjs';
import {runPage} from './run_page.mjs';
import {serve} from './server.mjs';
import {jobsOf} from './suites.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const COUNTS = ['passed', 'failed', 'skipped'];

const since = started => (performance.now() - started) / 1000;

/** Calls the functions one after the other, as many at a time as there are processors. */
async function inParallel(calls) {
  const waiting = [...calls];
  const worker = async () => {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) await call();
  };
  await Promise.all(Array.from({length: availableParallelism()}, worker));
}

function print(label, {passed, failed, skipped, failures, problems, note}, seconds) {
  for (const {name, messages} of failures) console.log(`  FAILED ${label}: ${name}\n    ${messages.join('\n    ')}`);
  for (const problem of problems) console.log(`  PROBLEM ${label}: ${problem}`);
  console.log(
    `${label}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s${note && ` (${note})`}`,
  );
}

/** Runs one job, and adds its counts to the report of its suite; each problem counts as a failure. */
async function runJob(job, browser, address, unfit, grep, report) {
  const started = performance.now();
  const result = await runPage(browser, address, job, grep);
  const problems = [...result.problems, ...(job.isUpstream ? unfit[job.page.backend] : [])];
  if (result.passed === 0 && grep === '') problems.push('no test passed');
  const counted = {...result, problems, failed: result.failed + problems.length};
  for (const count of COUNTS) report[count] += counted[count];
  report.seconds += since(started);
  report.files.push({name: `${job.suite}: ${job.file}`, seconds: since(started)});
  print(`${job.page.name} ${job.file}`, counted, since(started));
}

/**
 * Returns a report for each suite, see scripts/test.mjs; all failed where there is no browser. Names
 * and parts are those of jobsOf().
 */
export async function runBrowser({names = [], parts = [], grep = ''} = {}) {
  const started = performance.now();
  const jobs = jobsOf(names, parts);
  const reports = new Map(
    jobs.map(({suite}) => [suite, {suite, passed: 0, failed: 0, skipped: 0, seconds: 0, files: []}]),
  );
  const {outdir, unfit} = await bundle(
    [...new Set(jobs.filter(({isUpstream}) => !isUpstream).map(({file}) => file))],
    [...new Set(jobs.filter(({isUpstream}) => isUpstream).map(({page}) => page.backend))],
  );
  const browser = await launch().catch(error => console.log(`PROBLEM ${error.message}`));
  if (browser === undefined) return [...reports.values()].map(report => ({...report, failed: 1}));
  const pages = `${root}test/browser/page/`;
  const server = await serve({
    '/tests/': outdir,
    '/node_modules/': `${root}node_modules/`,
    '/test/models/': `${root}test/models/`,
    '/page/': pages,
    '/isolated/': pages,
  });
  console.log(`Chromium ${browser.version()}, ${jobs.length} pages, ready after ${since(started).toFixed(1)} s`);
  try {
    const longestFirst = jobs.toSorted((a, b) => a.order - b.order);
    await inParallel(
      longestFirst.map(job => () => runJob(job, browser, server.address, unfit, grep, reports.get(job.suite))),
    );
  } finally {
    await browser.close();
    await server.close();
  }
  return [...reports.values()];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const {values} = parseArgs({
    options: {
      backend: {type: 'string', multiple: true, default: []},
      file: {type: 'string', multiple: true, default: []},
      grep: {type: 'string', default: ''},
      json: {type: 'string'},
    },
  });
  await ensureBinaries();
  const reports = await runBrowser({names: values.backend, parts: values.file, grep: values.grep});
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(reports));
  for (const {suite, ...result} of reports)
    print(suite, {...result, failures: [], problems: [], note: ''}, result.seconds);
  process.exitCode = reports.some(({passed, failed}) => failed > 0 || passed === 0) ? 1 : 0;
}
