// Measures in headless Chromium (or CHROME_PATH): node bench/browser/main.mjs [--backend webgl] [--only 3x3] [--rounds 15] [--docs]
import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {build} from 'esbuild';
import {launch} from '../../test/browser/chromium.mjs';
import {serve} from '../../test/browser/server.mjs';
import {bundlePrograms, outdir} from '../bundle.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');
const BACKENDS = ['webgl', 'wasm'];

const {values: {backend, only, rounds, docs}} = parseArgs({options: {
  backend: {type: 'string', default: ''},
  only: {type: 'string', default: ''},
  rounds: {type: 'string', default: '15'},
  docs: {type: 'boolean', default: false},
}});
if (docs && backend + only !== '') throw new Error('--docs takes all of it: no --backend or --only');

async function bundle() {
  await build({
    entryPoints: [join(here, 'page.ts')], outfile: join(outdir, 'browser', 'page.js'), bundle: true, format: 'esm',
    platform: 'browser', target: 'es2022', mainFields: ['module', 'main'], absWorkingDir: root,
    tsconfig: join(root, 'tsconfig.json'), logLevel: 'warning',
  });
  await bundlePrograms({browser_report: 'browser/report.ts'});
  writeFileSync(join(outdir, 'browser', 'page.html'), '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">' +
      '<script type="module" src="/isolated/page.js"></script>');
}

/** Measures on a backend in a page of its own. */
async function measureOn(browser, address, name) {
  const page = await browser.newPage();
  page.on('pageerror', ({message}) => console.error(message));
  await page.goto(`${address}/isolated/page.html`);
  await page.waitForFunction(() => globalThis.tfjsConvBench !== undefined);
  const layers = (await page.evaluate(() => globalThis.tfjsConvBench.layers)).filter((layer) => layer.includes(only));
  const results = [];
  for (const [i, layer] of layers.entries()) {
    console.log(`${name} ${i + 1} of ${layers.length}: ${layer}`);
    results.push(await page.evaluate((args) => globalThis.tfjsConvBench.run(...args), [name, layer, Number(rounds)]));
  }
  const renderer = await page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    return gl === null ? 'nothing' : gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  });
  await page.close();
  return {results, renderer};
}

mkdirSync(join(outdir, 'browser'), {recursive: true});
await bundle();
const modules = {'/node_modules/': join(root, 'node_modules'), '/bench_modules/': join(root, 'bench', 'node_modules')};
// Clocks of pages that are not isolated tick every 0.1 ms.
const server = await serve({'/isolated/': join(outdir, 'browser'), ...modules});
const browser = await launch();
const measured = {webgl: [], wasm: []};
let renderer = '';
try {
  for (const name of BACKENDS.filter((one) => backend === '' || one === backend)) {
    const one = await measureOn(browser, server.address, name);
    measured[name] = one.results;
    renderer = one.renderer;
  }
} finally {
  await browser.close();
  await server.close();
}
const file = join(outdir, 'browser.json');
writeFileSync(file, JSON.stringify({browser: `Chromium ${browser.version()}`, renderer, measured}, undefined, 2));
const {status} = spawnSync(process.execPath, [join(outdir, 'browser_report.mjs'), file, ...docs ? ['--docs'] : []], {stdio: 'inherit', cwd: root});
process.exitCode = status ?? 1;
