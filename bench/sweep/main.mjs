// Bundles the sweep and runs it once for every backend: those of Node in a process of their own, on one thread unless it says
// otherwise, and webgl in headless Chromium.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {launch} from '../../test/browser/chromium.mjs';
import {serve} from '../../test/browser/server.mjs';
import {bundlePage, bundlePrograms, outdir} from '../bundle.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Layers of a page, whose programs and textures go with it. */
const PAGE_LAYERS = 60;

function inNode(args) {
  const env = {TFJS_CONV_THREADS: '1', TF_NUM_INTRAOP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '3', ...process.env};
  const program = join(outdir, 'sweep_run.mjs');
  return spawnSync(process.execPath, [...process.execArgv, program, ...args], {stdio: 'inherit', env}).status ?? 1;
}

/** Calls a function of the page with a layer, in a new page for every so many of them. */
function inPages(browser, address) {
  let context;
  let page;
  let left = 0;
  return async (name, ...call) => {
    if (left === 0) {
      await context?.close();
      context = await browser.newContext();
      page = await context.newPage();
      await page.goto(`${address}/isolated/page.html`);
      await page.waitForFunction('globalThis.tfjsConvSweep !== undefined');
      left = PAGE_LAYERS;
    }
    left--;
    const result = await page.evaluate(([method, args]) => globalThis.tfjsConvSweep[method](...args), [name, call]);
    if (result !== 'lost') return result;
    // Built-in programs of a thousand taps end the process of the GPU.
    left = 0;
    console.error(`left out, as the context was lost: ${JSON.stringify(call[0])}`);
    return null;
  };
}

async function inBrowser(args) {
  const out = join(outdir, 'sweep');
  await bundlePage(join(here, 'page.ts'), out);
  const {parseSweep, sweep} = await import(pathToFileURL(join(outdir, 'sweep.mjs')));
  // On a busy machine the emulated GPU takes longer than a GPU may.
  const browser = await launch(['--disable-gpu-watchdog']);
  // Pages that are isolated have finer clocks.
  const server = await serve({'/bench/': out, '/isolated/': here});
  try {
    const machine = `Chromium ${browser.version()}, SwiftShader`;
    const call = inPages(browser, server.address);
    const timers = {
      compare: (...layer) => call('compare', ...layer),
      variants: (...layer) => call('variants', ...layer),
    };
    return (await sweep(parseSweep(args), machine, timers)) ? 0 : 1;
  } finally {
    await browser.close();
    await server.close();
  }
}

const args = process.argv.slice(2);
const {values} = parseArgs({args, strict: false, options: {backend: {type: 'string', default: 'wasm,cpu'}}});
await bundlePrograms({sweep: 'sweep/sweep.ts', sweep_run: 'sweep/run.ts'});
for (const backend of values.backend.split(',')) {
  const run = backend === 'webgl' ? inBrowser : inNode;
  process.exitCode ||= await run([...args, '--backend', backend]);
}
