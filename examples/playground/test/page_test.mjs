// The page in the real browser: sizes, keyboard, accessibility, leaks, errors, offline, screenshots.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {en} from '../src/text/en.ts';
import {dist, figuresOf, settled, start} from './support/page.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const out = fileURLToPath(new URL('../out', import.meta.url));
mkdirSync(out, {recursive: true});

const FIRST_VIEW_BYTES = 400_000;
const PANELS = ['Code', 'Matrix', 'Gradients', 'Receptive field', 'Separable', 'Measure', 'Bench'];

let session;
before(async () => {
  session = await start();
});
after(() => session.close());

test('the first view is below 400 kB, gzipped, TensorFlow.js included', async () => {
  const files = new Set();
  const {page, close} = await session.open({ready: false, serviceWorkers: 'block'});
  page.on('response', response => files.add(new URL(response.url()).pathname));
  await page.reload();
  await page.waitForSelector('.stage figure');
  await settled(page);
  await page.waitForLoadState('networkidle');
  const names = [...files].map(path => path.slice('/some/where/'.length) || 'index.html');
  const loaded = names.filter(name => name !== 'service_worker.js');
  assert.ok(loaded.some(name => name.endsWith('.js')));
  // Fonts are compressed as they are.
  const sizes = loaded.map(name => gzipSync(readFileSync(join(dist, name)), {level: 9}).length);
  const sum = sizes.reduce((a, b) => a + b, 0);
  console.log(`first view: ${loaded.length} files, ${(sum / 1000).toFixed(0)} kB gzipped`);
  assert.ok(sum < FIRST_VIEW_BYTES, `${sum} bytes: ${loaded.join(' ')}`);
  await close();
});

test('the content security policy is strict, and nothing breaks it', async () => {
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(readFileSync(join(dist, 'index.html'), 'utf8'))[1];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*|https?:/);
  const {page, errors, close} = await session.open();
  await page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', event => console.error(event.violatedDirective));
  });
  for (const name of PANELS) {
    await page.getByRole('tab', {name, exact: true}).click();
    await settled(page);
  }
  assert.deepEqual(errors, []);
  await close();
});

test('every control works by the keyboard alone', async () => {
  const {page, errors, close} = await session.open();
  const shapeIs = shape =>
    page.waitForFunction(wanted => document.querySelector('.stage .role-y .shape').textContent === wanted, shape);
  /** The name of what has the focus; none while Tab is between the end of the page and its beginning. */
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return '';
      return element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
    });
  /** Goes by Tab to what has this in its name, which is there once the page has done what was asked for. */
  const reach = async wanted => {
    await settled(page);
    const seen = [];
    // Twice over the page, whichever place it begins from: the first thing on it is the link that skips the rest.
    for (let rounds = 0; rounds < 2 && seen.length < 1000;) {
      await page.keyboard.press('Tab');
      const label = await focused();
      if (label.includes(wanted)) return;
      if (label.startsWith('Skip')) rounds++;
      seen.push(label);
    }
    assert.fail(`Tab does not reach ${wanted}: ${seen.join(' | ')}`);
  };
  await reach('Skip');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'main');
  await reach('Next');
  await page.keyboard.press('Enter');
  await page.waitForURL(/preset=flip/);
  await reach('Filter 1, 1');
  await page.keyboard.type('9');
  await page.keyboard.press('Tab');
  await page.waitForURL(/values=9/);
  await reach('Output, ');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.querySelector('#position-title').textContent.includes('[1, 0, 0]'));
  await reach('Play');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => !document.querySelector('#position-title').textContent.includes('[1, 0, 0]'));
  await page.keyboard.press('Space');
  await reach('Size + 1');
  await page.keyboard.press('Enter');
  await shapeIs('4×4×1');
  await reach('Stride + 1');
  await page.keyboard.press('Enter');
  await shapeIs('2×2×1');
  await reach('Flip');
  await page.keyboard.press('Space');
  await page.waitForURL(({href}) => !/flip=true/.test(href));
  await reach('Code');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.activeElement.textContent === 'Matrix');
  await page.keyboard.press('ArrowRight');
  await reach('dy');
  const dyIs = values =>
    page.waitForFunction(wanted => document.querySelector('.panels .role-y .plane').dataset.values === wanted, values);
  await dyIs('0 0 0 1');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await dyIs('0 1 0 1');
  await shapeIs('2×2×1');
  assert.deepEqual(errors, []);
  await close();
});

test('every choice of every control gives a result or says why not', async () => {
  const {page, errors, close} = await session.open();
  for (const kind of await page.locator('.controls select').first().locator('option').allInnerTexts()) {
    await page.getByLabel('Kind of convolution').selectOption(kind);
    for (const select of ['Input', 'Filter', 'Padding']) {
      const list = page.locator('.controls').getByLabel(select, {exact: true}).and(page.locator('select'));
      if ((await list.count()) === 0) continue;
      for (const choice of await list.locator('option').allInnerTexts()) {
        if (choice === 'camera') continue;
        await list.selectOption(choice);
        await settled(page);
        const [shape, problem] = await page.evaluate(() => [
          [...document.querySelectorAll('.stage figure')].at(-1).dataset.shape,
          document.querySelector('[role=alert]').textContent,
        ]);
        assert.ok(/^[1-9]/.test(shape) && !/NaN|undefined|null/.test(shape + problem), `${kind}, ${choice}: ${shape}`);
        assert.ok(problem === '' || problem === en.noRoom, `${kind}, ${choice}: ${problem}`);
      }
      await list.selectOption({index: 0});
    }
    await settled(page);
    assert.equal(await page.getByRole('alert').innerText(), '', kind);
  }
  assert.deepEqual(errors, []);
  await close();
});

test('axe finds nothing serious on any figure, light and dark', async () => {
  // All of a figure is on the screen: cards off it are not laid out, and axe passes over them.
  const viewport = {width: 1280, height: 3000};
  const {page, close} = await session.open({viewport, reducedMotion: 'reduce', bypassCSP: true});
  await page.evaluate(axeSource);
  const all = [];
  const look = async (where, colorScheme, rules) => {
    await page.emulateMedia({colorScheme});
    await settled(page);
    const {violations} = await page.evaluate(
      options => globalThis.axe.run({...options, resultTypes: ['violations']}),
      rules,
    );
    const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
    all.push(...serious.map(({id, nodes}) => `${where}, ${colorScheme}: ${id} ${nodes[0].html.slice(0, 160)}`));
  };
  for (const preset of await figuresOf(page)) {
    await page.goto(`${session.address}#preset=${preset}`);
    // Each figure opens the panel that it is about.
    for (const name of preset === 'kernel' ? PANELS : [undefined]) {
      if (name !== undefined) await page.getByRole('tab', {name, exact: true}).click();
      const where = `${preset}, ${name ?? 'its panel'}`;
      await look(where, 'light', {});
      // Only colours differ in the dark.
      await look(where, 'dark', {runOnly: ['color-contrast', 'link-in-text-block']});
    }
  }
  assert.deepEqual(all, []);
  await close();
});

test('it works offline once it has been loaded', async () => {
  const {page, context, errors, close} = await session.open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await page.waitForSelector('.stage figure');
  await settled(page);
  await page.getByRole('tab', {name: 'Gradients'}).click();
  await page.waitForSelector('text=dfilter');
  assert.deepEqual(errors, []);
  await close();
});

test('a state is in the address, and wrong addresses give a page', async () => {
  const {page, errors, close} = await session.open({
    hash: '#kind=transpose&size=3&stride=2&kernel=2&filter=count&input=count',
  });
  assert.equal(await page.locator('.stage .role-y .shape').innerText(), '6×6×1');
  for (const hash of [
    '#preset=nothing',
    '#kind=x&size=-1&kernel=1e9&pad=z',
    '#kind=conv1d&groups=NaN&values=a,b&filter=typed',
    '#%',
  ]) {
    await page.goto('about:blank');
    await page.goto(session.address + hash);
    // Where no window fits, the page says so.
    await page.locator('.stage figure, .problem:not(.none)').first().waitFor();
  }
  assert.deepEqual(errors, []);
  await close();
});

test('what goes wrong is said: a camera that is refused, a file that is no picture, a backend that does not start', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=edges', serviceWorkers: 'block'});
  await page.route(/webgl-[^/]*\.js/, route => route.abort());
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
  });
  const alert = page.getByRole('alert');
  const says = words =>
    page.waitForFunction(wanted => document.querySelector('[role=alert]').textContent.includes(wanted), words);
  await page.getByLabel('Input', {exact: true}).and(page.locator('select')).selectOption('camera');
  await says('camera could not be used');
  await settled(page);
  assert.equal(await page.getByLabel('Input', {exact: true}).and(page.locator('select')).inputValue(), 'photo');
  await page.screenshot({path: join(out, 'error-camera.png')});
  await page
    .getByLabel('Choose a picture')
    .setInputFiles({name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture')});
  await says('not a picture');
  await page.getByLabel('Backend').selectOption('webgl');
  await says('webgl');
  await settled(page);
  await page.screenshot({path: join(out, 'error-backend.png')});
  assert.equal(await page.getByLabel('Backend').inputValue(), 'cpu');
  // What comes next clears it.
  await page.getByRole('button', {name: 'Previous'}).click();
  await page.waitForFunction(() => document.querySelector('[role=alert]').textContent === '');
  await page.waitForSelector('.stage figure');
  assert.equal(await alert.innerText(), '');
  // The browser says itself what was kept from it.
  assert.deepEqual(
    errors.filter(error => !/Failed to load resource|Service Worker registration blocked/.test(error)),
    [],
  );
  await close();
});

test('the matrix of a volume times its input is its output', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=volume'});
  await page.getByRole('tab', {name: 'Matrix', exact: true}).click();
  await page.waitForSelector('.steps');
  const values = role =>
    page
      .locator(`.panels .role-${role} .plane`)
      .first()
      .getAttribute('data-values')
      .then(text => text.split(' ').map(Number));
  assert.match(await page.locator('.panels .result').innerText(), /^8 rows × 27 columns/);
  await page.getByRole('button', {name: 'Multiply'}).click();
  const [c, x, y] = [await values('w'), await values('x'), await values('y')];
  assert.equal(x.length, 27);
  assert.deepEqual(
    y,
    Array.from({length: 8}, (_, row) => x.reduce((sum, value, column) => sum + value * c[27 * row + column], 0)),
  );
  assert.deepEqual(errors, []);
  await close();
});

test('motion stands still where one asks for that', async () => {
  const {page, close} = await session.open({reducedMotion: 'reduce'});
  const durations = await page.evaluate(() =>
    [...document.querySelectorAll('*')].map(
      one => getComputedStyle(one).transitionDuration + getComputedStyle(one).animationName,
    ),
  );
  assert.deepEqual(
    durations.filter(duration => duration !== '0snone'),
    [],
  );
  await close();
});

test('Chinese is spoken to those who ask for it', async () => {
  const {page, errors, close} = await session.open({locale: 'zh-CN'});
  assert.equal(await page.locator('h1').innerText(), '窗口在图像上滑动');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  // Names of options, libraries and variables stay as they are; whole words of English do not.
  const words = /\b(the|and|of|with|input|output|filter|size|run|copy|play)\b/i;
  for (const tab of await page.locator('.panels > .tabs > [role=tablist] > [role=tab]').all()) {
    await tab.click();
    await settled(page);
    const seen = await page.evaluate(() => {
      const all = document.body.cloneNode(true);
      all.querySelectorAll('pre, code, math, option, select').forEach(one => one.remove());
      return all.textContent;
    });
    assert.doesNotMatch(seen, words, await tab.innerText());
  }
  assert.deepEqual(errors, []);
  await close();
});

/** Writes a picture of all of the page, in a window that is as high: what is off the screen is not drawn. */
async function wholePage(page, path) {
  const {width, height} = page.viewportSize();
  await page.setViewportSize({width, height: 4000});
  await settled(page);
  const bottom = await page.evaluate(() => document.querySelector('footer').getBoundingClientRect().bottom);
  await page.screenshot({path, clip: {x: 0, y: 0, width, height: Math.ceil(bottom)}});
  await page.setViewportSize({width, height});
}

const SHOTS = [
  ['kernel', 'light', 'en-US'],
  ['matrix', 'dark', 'zh-CN'],
  ['lowRank', 'light', 'zh-CN'],
  ['sound', 'dark', 'en-US'],
  ['grouped', 'light', 'en-US'],
  ['gradient', 'dark', 'zh-CN'],
];

for (const [size, viewport] of Object.entries({
  laptop: {width: 1280, height: 900},
  tablet: {width: 820, height: 1180},
  phone: {width: 360, height: 740},
})) {
  test(`screenshots, ${size}: nothing is wider than the page`, async () => {
    for (const locale of ['en-US', 'zh-CN']) {
      const {page, close} = await session.open({viewport, locale});
      for (const [preset, colorScheme] of SHOTS.filter(([, , language]) => language === locale)) {
        await page.emulateMedia({colorScheme});
        await page.goto(`${session.address}#preset=${preset}`);
        await settled(page);
        await wholePage(page, join(out, `${preset}-${size}-${colorScheme}-${locale}.png`));
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${preset}: ${width}`);
      }
      await close();
    }
  });
}
