// Headless Chromium: that of CHROME_PATH, otherwise the one in the npm package @sparticuz/chromium.
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium as playwright} from 'playwright-core';

const cache = fileURLToPath(new URL('../../node_modules/.cache/tfjs-conv/', import.meta.url));

/** WebGL and WebGPU on the CPU, so that they are there on every machine; nothing that goes to the network by itself. */
const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Long enough for a busy machine: it only ends a start that would never come about. */
const LAUNCH_MS = 300_000;

/** Unpacks the package's Chromium once, and returns its path. */
async function unpacked() {
  const packageFolder = join(createRequire(import.meta.url).resolve('@sparticuz/chromium'), '..', '..', '..');
  const {version} = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    // It unpacks into the folder for temporary files. A run that is stopped meanwhile must not leave half a browser.
    const partial = `${folder}-${process.pid}`;
    mkdirSync(partial, {recursive: true});
    const {TMPDIR} = process.env;
    process.env.TMPDIR = partial;
    try {
      const {default: chromium} = await import('@sparticuz/chromium');
      await chromium.executablePath();
      if (existsSync(folder)) rmSync(partial, {recursive: true});
      else renameSync(partial, folder);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  }
  return join(folder, 'chromium');
}

/**
 * Starts the browser.
 * @throws with what to install if it does not start.
 */
export async function launch(flags = []) {
  const {CHROME_PATH} = process.env;
  try {
    return await playwright.launch({
      executablePath: CHROME_PATH || (await unpacked()),
      args: [...FLAGS, ...flags],
      timeout: LAUNCH_MS,
    });
  } catch (error) {
    const reason = String(error.message).split('\n')[0];
    const cure = CHROME_PATH
      ? 'set CHROME_PATH to a Chrome or Chromium that runs here, or unset it to use the one that npm ci installs'
      : 'install Chromium (on Debian: apt-get install chromium) and set CHROME_PATH=/usr/bin/chromium';
    throw new Error(`Chromium did not start (${reason}): ${cure}`);
  }
}
