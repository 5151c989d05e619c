// Runs programs in a page of headless Chromium, as a bundler makes them.
import {build} from 'esbuild';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {launch} from '../browser/chromium.mjs';
import {serve} from '../browser/server.mjs';

const LIMIT_MS = 60_000;

const html = picture => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<img src="/picture/${picture}"><canvas></canvas>
<script type="module" src="program.js"></script>`;

/** Bundles a program with the packages that `from` has; the page is done where the program is. */
async function writePage(folder, code, from, picture) {
  await build({
    stdin: {
      contents: `await document.querySelector('img').decode();\n${code}globalThis.isDone = true;`,
      resolveDir: from,
    },
    outfile: join(folder, 'program.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  writeFileSync(join(folder, 'page.html'), html(picture));
}

/** A browser for programs whose pages have that picture and a canvas. */
export async function openPages(picture) {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-page-'));
  const server = await serve({'/picture/': dirname(picture), '/': folder});
  const browser = await launch();
  return {
    /** @throws what the program throws, and where it has drawn nothing. */
    async run(code, from) {
      await writePage(folder, code, from, basename(picture));
      const page = await browser.newPage();
      const failed = new Promise((_, reject) => page.on('pageerror', reject));
      await page.goto(`${server.address}/page.html`);
      await Promise.race([failed, page.waitForFunction('globalThis.isDone', undefined, {timeout: LIMIT_MS})]);
      const drawn = await page.evaluate(() => {
        const {width, height} = document.querySelector('canvas');
        const pixels = document.querySelector('canvas').getContext('2d').getImageData(0, 0, width, height).data;
        return new Set(pixels).size;
      });
      await page.close();
      if (drawn < 3) throw new Error('the canvas is blank');
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}
