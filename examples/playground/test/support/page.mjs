// Opens the built page in headless Chromium.
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch} from '../../../../test/browser/chromium.mjs';

export const dist = fileURLToPath(new URL('../../dist', import.meta.url));

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** A folder of some site: the page has to work from any path. */
const PATH = '/some/where/';

/** Serves the built files below PATH. */
async function serve() {
  const server = createServer(async (request, response) => {
    const {pathname} = new URL(request.url, 'http://localhost');
    const name = normalize(pathname.slice(PATH.length) || 'index.html');
    try {
      if (!pathname.startsWith(PATH) || name.startsWith('..')) throw new Error('outside of the page');
      const body = await readFile(join(dist, name));
      response.writeHead(200, {'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream'});
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}${PATH}`,
    close: () =>
      new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/**
 * Time for what a test waits for, in milliseconds: it ends a test that would wait for ever, and says nothing about how fast
 * a machine has to be.
 */
export const TIMEOUT = 300_000;

/** By how much the processor is slowed down, to see whether tests depend on it: PLAYGROUND_CPU_THROTTLE=4. */
const THROTTLE = Number(process.env.PLAYGROUND_CPU_THROTTLE ?? 1);

/** What drivers of emulated GPUs say by themselves. */
const NOISE = /GPU stall due to ReadPixels|GL Driver Message|powerPreference|Failed to create WebGPU/;
export const seriousOf = errors => errors.filter(error => !NOISE.test(error));

let waits = 0;

/**
 * Waits until the page has loaded, computed and drawn all that was asked for: effects run after the frame of what caused them,
 * and may ask for more, so that it has to stay so for some frames. What is waited for answers at once: Playwright takes the
 * first answer of one that is a promise, whatever it is.
 */
export const settled = page =>
  page.waitForFunction(wait => {
    globalThis.settling = globalThis.settling?.wait === wait ? globalThis.settling : {wait, frames: 0};
    const isBusy = document.querySelector('[data-busy="true"]') !== null;
    globalThis.settling.frames = isBusy ? 0 : globalThis.settling.frames + 1;
    return globalThis.settling.frames > 3;
  }, ++waits);

/** The names of all figures, in their order. */
export const figuresOf = page =>
  page.locator('.lessons option').evaluateAll(options => options.map(({value}) => value));

/**
 * The tensors that are left when the page has done what was asked for. Filters that kernels packed for themselves are kept
 * until the garbage collection after their tensors were disposed, so that it is asked for, until no more than `most` are left.
 */
export async function tensorsLeft(page, most = 0) {
  const cdp = await page.context().newCDPSession(page);
  const tabs = page.locator('.panels > .tabs > [role=tablist] > [role=tab]');
  let count = Infinity;
  for (let tries = 0; tries < 20 && !(count <= most); tries++) {
    await settled(page);
    await cdp.send('HeapProfiler.collectGarbage');
    await settled(page);
    // The panel counts when it is opened.
    await tabs.first().click();
    await tabs.nth(5).click();
    await page.waitForSelector('#tensors');
    await settled(page);
    count = Number(await page.locator('#tensors').innerText());
  }
  await cdp.detach();
  return count;
}

/**
 * A camera with a moving test picture, which asks for no permission. The page is drawn by the processor: emulated GPUs take
 * several times as long for it, and are there for WebGL and WebGPU all the same.
 */
const FLAGS = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--disable-gpu-compositing',
  '--disable-gpu-rasterization',
  '--disable-accelerated-2d-canvas',
];

/** A browser and a server for the tests of a file; `close` ends both. */
export async function start() {
  const [browser, server] = await Promise.all([launch(FLAGS), serve()]);
  return {
    address: server.address,
    /** A page, what went wrong on it, and what closes it. */
    async open({hash = '', ready = true, ...options} = {}) {
      const context = await browser.newContext({viewport: {width: 1280, height: 900}, locale: 'en-US', ...options});
      context.setDefaultTimeout(TIMEOUT);
      const page = await context.newPage();
      if (THROTTLE > 1) {
        const cdp = await context.newCDPSession(page);
        await cdp.send('Emulation.setCPUThrottlingRate', {rate: THROTTLE});
      }
      const errors = [];
      page.on('console', message => {
        if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
      });
      page.on('pageerror', error => errors.push(error.message));
      await page.goto(server.address + hash);
      if (ready) {
        await page.waitForSelector('.stage figure');
        await settled(page);
      }
      return {page, context, errors, close: () => context.close()};
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
