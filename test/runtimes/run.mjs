// Tries the packed package where JavaScript runs: runtimes, pages of browsers, and apps of bundlers (places.mjs).
//   node test/runtimes/run.mjs [--place 'part of a title' ...] [--folder CONSUMER] [--json FILE]
import {build} from 'esbuild';
import {spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {nodeBinary} from '../upstream/node_versions.mjs';
import {missing, openPages} from './browsers.mjs';
import {BUNDLERS} from './bundlers.mjs';
import {engineBinary} from './engines.mjs';
import {installConsumer, putProgram} from './install.mjs';
import {PLACES} from './places.mjs';
import {serve} from './server.mjs';

const LIMIT_MS = 120_000;

/** Browsers that have to be there, as in continuous integration: one that is missing is a failure then. */
const needed = (process.env.TFJS_CONV_TEST_NEEDS ?? '').split(',');

const COMMANDS = {
  node: ({major}) => [Number(process.versions.node.split('.')[0]) === major ? process.execPath : nodeBinary(major), []],
  deno: () => [engineBinary('deno'), ['run', '--allow-all', '--node-modules-dir=manual']],
  bun: () => [engineBinary('bun'), []],
};

function runEngine(place, folder) {
  const [path, args] = COMMANDS[place.engine](place);
  const child = spawnSync(path, [...args, 'console.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    env: {...process.env, ...(place.threads !== undefined && {TFJS_CONV_THREADS: String(place.threads)})},
  });
  const line = child.stdout?.split('\n').find(text => text.startsWith('{'));
  if (child.status === 0 && line !== undefined) return JSON.parse(line);
  return {error: `${path} ended with ${child.error?.message ?? child.status}: ${child.stderr?.slice(-1000)}`};
}

/** The page and its worker, bundled, with the files that tfjs-backend-wasm loads. */
async function buildPage(consumer, folder) {
  const dist = join(folder, 'dist');
  const entry = join(folder, 'main.mjs');
  writeFileSync(entry, "import {start} from './start.mjs';\nstart();\n");
  await build({
    entryPoints: {main: entry, worker: join(folder, 'worker.mjs')},
    outdir: dist,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    absWorkingDir: consumer,
    logLevel: 'error',
  });
  const wasm = join(consumer, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  for (const name of readdirSync(wasm).filter(one => one.endsWith('.wasm'))) {
    copyFileSync(join(wasm, name), join(dist, name));
  }
  writeFileSync(
    join(dist, 'index.html'),
    '<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="main.js"></script>\n',
  );
  return dist;
}

const addressOf = (base, {worker}, report) => {
  const query = new URLSearchParams({report, ...(worker && {worker: 'worker.js'})});
  return `${base}/?${query}`;
};

/** The results of a browser's pages, by the titles of the places. */
async function runPages(browser, places, dist) {
  const server = await serve({page: dist});
  try {
    const pages = places.map(place => ({
      name: place.title,
      addressOf: report => addressOf(`${server.address}/${place.policy}/page`, place, report),
    }));
    return await openPages(browser, pages, server);
  } finally {
    await server.close();
  }
}

/** Builds an app, and loads it in a browser. */
async function runApp(place, consumer) {
  const {dist, address, close} = await BUNDLERS[place.bundler](consumer);
  const server = await serve({}, dist);
  try {
    const base = address ?? server.address;
    const page = {name: place.title, addressOf: report => addressOf(base, place, server.address + report)};
    return (await openPages(place.browser, [page], server))[place.title];
  } finally {
    await server.close();
    close?.();
  }
}

/** What is wrong with the result of a place: each failed check, and each backend that runs on something else. */
function problemsOf({backends, policy, bundler}, {error, ran, checks, isolated}) {
  if (error !== undefined) return {passed: 0, problems: [error]};
  const failed = Object.entries(checks).filter(([, problem]) => problem !== '');
  const other = Object.entries(backends).filter(([name, expected]) => ran[name] !== expected);
  const isolation = policy !== undefined && isolated !== (policy === 'isolated') ? [`isolated is ${isolated}`] : [];
  const count = Object.keys(checks).length + Object.keys(backends).length;
  const problems = [
    ...failed.map(([name, problem]) => `${name}: ${problem}`),
    ...other.map(([name, expected]) => `backend ${name} runs on '${ran[name]}', not '${expected}'`),
    ...isolation,
    ...(bundler !== undefined && Object.keys(checks).length === 0 ? ['nothing was checked'] : []),
  ];
  return {passed: count - failed.length - other.length, problems};
}

function reportOf(place, result, seconds) {
  const {passed, problems} = problemsOf(place, result);
  for (const problem of problems) console.log(`PROBLEM ${place.title}: ${problem}`);
  console.log(`${place.title}: ${passed} passed, ${problems.length} failed, ${seconds.toFixed(1)} s`);
  return {passed, failed: problems.length};
}

/** Tries the places; returns a report, see scripts/test.mjs. */
export async function runPlaces({parts = [], folder: given, level = 'long'} = {}) {
  const started = performance.now();
  const report = {suite: 'runtimes', passed: 0, failed: 0, skipped: 0, files: []};
  const isWanted = place =>
    (level === 'long' || place.level !== 'long') &&
    (parts.length === 0 || parts.some(part => place.title.includes(part)));
  const wanted = PLACES.filter(isWanted);
  const {folder: consumer, remove} = given === undefined ? installConsumer() : {folder: given, remove: () => {}};
  console.log(`package installed after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const inTurn = async (places, run) => {
    const start = performance.now();
    const results = await run().catch(error =>
      Object.fromEntries(places.map(({title}) => [title, {error: error.message}])),
    );
    const seconds = (performance.now() - start) / 1000 / places.length;
    for (const place of places) {
      const {passed, failed} = reportOf(place, results[place.title] ?? {error: 'there is no report'}, seconds);
      report.passed += passed;
      report.failed += failed;
      report.files.push({name: `runtimes: ${place.title}`, seconds});
    }
  };
  const ofKind = wantedKind => wanted.filter(({kind}) => kind === wantedKind);
  try {
    const folder = join(consumer, 'program');
    mkdirSync(folder, {recursive: true});
    putProgram(folder);
    for (const place of ofKind('engine'))
      await inTurn([place], async () => ({[place.title]: runEngine(place, folder)}));
    const dist = await buildPage(consumer, folder);
    for (const browser of new Set(ofKind('page').map(place => place.browser))) {
      const places = ofKind('page').filter(place => place.browser === browser);
      const why = missing(browser);
      if (why === '') await inTurn(places, () => runPages(browser, places, dist));
      else {
        console.log(`PROBLEM ${why}`);
        report[needed.includes(browser) ? 'failed' : 'skipped'] += places.length;
      }
    }
    for (const place of ofKind('app'))
      await inTurn([place], async () => ({[place.title]: await runApp(place, consumer)}));
  } finally {
    remove();
  }
  return {...report, seconds: (performance.now() - started) / 1000};
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const {values} = parseArgs({
    options: {
      place: {type: 'string', multiple: true, default: []},
      folder: {type: 'string'},
      json: {type: 'string'},
    },
  });
  const report = await runPlaces({parts: values.place, folder: values.folder});
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(report));
  const {passed, failed, skipped, seconds} = report;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(0)} s`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
