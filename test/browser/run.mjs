// Runs the tests in headless Chromium, each test file on each backend in a page of its own:
//   node test/browser/run.mjs [page ...] [--file memory ...] [--grep REGEXP] [--json FILE]
import {writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {ensureBinaries} from '../../kernels/wasm_core/build.mjs';
import {bundleTests} from './bundle.mjs';
import {launch} from './chromium.mjs';
import {serve} from './server.mjs';
import {pagesOf} from './suites.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 10 * 60 * 1000;

const HTML = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/tests/main.js"></script>';

/** Runs one test file in a page; problems are what no count shows. */
async function runFile(browser, address, {name, backend, isolated, flags}, file, grep) {
  const context = await browser.newContext();
  const label = `${name} ${file}`;
  const lines = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') lines.push(message.text());
      else if (message.type() === 'log') console.log(`  ${label}: ${message.text()}`);
    });
    page.on('pageerror', (error) => lines.push(error.message));
    const crashed = new Promise((_, reject) => page.on('crash', () => reject(new Error('the page crashed'))));
    const query = new URLSearchParams({backend, file, grep, ...flags && {tfjsflags: flags}});
    await page.goto(`${address}${isolated ? '/isolated/' : '/page/'}?${query}`);
    const work = page.evaluate(async (expected) => {
      if (globalThis.crossOriginIsolated !== expected) throw new Error(`crossOriginIsolated is not ${expected}`);
      return await globalThis.tfjsConvRun();
    }, isolated);
    return await withLimit(Promise.race([work, crashed]), LIMIT_MS);
  } catch (error) {
    return {passed: 0, failed: 0, skipped: 0, failures: [], problems: [String(error.message), ...lines.slice(0, 5)]};
  } finally {
    await context.close();
  }
}

function withLimit(promise, limit) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished after ${limit / 1000} s`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Runs the jobs, as many at a time as there are processors. */
async function inParallel(jobs) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({length: availableParallelism()}, worker));
}

function print(label, {passed, failed, failures, problems}, seconds) {
  for (const {name, messages} of failures.slice(0, 20)) console.log(`  FAILED ${label}: ${name}\n    ${messages.join('\n    ')}`);
  for (const problem of problems) console.log(`  PROBLEM ${label}: ${problem}`);
  console.log(`${label}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`);
}

/** Returns a report for each page, {suite, passed, failed, skipped, seconds}; each problem counts as a failure. */
export async function runBrowser({pages = [], files = [], grep = ''} = {}) {
  const chosen = pagesOf(pages).map((page) => ({...page, files: page.files.filter((file) => files.length === 0 || files.some((part) => file.includes(part)))}));
  const started = performance.now();
  const bundle = await bundleTests([...new Set(chosen.flatMap((page) => page.files))]);
  const server = await serve({'/tests/': bundle, '/wasm/': `${root}node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/`}, HTML);
  const reports = chosen.map(({name}) => ({suite: `browser ${name}`, passed: 0, failed: 0, skipped: 0, seconds: 0}));
  try {
    const browser = await launch();
    console.log(`Chromium ${browser.version()}, bundled and started in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    try {
      const longestFirst = chosen.flatMap((page, p) => page.files.map((file, order) => ({page, file, order, report: reports[p]})))
          .sort((a, b) => a.order - b.order);
      await inParallel(longestFirst.map(({page, file, report}) => async () => {
        const start = performance.now();
        const result = await runFile(browser, server.address, page, file, grep);
        if (result.passed === 0 && grep === '') result.problems.push('no test passed');
        result.failed += result.problems.length;
        const seconds = (performance.now() - start) / 1000;
        for (const column of ['passed', 'failed', 'skipped']) report[column] += result[column];
        report.seconds += seconds;
        print(`${page.name} ${file}`, result, seconds);
      }));
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
  return reports;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const {values, positionals} = parseArgs({allowPositionals: true, options: {
    backend: {type: 'string', multiple: true, default: []},
    file: {type: 'string', multiple: true, default: []},
    grep: {type: 'string', default: ''},
    json: {type: 'string'},
  }});
  ensureBinaries();
  const reports = await runBrowser({pages: [...values.backend, ...positionals], files: values.file, grep: values.grep});
  for (const {suite, passed, failed, skipped, seconds} of reports) console.log(`${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s`);
  if (values.json) writeFileSync(values.json, JSON.stringify(reports, undefined, 2));
  process.exitCode = reports.some(({passed, failed}) => failed > 0 || passed === 0) ? 1 : 0;
}
