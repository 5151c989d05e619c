// First predictions over later ones, with and without prepare(), of networks in processes and pages of their own:
//   node bench/prepare/main.mjs [--backend wasm ...] [--only ResNet] [--processes 5] [--kernels ours ...]
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {launch} from '../../test/browser/chromium.mjs';
import {serve} from '../../test/browser/server.mjs';
import {bundlePage, bundlePrograms, outdir} from '../bundle.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(outdir, 'prepare');
const BACKENDS = ['wasm', 'tensorflow', 'webgl'];
const KERNELS = ['ours', 'built-in'];

/** Pages of a browser of their own: the process of the GPU keeps what it has compiled. */
async function inPage(address, ...args) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    page.on('pageerror', error => console.error(error.message));
    await page.goto(`${address}/isolated/page.html`);
    await page.waitForFunction('globalThis.tfjsConvPrepare !== undefined');
    return await page.evaluate(call => tfjsConvPrepare(...call), args);
  } finally {
    await browser.close();
  }
}

const {values} = parseArgs({
  options: {
    backend: {type: 'string', multiple: true, default: BACKENDS},
    kernels: {type: 'string', multiple: true, default: KERNELS},
    processes: {type: 'string', default: '5'},
    only: {type: 'string', default: ''},
  },
});
const unknown = values.backend.filter(backend => !BACKENDS.includes(backend));
if (unknown.length > 0) throw new Error(`--backend is ${BACKENDS.join(' or ')}; got ${unknown.join(', ')}`);
await bundlePrograms({
  prepare_process: 'prepare/process.ts',
  prepare_report: 'prepare/report.ts',
  json_process: 'json_process.ts',
});
await bundlePage(join(here, 'page.ts'), out);
const {NAMES, STATES, tableOf} = await import(pathToFileURL(join(outdir, 'prepare_report.mjs')));
const {jsonOfProcess} = await import(pathToFileURL(join(outdir, 'json_process.mjs')));

const inProcess = (...args) =>
  jsonOfProcess([join(outdir, 'prepare_process.mjs'), ...args], {TF_CPP_MIN_LOG_LEVEL: '3'});

const server = await serve({'/bench/': out, '/isolated/': here});
try {
  const rows = [];
  for (const backend of values.backend) {
    for (const network of NAMES.filter(name => name.includes(values.only))) {
      const calls = values.kernels.flatMap(kernels => STATES.map(state => ({kernels, state, times: []})));
      // In turns, so that whatever else the machine does meets all of them.
      for (let i = 0; i < Number(values.processes); i++) {
        for (const {kernels, state, times} of calls) {
          process.stderr.write(`${backend}, ${network}, ${kernels}, ${state}, ${i + 1} of ${values.processes}\n`);
          times.push(
            backend === 'webgl'
              ? await inPage(server.address, kernels, state, network)
              : inProcess(backend, kernels, state, network),
          );
        }
      }
      const found = calls.map(call => ({backend, network, ...call}));
      console.log(tableOf(found));
      rows.push(...found);
    }
  }
  if (rows.length > values.kernels.length * STATES.length) console.log(tableOf(rows));
} finally {
  await server.close();
}
