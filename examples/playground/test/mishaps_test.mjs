// What goes wrong outside of the page, or is given to it wrong: devices that are lost, odd pictures, numbers and addresses.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {figuresOf, seriousOf, settled, start} from './support/page.mjs';

let session;
before(async () => {
  session = await start();
});
after(() => session.close());

const says = (page, words) =>
  page.waitForFunction(wanted => document.querySelector('[role=alert]').textContent.includes(wanted), words);
const silent = page => page.waitForFunction(() => document.querySelector('[role=alert]').textContent === '');

test('pictures of all sorts are taken, and what is none is said to be none', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=causal'});
  /** Drops a file whose text or bytes are made in the page. */
  const drop = (type, make) =>
    page.evaluate(
      async ([kind, source]) => {
        const data = new DataTransfer();
        data.items.add(new File([await new Function(`return (${source})()`)()], 'file', {type: kind}));
        document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
      },
      [type, make],
    );
  const painted = (width, height, ...colours) => `async () => {
    const canvas = new OffscreenCanvas(${width}, ${height});
    const context = canvas.getContext('2d');
    ${JSON.stringify(colours)}.forEach((colour, i, all) => {
      context.fillStyle = colour;
      context.fillRect(0, i * ${height} / all.length, ${width}, ${height});
    });
    return canvas.convertToBlob();
  }`;
  const middle = async () => {
    await settled(page);
    return page.locator('.stage .role-x canvas').evaluate(canvas => {
      const [r, g, b] = canvas.getContext('2d').getImageData(64, 64, 1, 1).data;
      return [r, g, b];
    });
  };
  // A line takes no picture: the page turns to a kind that does.
  await drop('image/png', painted(1, 1, '#808080'));
  await page.waitForFunction(() => document.querySelector('.stage .role-x').dataset.shape === '128×128×1');
  assert.ok((await middle()).every(value => Math.abs(value - 128) <= 1));
  await drop('image/png', painted(3000, 40, 'black'));
  await page.waitForURL(/kind=conv2d|input=file/);
  assert.deepEqual(await middle(), [0, 0, 0]);
  // What shines through is white, and not the picture before.
  await drop('image/png', painted(64, 64, 'transparent'));
  assert.deepEqual(await middle(), [255, 255, 255]);
  await drop(
    'image/svg+xml',
    '() => \'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>\'',
  );
  await page.waitForFunction(() => {
    const canvas = document.querySelector('.stage .role-x canvas');
    return canvas.getContext('2d').getImageData(64, 64, 1, 1).data[0] === 0;
  });
  await drop('image/png', "() => '\\x89PNG\\r\\n\\x1a\\nhalf a picture'");
  await says(page, 'not a picture');
  await drop('text/plain', "() => 'a text'");
  await says(page, 'not a picture');
  assert.deepEqual(await middle(), [0, 0, 0]);
  // Of two that are dropped one after the other the later one stays, although the first takes longer to read.
  await page.evaluate(() => {
    const {decode} = Image.prototype;
    const ready = new Promise(resolve => (globalThis.finish = resolve));
    let isFirst = true;
    Image.prototype.decode = async function () {
      const isLate = isFirst;
      isFirst = false;
      await decode.call(this);
      if (isLate) await ready;
    };
  });
  await drop('image/png', painted(8, 8, 'white'));
  await drop('image/png', painted(8, 8, '#808080'));
  await page.waitForFunction(() => {
    const canvas = document.querySelector('.stage .role-x canvas');
    return Math.abs(canvas.getContext('2d').getImageData(64, 64, 1, 1).data[0] - 128) <= 1;
  });
  await page.evaluate(() => globalThis.finish());
  assert.ok((await middle()).every(value => Math.abs(value - 128) <= 1));
  assert.deepEqual(
    errors.filter(error => !/willReadFrequently|unsafe-eval/.test(error)),
    [],
  );
  await close();
});

test('a part that cannot be drawn says so, and there is a way back', async () => {
  const {page, errors, close} = await session.open();
  // What the page is drawn with fails: numbers with separators are in one panel, searches in the list of figures in all.
  await page.evaluate(() => {
    globalThis.failing = 'none';
    for (const [name, {prototype}] of [
      ['toLocaleString', Number],
      ['findIndex', Array],
    ]) {
      const {[name]: real} = prototype;
      prototype[name] = function (...args) {
        if (globalThis.failing === name) throw new Error(`no ${name}`);
        return real.apply(this, args);
      };
    }
  });
  const fail = name => page.evaluate(which => (globalThis.failing = which), name);
  const broken = page.getByText('could not be drawn');
  await fail('toLocaleString');
  await page.getByRole('tab', {name: 'Measure', exact: true}).click();
  await page.getByText('could not be drawn: no toLocaleString').waitFor();
  await page.getByRole('button', {name: 'Stride + 1'}).click();
  await page.waitForFunction(() => document.querySelector('.stage .role-y').dataset.shape === '2×2×1');
  assert.equal(await broken.count(), 1);
  await fail('none');
  await page.getByRole('button', {name: 'Stride − 1'}).click();
  await page.getByRole('button', {name: 'Run (cpu)'}).waitFor();
  assert.equal(await broken.count(), 0);
  await fail('findIndex');
  await page.getByRole('button', {name: 'Next'}).click();
  await page.getByText('could not be drawn: no findIndex').waitFor();
  assert.equal(await page.locator('h1').count(), 0);
  await fail('none');
  await page.getByRole('button', {name: 'To the first figure'}).click();
  await page.locator('h1', {hasText: 'A window slides'}).waitFor();
  await settled(page);
  assert.equal(await page.locator('.stage .role-y').getAttribute('data-shape'), '3×3×1');
  assert.equal(await broken.count(), 0);
  assert.deepEqual(
    errors.filter(error => !/no (toLocaleString|findIndex)/.test(error)),
    [],
  );
  await close();
});

test('a camera that is unplugged, or that comes too late', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=edges'});
  await page.evaluate(() => {
    const {mediaDevices} = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    globalThis.tracks = [];
    mediaDevices.getUserMedia = async wanted => {
      const stream = await ask(wanted);
      globalThis.tracks.push(...stream.getTracks());
      if (globalThis.late !== undefined) await globalThis.late;
      return stream;
    };
  });
  const input = page.getByLabel('Input', {exact: true}).and(page.locator('select'));
  await input.selectOption('camera');
  await page.waitForFunction(() => /[1-9]/.test(document.querySelector('#frames')?.textContent ?? ''));
  await page.evaluate(() => globalThis.tracks[0].dispatchEvent(new Event('ended')));
  await says(page, 'camera could not be used');
  await settled(page);
  assert.equal(await input.inputValue(), 'photo');
  // The visitor allows it after something else was chosen.
  await page.evaluate(() => {
    globalThis.late = new Promise(resolve => (globalThis.allow = resolve));
  });
  await input.selectOption('camera');
  await page.waitForFunction(() => globalThis.tracks.length === 2);
  await input.selectOption('random');
  await page.evaluate(() => globalThis.allow());
  await page.waitForFunction(() => globalThis.tracks.every(({readyState}) => readyState === 'ended'));
  await settled(page);
  assert.equal(await input.inputValue(), 'random');
  await silent(page);
  assert.deepEqual(errors, []);
  await close();
});

test('numbers that are none, that are large, and that are typed while the page draws', async () => {
  const {page, errors, close} = await session.open({hash: '#preset=kernel'});
  const field = page.getByLabel('Filter 1, 1', {exact: true});
  const values = () => page.locator('.stage .role-w .plane').getAttribute('data-values');
  for (const [typed, expected] of [
    ['', '0'],
    ['x', '0'],
    ['NaN', '0'],
    ['1e39', '0'],
    ['1e30', '1e30'],
    ['−2,5', '-2.5'],
  ]) {
    await field.fill(typed);
    await field.press('Enter');
    await settled(page);
    assert.equal(Number((await values()).split(' ')[0]), Math.fround(Number(expected)), typed);
  }
  await field.fill('1e30');
  await field.press('ArrowDown');
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Filter 2, 1');
  assert.match(await page.locator('.formula b').innerText(), /^3e30$/);
  // Arrow keys go to all numbers, and no further.
  for (const [key, label] of [
    ['ArrowRight', 'Filter 2, 2'],
    ['ArrowDown', 'Filter 3, 2'],
    ['ArrowDown', 'Filter 3, 2'],
    ['ArrowLeft', 'Filter 3, 1'],
  ]) {
    await page.keyboard.press(key);
    await page.waitForFunction(wanted => document.activeElement.getAttribute('aria-label') === wanted, label);
  }
  // What one types stays although the page draws at every frame.
  await page.goto(`${session.address}#preset=edges&input=photo`);
  await page.getByLabel('Input', {exact: true}).and(page.locator('select')).selectOption('camera');
  await page.waitForFunction(() => /[1-9]/.test(document.querySelector('#frames')?.textContent ?? ''));
  await page.locator('.stage .role-w .plane').click({position: {x: 60, y: 60}});
  await page.keyboard.type('12.');
  await page.evaluate(async () => {
    for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
  });
  await page.keyboard.type('25');
  await page.keyboard.press('Tab');
  await page.waitForFunction(() =>
    document.querySelector('.stage .role-w .plane').dataset.values.split(' ').includes('12.25'),
  );
  assert.deepEqual(errors, []);
  await close();
});

test('the browser goes back and forward through the figures', async () => {
  const {page, errors, close} = await session.open();
  const title = text => page.locator('h1', {hasText: text}).waitFor();
  for (const [name, hash] of [
    ['Stride 2', /preset=touch/],
    ['Grouped', /preset=grouped/],
  ]) {
    await page.getByRole('link', {name}).click();
    await page.waitForURL(hash);
  }
  await page.getByRole('button', {name: 'Size + 1'}).click();
  await page.waitForURL(/size=6/);
  await page.goBack();
  await title('Stride 2');
  await page.goBack();
  await title('A window slides');
  await settled(page);
  assert.equal(await page.locator('.stage .role-y').getAttribute('data-shape'), '3×3×1');
  await page.goForward();
  await page.goForward();
  await title('Grouped');
  await page.waitForFunction(() => document.querySelector('.stage .role-x').dataset.shape === '6×6×4');
  assert.deepEqual(errors, []);
  await close();
});

test('what was asked for last wins, however long the one before takes', async () => {
  const {page, errors, close} = await session.open({serviceWorkers: 'block'});
  let allow;
  const allowed = new Promise(resolve => (allow = resolve));
  await page.route(/\/zh-[^/]*\.js|wasm-[^/]*\.js/, async route => {
    await allowed;
    await route.continue();
  });
  await page.getByLabel('Language').selectOption('zh');
  await page.getByLabel('Backend').selectOption('wasm');
  await page.getByLabel('Language').selectOption('en');
  await page.getByLabel('Backend').selectOption('cpu');
  allow();
  await settled(page);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.equal(await page.getByLabel('Backend').inputValue(), 'cpu');
  await silent(page);
  assert.deepEqual(
    errors.filter(error => !/Service Worker registration blocked/.test(error)),
    [],
  );
  await close();
});

for (const [width, name] of [
  [320, 'the narrowest phone'],
  [640, 'a laptop at 200 %'],
]) {
  test(`nothing is wider than ${name}`, async () => {
    const {page, close} = await session.open({viewport: {width, height: 700}});
    for (const preset of await figuresOf(page)) {
      await page.evaluate(hash => (location.hash = hash), `#preset=${preset}`);
      await settled(page);
      const beyond = await page.evaluate(() =>
        [...document.querySelectorAll('main *')]
          .filter(
            one =>
              one.closest('.scroll, .math, [role=tablist], pre, svg') === null &&
              one.checkVisibility() &&
              one.getBoundingClientRect().right > innerWidth,
          )
          .map(one => one.outerHTML.slice(0, 100)),
      );
      assert.deepEqual(beyond, [], preset);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), preset);
    }
    await close();
  });
}

// Last in this browser, whose GPU process takes its time afterwards.
test('a graphics device that is lost gives way to cpu, and starts again when it is asked for', async () => {
  const {page, context, errors, close} = await session.open({ready: false});
  await context.addInitScript(() => {
    globalThis.lose = {};
    for (const canvas of [HTMLCanvasElement, OffscreenCanvas]) {
      const {getContext} = canvas.prototype;
      canvas.prototype.getContext = function (...args) {
        const made = getContext.apply(this, args);
        // The page tries whether there is WebGL at all on a canvas of its own, before TensorFlow.js takes another one.
        if (args[0] === 'webgl2') globalThis.lose.webgl = () => made.getExtension('WEBGL_lose_context').loseContext();
        return made;
      };
    }
    if (globalThis.GPUAdapter !== undefined) {
      const {requestDevice} = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        const device = await requestDevice.apply(this, args);
        globalThis.lose.webgpu = () => device.destroy();
        return device;
      };
    }
  });
  await page.reload();
  await page.waitForSelector('.stage figure');
  await settled(page);
  const backend = page.getByLabel('Backend');
  const sum = () => page.locator('.formula b').last().getAttribute('data-output');
  const offered = await backend.locator('option').allInnerTexts();
  for (const name of ['webgl', 'webgpu'].filter(one => offered.includes(one))) {
    for (let round = 0; round < 2; round++) {
      await backend.selectOption(name);
      await settled(page);
      if ((await page.getByRole('alert').innerText()) !== '') break;
      assert.equal(await backend.inputValue(), name);
      assert.equal(Math.round(await sum()), 12);
      await page.evaluate(which => globalThis.lose[which](), name);
      await says(page, `lost ${name}`);
      await settled(page);
      assert.equal(await backend.inputValue(), 'cpu');
      await page.getByRole('button', {name: 'Stride + 1'}).click();
      await page.waitForFunction(() => document.querySelector('.stage .role-y').dataset.shape === '2×2×1');
      await page.getByRole('button', {name: 'Stride − 1'}).click();
      await settled(page);
      assert.equal(await sum(), '12');
    }
  }
  // The browser says itself what it lost.
  assert.deepEqual(
    seriousOf(errors).filter(error => !/CONTEXT_LOST|[Ll]ost/.test(error)),
    [],
  );
  await close();
});
