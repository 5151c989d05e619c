// A visitor who tries everything, in no order: no errors, nothing that stays in memory, and a page that still computes.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {seriousOf, settled, start, tensorsLeft} from './support/page.mjs';

/** Actions of each of two rounds. All backends are taken where these are told to be `all`: emulated GPUs are slow. */
const ACTIONS = Number(process.env.WANDER_ACTIONS ?? 100);
const SEED = Number(process.env.WANDER_SEED ?? 1);
/** Whether actions do not wait for what came of those before: they then find other things at each run. */
const IS_HASTY = process.env.WANDER_HASTY === '1';
const BACKENDS = process.env.WANDER_BACKENDS === 'all' ? ['cpu', 'wasm', 'webgl', 'webgpu'] : ['cpu', 'wasm'];

let session;
before(async () => {
  session = await start();
});
after(() => session.close());

/** Does one thing with one control, as a random number says; returns what it was. */
function act({random, backends}) {
  const shares = random.map(value => value / 2 ** 32);
  const all = [
    ...document.querySelectorAll(
      'button:not(:disabled), select, input:not([type=file]), .lessons a, .plane, .grid, [tabindex="0"]',
    ),
  ].filter(one => one.checkVisibility());
  const target = all[Math.floor(shares[0] * all.length)];
  const name =
    target.getAttribute('aria-label') ?? target.labels?.[0]?.textContent ?? target.textContent.trim().slice(0, 30);
  const events = (...types) => types.forEach(type => target.dispatchEvent(new Event(type, {bubbles: true})));
  target.focus?.();
  if (target instanceof HTMLSelectElement) {
    const choices = [...target.options].filter(
      ({value}) => target.closest('.settings') === null || !/^(cpu|w)/.test(value) || backends.includes(value),
    );
    target.value = choices[Math.floor(shares[1] * choices.length)].value;
    events('input', 'change');
  } else if (target instanceof HTMLInputElement && target.type !== 'checkbox') {
    const [least, most] = [Number(target.min || 0), Number(target.max || 9)];
    const wild = ['', '-5', '1e9', '2.5'];
    const within = String(Math.round(least + shares[2] * (most - least)));
    target.value = shares[1] < 0.2 ? wild[Math.floor(shares[2] * wild.length)] : within;
    events('input', 'change');
    target.blur();
  } else if (target.matches('.plane, .grid')) {
    const {left, top, width, height} = target.getBoundingClientRect();
    const move = (type, share) => {
      const [clientX, clientY] = [left + width * shares[1] * share, top + height * shares[2] * share];
      const options = {clientX, clientY, pointerId: 1, pointerType: shares[3] < 0.5 ? 'mouse' : 'touch'};
      target.dispatchEvent(new PointerEvent(type, {...options, bubbles: true}));
    };
    target.setPointerCapture = () => undefined;
    move('pointerdown', 0.5);
    for (const share of [0.6, 0.8, 1, 1.3]) move('pointermove', share);
    move('pointerup', 1.3);
  } else if (shares[1] < 0.25) {
    const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Enter', ' '];
    const key = keys[Math.floor(shares[2] * keys.length)];
    target.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  } else {
    target.click();
  }
  return name;
}

/** The same numbers at every run: a linear congruential generator. */
function generator(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

for (const [size, options] of Object.entries({
  desktop: {viewport: {width: 1280, height: 900}},
  phone: {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true},
})) {
  test(`${ACTIONS} actions at random, twice, ${size}`, async () => {
    const {page, errors, close} = await session.open(options);
    await page.evaluate(() => {
      globalThis.addEventListener('unhandledrejection', ({reason}) => console.error(`unhandled: ${reason}`));
    });
    /** Back to a figure on cpu with nothing going on, and the tensors that are left there. */
    const tensors = async most => {
      await page.evaluate(() => {
        for (const button of document.querySelectorAll('button[aria-pressed="true"].quiet, .panels .primary')) {
          if (/Pause|Stop|暂停|停止/.test(button.textContent)) button.click();
        }
        document.querySelector('.lessons a').click();
      });
      await page.locator('.stage .role-y[data-shape="3×3×1"]').waitFor();
      await settled(page);
      await page.locator('.settings select').first().selectOption('cpu');
      await settled(page);
      return tensorsLeft(page, most);
    };
    const counts = [];
    const done = [];
    for (let round = 0; round < 2; round++) {
      const next = generator(SEED);
      for (let i = 0; i < ACTIONS; i++) {
        const random = [next(), next(), next(), next()];
        done.push(await page.evaluate(act, {random, backends: BACKENDS}));
        if (!IS_HASTY) await settled(page);
        assert.deepEqual(seriousOf(errors), [], `after ${done.slice(-6).join(' | ')}`);
      }
      counts.push(await tensors(counts[0]));
      assert.equal(await page.locator('.formula b').last().getAttribute('data-sum'), '12');
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    }
    console.log(`${size}: tensors ${counts}`);
    assert.ok(counts[1] <= counts[0], `${counts}`);
    assert.deepEqual(seriousOf(errors), []);
    await close();
  });
}
