// Browsers that open a page, which says itself what it has found: Chromium from its package, Debian's Firefox and WebKit.
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {launch} from '../browser/chromium.mjs';

const LIMIT_MS = 120_000;

/** Firefox asks nothing at its first start, and takes the software renderer that the machine has. */
const FIREFOX_PREFERENCES = {
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'webgl.force-enabled': true,
};

const onPath = name =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => existsSync(path));

/** Where Debian has it. */
const ARCHITECTURE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const MINI_BROWSER = `/usr/lib/${ARCHITECTURE}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;

/**
 * Browsers that a program starts with the address of a page: where they are, with what arguments, and what Debian's
 * packages are called.
 */
const STARTED = {
  firefox: {
    path: () => process.env.FIREFOX_PATH ?? onPath('firefox-esr') ?? onPath('firefox'),
    args: profile => ['--no-remote', '--profile', profile],
    packages: 'firefox-esr xvfb libgl1-mesa-dri',
  },
  webkit: {
    path: () => (existsSync(MINI_BROWSER) ? MINI_BROWSER : undefined),
    args: () => [],
    packages: 'webkit2gtk-driver xvfb libgl1-mesa-dri',
  },
};

/** A display that shows nothing: its number, and what ends it. */
async function virtualDisplay() {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1024x768x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    xvfb.on('error', reject);
    xvfb.on('exit', code => reject(new Error(`Xvfb ended with ${code}`)));
    xvfb.stdio[3].once('data', data => resolve(String(data).trim()));
  });
  return {name: `:${number}`, end: () => xvfb.kill()};
}

/** Why a browser cannot be started here; '' where it can. */
export function missing(name) {
  const started = STARTED[name];
  if (started === undefined) return '';
  if (started.path() !== undefined && onPath('Xvfb') !== undefined) return '';
  return `${name} is not tested: it is not there (on Debian: apt-get install ${started.packages})`;
}

const late = (promise, what) => {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no report after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
};

const asError = error => ({error: error.message});

/** Pages one after the other in a browser that is started with the first: each goes to the next when it has reported. */
async function inStarted({path, args}, pages, server) {
  const profile = mkdtempSync(join(tmpdir(), 'tfjs-conv-browser-'));
  const preferences = Object.entries(FIREFOX_PREFERENCES).map(
    entry => `user_pref(${entry.map(one => JSON.stringify(one))});`,
  );
  writeFileSync(join(profile, 'user.js'), preferences.join('\n'));
  const display = await virtualDisplay();
  // From the last on, as each has to know the next.
  const expected = pages.reduceRight((after, page) => {
    const {path: report, report: result} = server.expectReport(after[0]?.address);
    return [{address: page.addressOf(report), name: page.name, result}, ...after];
  }, []);
  const browser = spawn(path(), [...args(profile), expected[0].address], {
    stdio: 'ignore',
    env: {...process.env, DISPLAY: display.name, HOME: profile, XDG_RUNTIME_DIR: profile, GDK_BACKEND: 'x11'},
  });
  const ended = new Promise((_, reject) => {
    browser.on('error', reject);
    browser.on('exit', code => reject(new Error(`the browser ended with ${code}`)));
  });
  const results = {};
  try {
    for (const {name, result} of expected) {
      results[name] = await late(Promise.race([result, ended]), name).catch(asError);
      if (results[name].error !== undefined) break;
    }
    return results;
  } finally {
    ended.catch(() => {});
    browser.kill('SIGKILL');
    display.end();
    rmSync(profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 200});
  }
}

/** A page of Chromium; what goes wrong in it ends the waiting. */
async function inChromium(browser, {addressOf, name}, server) {
  const {path, report} = server.expectReport();
  const page = await browser.newPage();
  try {
    const failed = new Promise((_, reject) => page.on('pageerror', reject));
    await page.goto(addressOf(path));
    return await late(Promise.race([report, failed]), name).catch(asError);
  } finally {
    await page.close();
  }
}

/** Opens pages, of which each is {name, addressOf(path of its report)}; returns their reports by their names. */
export async function openPages(name, pages, server) {
  if (pages.length === 0) return {};
  if (STARTED[name] !== undefined) return inStarted(STARTED[name], pages, server);
  const browser = await launch();
  const results = {};
  try {
    for (const page of pages) results[page.name] = await inChromium(browser, page, server);
    return results;
  } finally {
    await browser.close();
  }
}
