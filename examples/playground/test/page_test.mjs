// The page in the real browser: sizes, keyboard, accessibility, leaks, frame times, offline, screenshots.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {dist, start} from './support/page.mjs';

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
    await page.waitForTimeout(200);
  }
  assert.deepEqual(errors, []);
  await close();
});

test('every control works by the keyboard alone', async () => {
  const {page, errors, close} = await session.open();
  const shape = () => page.locator('.stage .role-y .shape').first().innerText();
  const reach = async wanted => {
    for (let presses = 0; presses < 150; presses++) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const element = document.activeElement;
        return element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
      });
      if (label.includes(wanted)) return;
    }
    assert.fail(`Tab does not reach ${wanted}`);
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
  await page.waitForFunction(() => document.querySelector('.stage .role-y .shape').textContent === '4×4×1');
  await reach('Stride + 1');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.stage .role-y .shape').textContent === '2×2×1');
  await reach('Flip');
  await page.keyboard.press('Space');
  await page.waitForURL(({href}) => !/flip=true/.test(href));
  await reach('Code');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.activeElement.textContent === 'Matrix');
  await page.keyboard.press('ArrowRight');
  await reach('dy');
  const before = await page.locator('canvas').count();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForFunction(count => document.querySelectorAll('canvas').length >= count, before);
  assert.equal(await shape(), '2×2×1');
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
        await page.waitForTimeout(10);
      }
      await list.selectOption({index: 0});
    }
    assert.equal(await page.getByRole('alert').innerText(), '', kind);
  }
  assert.deepEqual(errors, []);
  await close();
});

test('no tensors are left behind by 500 changes', async () => {
  const {page, errors, close} = await session.open();
  await page.getByRole('tab', {name: 'Gradients'}).click();
  await page.waitForSelector('text=dfilter');
  const plus = page.getByRole('button', {name: 'Kernel + 1'});
  const minus = page.getByRole('button', {name: 'Kernel − 1'});
  const tensors = async () => {
    await page.getByRole('tab', {name: 'Measure'}).click();
    await page.waitForTimeout(300);
    return Number(await page.locator('#tensors').innerText());
  };
  const before = await tensors();
  await page.getByRole('tab', {name: 'Gradients'}).click();
  await page.evaluate(
    async ([up, down]) => {
      for (let i = 0; i < 500; i++) {
        (i % 2 === 0 ? up : down).click();
        await new Promise(resolve => requestAnimationFrame(resolve));
      }
    },
    [await plus.elementHandle(), await minus.elementHandle()],
  );
  assert.equal(await tensors(), before);
  assert.deepEqual(errors, []);
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious, ${colorScheme}`, async () => {
    const {page, close} = await session.open({colorScheme, reducedMotion: 'reduce', bypassCSP: true});
    const all = [];
    for (const preset of ['kernel', 'sound', 'stack', 'matrix', 'grouped', 'lowRank']) {
      await page.goto(`${session.address}#preset=${preset}`);
      for (const name of PANELS) {
        await page.getByRole('tab', {name, exact: true}).click();
        await page.waitForTimeout(120);
        if (preset !== 'kernel' && name !== 'Code' && name !== 'Matrix') continue;
        await page.evaluate(axeSource);
        const {violations} = await page.evaluate(() => globalThis.axe.run());
        const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
        all.push(...serious.map(({id, nodes}) => `${preset}, ${name}: ${id} ${nodes[0].html.slice(0, 160)}`));
      }
    }
    assert.deepEqual(all, []);
    await close();
  });
}

test('dragging over a photograph and the camera keep their frames', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=edges'});
  await page.waitForFunction(() => document.querySelector('.stage .role-y .shape').textContent === '128×128×1');
  const box = await page.locator('.role-y .plane').first().boundingBox();
  // Work of the page for each move of the pointer, measured in the page: what a frame has to hold besides drawing.
  const times = await page.evaluate(async ({x, y, width, height}) => {
    const plane = document.querySelector('.stage .role-y .plane');
    const spent = [];
    for (let i = 0; i < 120; i++) {
      await new Promise(resolve => requestAnimationFrame(resolve));
      const started = performance.now();
      const [clientX, clientY] = [x + (width * (i % 40)) / 40, y + (height * i) / 120];
      plane.dispatchEvent(new PointerEvent('pointermove', {clientX, clientY, pointerType: 'mouse', bubbles: true}));
      await Promise.resolve();
      document.body.getBoundingClientRect();
      spent.push(performance.now() - started);
    }
    return spent.sort((a, b) => a - b);
  }, box);
  console.log(`a move: median ${times[60].toFixed(1)} ms, 95 % below ${times[114].toFixed(1)} ms`);
  await page.getByLabel('Input', {exact: true}).and(page.locator('select')).selectOption('camera');
  await page.waitForFunction(() => /[1-9]/.test(document.querySelector('#frames')?.textContent ?? ''), undefined, {
    timeout: 20_000,
  });
  console.log(await page.locator('#frames').innerText());
  await page.getByRole('button', {name: 'Stop the camera'}).click();
  assert.deepEqual(errors, []);
  await close();
});

test('it measures on every backend that the browser has', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=filters'});
  await page.getByRole('tab', {name: 'Measure'}).click();
  const backends = await page.getByLabel('Backend').locator('option').allInnerTexts();
  assert.deepEqual(backends.slice(0, 3), ['cpu', 'wasm', 'webgl']);
  for (const backend of backends) {
    await page.getByLabel('Backend').selectOption(backend);
    await page.getByRole('button', {name: `Run (${backend})`}).click();
    await page.waitForSelector('#variant', {timeout: 60_000});
    const text = await page.getByRole('tabpanel').last().innerText();
    const [, difference] = /Largest difference: (\S+)/.exec(text);
    console.log(`${backend}: ${await page.locator('#variant').innerText()}, largest difference ${difference}`);
    assert.ok(Number(difference) < 1e-3);
    assert.equal(await page.getByRole('alert').innerText(), '');
  }
  const noise = /GPU stall due to ReadPixels|GL Driver Message/;
  assert.deepEqual(
    errors.filter(error => !noise.test(error)),
    [],
  );
  await close();
});

test('it works offline once it has been loaded', async () => {
  const {page, context, errors, close} = await session.open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await page.waitForSelector('.stage figure');
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

test('Chinese is whole', async () => {
  const {page, errors, close} = await session.open({locale: 'zh-CN'});
  assert.equal(await page.locator('h1').innerText(), '窗口在图像上滑动');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  assert.deepEqual(errors, []);
  await close();
});

for (const [size, viewport] of Object.entries({
  laptop: {width: 1280, height: 900},
  tablet: {width: 820, height: 1180},
  phone: {width: 390, height: 844},
})) {
  test(`screenshots, ${size}: nothing is wider than the page`, async () => {
    for (const [preset, colorScheme] of [
      ['kernel', 'light'],
      ['matrix', 'dark'],
      ['lowRank', 'light'],
      ['sound', 'dark'],
      ['grouped', 'light'],
    ]) {
      const {page, close} = await session.open({hash: `#preset=${preset}`, viewport, colorScheme});
      await page.waitForTimeout(500);
      await page.screenshot({path: join(out, `${preset}-${size}-${colorScheme}.png`), fullPage: true});
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= viewport.width, `${preset}: ${width}`);
      await close();
    }
  });
}
