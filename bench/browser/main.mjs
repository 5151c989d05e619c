// Measures our kernels in headless Chromium against the built-in ones and other runtimes, see docs/benchmarks_browser.md:
//   node bench/browser/main.mjs [--backend wasm ...] [--only 3x3] [--rounds 15] [--docs]
import {cpus} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {launch} from '../../test/browser/chromium.mjs';
import {serve} from '../../test/browser/server.mjs';
import {bundlePage, bundlePrograms, outdir} from '../bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = join(root, 'bench', 'browser');
const out = join(outdir, 'browser');
const BACKENDS = ['wasm', 'wasm-threads', 'webgl', 'webgpu'];

// A page that may share memory has finer clocks.
const pageOf = backend =>
  `/isolated/page.html?${new URLSearchParams({
    tfjsflags: `WASM_HAS_MULTITHREAD_SUPPORT:${backend === 'wasm-threads'}`,
  })}`;

async function bundle() {
  await bundlePage(join(here, 'page.ts'), out);
  await bundlePrograms({browser_report: 'browser/report.ts'});
  return await import(pathToFileURL(join(outdir, 'browser_report.mjs')));
}

/** Calls `use` with a new page, of which nothing has been loaded before. */
async function inPage(browser, address, backend, use) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on('pageerror', error => console.error(error.message));
    await page.goto(address + pageOf(backend));
    await page.waitForFunction('globalThis.tfjsConvBench !== undefined');
    return await use(page);
  } finally {
    await context.close();
  }
}

/** What a backend runs on, as far as the page knows. */
async function deviceOf(page, backend) {
  if (!backend.startsWith('webg')) {
    const threads = await page.evaluate(() => tfjsConvBench.threads());
    return `${cpus()[0]?.model.trim() ?? process.arch}, ${threads === 1 ? 'one thread' : `${threads} threads`} of TensorFlow.js`;
  }
  return page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    return gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL);
  });
}

/**
 * Times of the first calls of a layer, each in a page of its own: what ran before has compiled and allocated. Pages share
 * the process of the GPU, so that who comes first changes from layer to layer.
 */
async function firstCalls(newPage, backend, layer, turn) {
  const peers = await newPage(page => page.evaluate(call => tfjsConvBench.peers(...call), [backend, layer]));
  const firsts = {};
  for (const peer of turn % 2 === 0 ? peers : [...peers].reverse()) {
    firsts[peer] = await newPage(page => page.evaluate(call => tfjsConvBench.first(...call), [backend, layer, peer]));
  }
  return firsts;
}

async function measureOn(browser, address, backend, {rounds, only}) {
  const newPage = use => inPage(browser, address, backend, use);
  const {layers, separableRows, comparisons, separableComparisons, device} = await newPage(async page => ({
    ...(await page.evaluate(
      name => ({
        layers: tfjsConvBench.layers,
        separableRows: tfjsConvBench.separable(name),
        comparisons: tfjsConvBench.comparisons(name),
        separableComparisons: tfjsConvBench.separableComparisons(name),
      }),
      backend,
    )),
    device: await deviceOf(page, backend),
  }));
  const results = [];
  const wanted = layers.filter(name => name.includes(only));
  for (const [i, layer] of wanted.entries()) {
    process.stderr.write(`${backend}, layer ${i + 1} of ${wanted.length}: ${layer}\n`);
    const firsts = await firstCalls(newPage, backend, layer, i);
    const measured = await newPage(page =>
      page.evaluate(call => tfjsConvBench.measure(...call), [backend, layer, Number(rounds)]),
    );
    results.push({...measured, firsts});
  }
  const separable = [];
  for (const row of separableRows.filter(name => name.includes(only))) {
    process.stderr.write(`${backend}, ${row}\n`);
    separable.push(
      await newPage(page =>
        page.evaluate(call => tfjsConvBench.measureSeparable(...call), [backend, row, Number(rounds)]),
      ),
    );
  }
  const machine = `Chromium ${browser.version()}, ${device}, up to ${rounds} rounds`;
  return {backend, machine, comparisons, results, separableComparisons, separable};
}

const {values} = parseArgs({
  options: {
    backend: {type: 'string', multiple: true, default: BACKENDS},
    rounds: {type: 'string', default: '15'},
    only: {type: 'string', default: ''},
    docs: {type: 'boolean', default: false},
  },
});
const unknown = values.backend.filter(backend => !BACKENDS.includes(backend));
if (unknown.length > 0) throw new Error(`--backend is ${BACKENDS.join(' or ')}; got ${unknown.join(', ')}`);
if (values.docs && values.only !== '') throw new Error('--docs takes all layers: no --only');
const {writeResults} = await bundle();
const browser = await launch();
const server = await serve({
  '/bench/': out,
  '/isolated/': here,
  '/node_modules/': join(root, 'node_modules'),
  '/bench_modules/': join(root, 'bench', 'node_modules'),
});
try {
  const results = [];
  for (const backend of values.backend) results.push(await measureOn(browser, server.address, backend, values));
  writeResults(results, values.docs);
} finally {
  await browser.close();
  await server.close();
}
