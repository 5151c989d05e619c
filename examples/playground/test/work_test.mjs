// What the page computes and how much it does for it: tensors, frames, measurements, the bench, sound, gradients, painting.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {inputOf} from '../src/model/inputs.ts';
import {tidyState} from '../src/model/rules.ts';
import {PRESETS} from '../src/presets/presets.ts';
import {seriousOf, settled, start, tensorsLeft} from './support/page.mjs';

const out = fileURLToPath(new URL('../out', import.meta.url));
mkdirSync(out, {recursive: true});

let session;
before(async () => {
  session = await start();
});
after(() => session.close());

const close = (a, b) => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b));

test('500 changes over all kinds leave no tensors behind, nor do some on every backend', async () => {
  const {page, context, errors, close: end} = await session.open();
  // Frames follow one another as fast as the page computes, not as fast as this machine draws.
  await context.addInitScript(() => {
    globalThis.requestAnimationFrame = callback => setTimeout(() => callback(performance.now()));
  });
  await page.reload();
  await page.waitForSelector('.stage figure');
  await settled(page);
  const kinds = await page.locator('.controls select').first().locator('option').allInnerTexts();
  const backends = await page.getByLabel('Backend').locator('option').allInnerTexts();
  assert.deepEqual(backends.slice(0, 3), ['cpu', 'wasm', 'webgl']);
  for (const backend of backends) {
    await page.getByLabel('Backend').selectOption(backend);
    const counts = [];
    const isFew = backend !== 'cpu';
    // Twice: what is made once and kept, such as tables, is there after the first round.
    for (let round = 0; round < 2; round++) {
      // Most of a change is drawn by the page, whichever the backend; emulated GPUs take seconds for some kinds.
      for (const kind of kinds.filter((_, i) => !isFew || i % 2 === 0)) {
        await page.getByLabel('Kind of convolution').selectOption(kind);
        for (const [tab, changes] of [
          ['Code', isFew ? 1 : 12],
          ['Gradients', isFew ? 1 : 9],
          ['Matrix', isFew ? 1 : 2],
        ]) {
          await page.getByRole('tab', {name: tab, exact: true}).click();
          await page.evaluate(async count => {
            const steppers = () => [...document.querySelectorAll('.controls .stepper button:not(:disabled)')];
            const name = steppers()[0].getAttribute('aria-label').slice(0, -4);
            for (let i = 0; i < count; i++) {
              const wanted = `${name} ${i % 2 === 0 ? '+' : '−'} 1`;
              steppers()
                .find(one => one.getAttribute('aria-label') === wanted)
                ?.click();
              await new Promise(requestAnimationFrame);
            }
          }, changes);
        }
      }
      counts.push(await tensorsLeft(page, counts[0]));
      console.log(`${backend}: ${counts}, ${Math.round(performance.now() / 1000)} s`);
    }
    assert.ok(counts[1] <= counts[0], `${backend}: ${counts}`);
  }
  assert.deepEqual(seriousOf(errors), []);
  await end();
});

test('a frame has at most one drawing of a plane, however often the pointer moves', async () => {
  const {page, context, errors, close: end} = await session.open({hash: '#preset=edges&channels=3&filters=8&kernel=5'});
  const cdp = await context.newCDPSession(page);
  const layouts = async () => {
    const {metrics} = await cdp.send('Performance.getMetrics');
    return metrics.find(({name}) => name === 'LayoutCount').value;
  };
  await cdp.send('Performance.enable');
  await page.waitForFunction(() => document.querySelector('.stage .role-y')?.dataset.shape === '128×128×8');
  // So much work goes to WebAssembly, which is loaded for it.
  await page.waitForFunction(() => document.querySelector('.settings select').value === 'wasm');
  await page.evaluate(() => document.fonts.load("500 15px 'Inter Variable'"));
  await settled(page);
  await page.evaluate(() => {
    globalThis.draws = new Map();
    const {putImageData} = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...args) {
      globalThis.draws.set(this.canvas, (globalThis.draws.get(this.canvas) ?? 0) + 1);
      return putImageData.apply(this, args);
    };
  });
  /** Ten moves in each of 40 frames over a plane: how often each plane was drawn meanwhile. */
  const drag = selector =>
    page.evaluate(async where => {
      const plane = document.querySelector(where);
      const {left, top, width, height} = plane.getBoundingClientRect();
      const send = (type, x, y) =>
        plane.dispatchEvent(
          new PointerEvent(type, {
            clientX: left + width * x,
            clientY: top + height * y,
            pointerType: 'mouse',
            pointerId: 1,
            bubbles: true,
          }),
        );
      plane.setPointerCapture = () => undefined;
      globalThis.draws.clear();
      send('pointerdown', 0, 0);
      for (let frame = 0; frame < 40; frame++) {
        for (let i = 0; i < 10; i++) send('pointermove', (frame + i / 10) / 41, 0.5);
        await new Promise(requestAnimationFrame);
      }
      send('pointerup', 1, 0.5);
      return [...globalThis.draws.values()];
    }, selector);

  let before = await layouts();
  assert.deepEqual(await drag('.stage .role-y .plane'), [], 'looking draws no plane anew');
  assert.ok((await layouts()) - before <= 4 * 40, 'layouts while looking');

  await page.locator('.stage .role-x').getByLabel('Draw').check();
  before = await layouts();
  const painting = await drag('.stage .role-x .plane');
  assert.ok(painting.length === 2 && painting.every(draws => draws > 5 && draws <= 41), `${painting}`);
  assert.ok((await layouts()) - before <= 4 * 40, 'layouts while painting');

  await page.getByLabel('Input', {exact: true}).and(page.locator('select')).selectOption('camera');
  await page.waitForFunction(() => /[1-9]/.test(document.querySelector('#frames')?.textContent ?? ''));
  const camera = await page.evaluate(async () => {
    globalThis.draws.clear();
    for (let frame = 0; frame < 40; frame++) await new Promise(requestAnimationFrame);
    return [...globalThis.draws.values()];
  });
  assert.ok(camera.length === 2 && camera.every(draws => draws > 0 && draws <= 41), `${camera}`);
  console.log(await page.locator('#frames').innerText());
  await page.getByRole('button', {name: 'Stop the camera'}).click();
  assert.deepEqual(errors, []);
  await end();
});

test('it measures on every backend that the browser has', async () => {
  const {page, errors, close: end} = await session.open({hash: '#preset=filters'});
  await page.getByRole('tab', {name: 'Measure'}).click();
  for (const backend of await page.getByLabel('Backend').locator('option').allInnerTexts()) {
    await page.getByLabel('Backend').selectOption(backend);
    await page.waitForSelector('#variant', {state: 'detached'});
    await page.getByRole('button', {name: `Run (${backend})`}).click();
    await page.waitForSelector('#variant');
    const text = await page.getByRole('tabpanel').last().innerText();
    const [, difference] = /Largest difference: (\S+)/.exec(text);
    console.log(`${backend}: ${await page.locator('#variant').innerText()}, largest difference ${difference}`);
    assert.ok(Number(difference) < 1e-3);
    assert.equal(await page.getByRole('alert').innerText(), '');
  }
  assert.deepEqual(seriousOf(errors), []);
  await end();
});

test('every kind is measured', async () => {
  const {page, errors, close: end} = await session.open();
  await page.getByRole('tab', {name: 'Measure'}).click();
  for (const kind of await page.locator('.controls select').first().locator('option').allInnerTexts()) {
    await page.getByLabel('Kind of convolution').selectOption(kind);
    await page.waitForSelector('#variant', {state: 'detached'});
    await page.getByRole('button', {name: 'Run (cpu)'}).click();
    await page.waitForSelector('#variant');
    const text = await page.getByRole('tabpanel').last().innerText();
    const [, difference = 'none'] = /Largest difference: (\S+)/.exec(text) ?? [];
    assert.ok(difference === 'none' ? kind === 'transposed, 1-D' : Number(difference) < 1e-4, `${kind}: ${difference}`);
  }
  assert.deepEqual(errors, []);
  await end();
});

test('the bench runs to its end, says how far it is, is saved, and stops when asked to', async () => {
  const {page, errors, close: end} = await session.open();
  await page.getByLabel('Backend').selectOption('wasm');
  await page.getByRole('tab', {name: 'Bench'}).click();
  const run = page.getByRole('button', {name: 'Run (wasm)'});
  await run.click();
  // The button is pressed in the moment in which the page says that it measures a second layer.
  await page.evaluate(
    () =>
      new Promise(resolve => {
        const panels = document.querySelector('.panels');
        const observer = new MutationObserver(() => {
          if (!/ 2\/7: /.test(panels.querySelector('[role=status]').textContent)) return;
          observer.disconnect();
          [...panels.querySelectorAll('button')].find(({textContent}) => textContent === 'Stop').click();
          resolve();
        });
        observer.observe(panels, {subtree: true, childList: true, characterData: true});
      }),
  );
  // What was being measured ends, and is dropped.
  await settled(page);
  assert.equal(await page.locator('.panels tbody tr').count(), 1, 'nothing is added after the stop');
  assert.equal(await page.locator('.panels [role=status]').innerText(), '');
  await run.click();
  const json = page.getByRole('button', {name: 'Save JSON'});
  await page.waitForSelector('button:has-text("Save JSON"):not([disabled])');
  const saved = async button => {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const path = join(out, download.suggestedFilename());
    await download.saveAs(path);
    return readFileSync(path);
  };
  const {backend, rows} = JSON.parse((await saved(json)).toString());
  assert.equal(backend, 'wasm');
  assert.equal(rows.length, 7);
  for (const {layer, variant, ours, builtin, difference} of rows) {
    assert.ok(layer !== '' && variant !== '' && ours >= 0 && builtin >= 0 && difference < 1e-3, layer);
  }
  const png = await saved(page.getByRole('button', {name: 'Save PNG'}));
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.readUInt32BE(16) >= 720 && png.readUInt32BE(20) >= 400);
  assert.doesNotMatch(await page.locator('.panels').innerText(), /null|NaN|undefined/);
  await page.locator('.panels').screenshot({path: join(out, 'bench.png')});
  assert.equal(await page.getByRole('alert').innerText(), '');
  assert.deepEqual(errors, []);
  await end();
});

test('the sound has its echo, and it is played', async () => {
  const {page, errors, close: end} = await session.open({hash: '#preset=sound'});
  // What is played is what the buffer of a source holds.
  await page.evaluate(() => {
    globalThis.played = [];
    const {start: begin} = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function () {
      globalThis.played.push({rate: this.buffer.sampleRate, values: [...this.buffer.getChannelData(0)]});
      return begin.call(this);
    };
  });
  const listen = async name => {
    await page.getByRole('button', {name}).click();
    await page.waitForFunction(() => globalThis.played.length > 0);
    return page.evaluate(() => globalThis.played.pop());
  };
  const input = await listen('Listen to the input');
  const output = await listen('Listen to the output');
  assert.deepEqual([input.rate, output.rate], [8000, 8000]);
  const x = inputOf(tidyState(PRESETS.find(({name}) => name === 'sound').state), undefined).values;
  // Causal, dilated by 2400 samples: y[n] = 0.7 x[n] + 0.35 x[n - 2400] + 0.175 x[n - 4800].
  const y = Array.from(x, (value, n) => 0.7 * value + 0.35 * (x[n - 2400] ?? 0) + 0.175 * (x[n - 4800] ?? 0));
  for (const [values, expected] of [
    [input.values, x],
    [output.values, y],
  ]) {
    const loudest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.equal(values.length, 12000);
    values.forEach((value, n) => assert.ok(close(value, (0.8 * expected[n]) / loudest), `sample ${n}`));
  }
  // The sum that is written out at a sample.
  const sample = Number(await page.getByRole('slider', {name: 'Output'}).inputValue());
  const {sum, output: computed} = await page.locator('.formula b').evaluate(b => ({...b.dataset}));
  assert.ok(close(Number(sum), y[sample]) && close(Number(computed), y[sample]));
  assert.deepEqual(errors, []);
  await end();
});

/** The numbers of a plane that has few, as they are drawn. */
const drawn = async (page, selector, shape) => {
  await page.waitForSelector(selector);
  return (await page.locator(selector).getAttribute('data-values')).split(' ').map(Number).slice(0, shape);
};

test('both gradients of a dy that is painted', async () => {
  const {page, errors, close: end} = await session.open({hash: '#preset=kernel'});
  await page.getByRole('tab', {name: 'Gradients'}).click();
  await page.waitForSelector('text=dfilter');
  await page.getByRole('button', {name: 'Clear'}).click();
  const dy = page.locator('.panels .role-y .plane');
  // 1 at the output (0, 1), and at (2, 2) by the pointer.
  await dy.focus();
  for (const key of ['ArrowUp', 'Enter']) await dy.press(key);
  const {width, height} = await dy.boundingBox();
  await dy.click({position: {x: (width * 5) / 6, y: (height * 5) / 6}});
  const w = [0, 1, 2, 2, 2, 0, 0, 1, 2];
  const x = [3, 3, 2, 1, 0, 0, 0, 1, 3, 1, 3, 1, 2, 2, 3, 2, 0, 0, 2, 2, 2, 0, 0, 0, 1];
  const dx = Array(25).fill(0);
  const dfilter = Array(9).fill(0);
  for (const [h, v] of [
    [0, 1],
    [2, 2],
  ]) {
    for (let k = 0; k < 9; k++) {
      const at = 5 * (h + Math.floor(k / 3)) + v + (k % 3);
      dx[at] += w[k];
      dfilter[k] += x[at];
    }
  }
  await page.waitForFunction(
    wanted => document.querySelector('.panels .role-w .plane').dataset.values === wanted,
    dfilter.join(' '),
  );
  assert.deepEqual(await drawn(page, '.panels .role-x .plane', 25), dx);
  assert.deepEqual(errors, []);
  await end();
});

test('the input and the filter can be painted, and pictures have their colours', async () => {
  const {page, errors, close: end} = await session.open({hash: '#preset=kernel'});
  await page.locator('.stage .role-x').getByLabel('Draw').check();
  await page.locator('.stage .role-x').getByLabel('Brush').fill('9');
  const plane = page.locator('.stage .role-x .plane');
  await plane.focus();
  await plane.press('Enter');
  await page.waitForURL(/input=drawn&cells=9(,|%2C)3/);
  const {width, height} = await plane.boundingBox();
  await plane.hover({position: {x: width / 10, y: height * 0.9}});
  await page.mouse.down();
  for (const share of [0.3, 0.5, 0.7, 0.9]) await plane.hover({position: {x: width * share, y: height * 0.9}});
  await page.mouse.up();
  await page.waitForFunction(() =>
    document.querySelector('.stage .role-x .plane').dataset.values.endsWith('9 9 9 9 9'),
  );
  // What is drawn stays where it is when the size changes, and is in the address.
  await page.getByRole('button', {name: 'Size + 1'}).click();
  await page.waitForURL(/size=6/);
  await page.reload();
  await page.waitForSelector('.stage figure');
  await settled(page);
  assert.deepEqual(
    (await drawn(page, '.stage .role-x .plane', 36)).slice(24, 36),
    [9, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0],
  );
  await page.goto(`${session.address}#preset=edges&kind=depthwise&channels=3`);
  await page.waitForFunction(() => document.querySelector('.stage .role-y')?.dataset.shape === '128×128×3');
  await settled(page);
  const pixel = selector =>
    page.locator(selector).evaluate(canvas => [...canvas.getContext('2d').getImageData(64, 64, 1, 1).data]);
  assert.equal(new Set((await pixel('.stage .role-x canvas')).slice(0, 3)).size, 3, 'a colour');
  await page.locator('.stage .role-x').getByRole('button', {name: 'Channel 2'}).click();
  await page.waitForFunction(() => {
    const canvas = document.querySelector('.stage .role-x canvas');
    const [r, g, b] = canvas.getContext('2d').getImageData(64, 64, 1, 1).data;
    return r === g && g === b;
  });
  // This test reads pixels back, which the page does not.
  assert.deepEqual(
    errors.filter(error => !/willReadFrequently/.test(error)),
    [],
  );
  await end();
});
