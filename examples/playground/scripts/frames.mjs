// Times of frames while something is dragged, in the built page in headless Chromium, with a processor slowed down 4 times.
//
//   node scripts/frames.mjs                     all scenes
//   node scripts/frames.mjs camera --rate 1     some, at the processor's own speed
//   node scripts/frames.mjs filter --profile    and the functions in which the time goes
import {parseArgs} from 'node:util';
import {settled, start} from '../test/support/page.mjs';

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {rate: {type: 'string', default: '4'}, profile: {type: 'boolean', default: false}},
});
const FRAMES = 60;

const drawing = place => page => page.locator(place).getByLabel('Draw').first().check();
const tab = name => page => page.getByRole('tab', {name, exact: true}).click();

/**
 * What is opened, what is done before, and over what the pointer is dragged, which slider is moved, or which stepper goes up and
 * down; without any, frames go by themselves.
 */
const SCENES = {
  kernel: {hash: '#preset=edges&filter=blur', stepper: 'Kernel'},
  kernelNumbers: {hash: '#preset=kernel&size=12', stepper: 'Kernel'},
  look: {hash: '#preset=edges&channels=3&filters=8&kernel=9', over: '.stage .role-y .plane'},
  paint: {hash: '#preset=edges', before: drawing('.stage .role-x'), over: '.stage .role-x .plane'},
  filter: {
    hash: '#preset=edges&channels=3&filters=8&kernel=9&filter=blur',
    before: drawing('.stage .role-w'),
    over: '.stage .role-w .grid',
  },
  rank: {hash: '#preset=lowRank&kernel=9', before: tab('Separable'), slider: '#rank'},
  camera: {
    hash: '#preset=edges',
    before: async page => {
      await page.getByLabel('Input', {exact: true}).and(page.locator('select')).selectOption('camera');
      await page.waitForFunction(() => /[1-9]/.test(document.querySelector('#frames')?.textContent ?? ''));
    },
  },
  matrix: {
    hash: '#preset=matrix&kind=conv2d&size=16&channels=2&filters=2',
    before: tab('Matrix'),
    over: '.stage .role-y .plane',
  },
  matrixPaint: {
    hash: '#preset=matrix&kind=conv2d&size=16&channels=2&filters=2',
    before: async page => {
      await tab('Matrix')(page);
      await drawing('.stage .role-x')(page);
    },
    over: '.stage .role-x .plane',
  },
  gradient: {hash: '#preset=edges', before: tab('Gradients'), over: '.panels .role-y .plane'},
  sound: {hash: '#preset=sound', over: '.stage .role-y .wave'},
  stack: {hash: '#preset=stack', slider: '.stage .role-y input[type=range]'},
};

/** Moves the pointer once in each frame, and returns the time from each frame to the next, in milliseconds. */
const drag = ({over, slider, stepper, frames}) =>
  new Promise(resolve => {
    const times = [];
    const steppers = ['+', '−'].map(sign => document.querySelector(`[aria-label="${stepper} ${sign} 1"]`));
    let direction = 0;
    const target = steppers[0] ?? document.querySelector(over ?? slider ?? 'body');
    target.scrollIntoView({block: 'center'});
    const {left, top, width, height} = target.getBoundingClientRect();
    const send = (type, share) => {
      if (stepper !== undefined) {
        if (steppers[direction].disabled) direction = 1 - direction;
        steppers[direction].click();
      } else if (slider !== undefined) {
        const [least, most] = [Number(target.min), Number(target.max)];
        target.value = String(least + (Math.floor(share * 997) % (most - least + 1)));
        target.dispatchEvent(new InputEvent('input', {bubbles: true}));
      } else if (over !== undefined) {
        const [clientX, clientY] = [left + width * share, top + height * (0.3 + 0.4 * share)];
        (document.elementFromPoint(clientX, clientY) ?? target).dispatchEvent(
          new PointerEvent(type, {clientX, clientY, pointerType: 'mouse', pointerId: 1, buttons: 1, bubbles: true}),
        );
      }
    };
    target.setPointerCapture = () => undefined;
    send('pointerdown', 0);
    let [frame, last] = [0, performance.now()];
    const next = now => {
      times.push(now - last);
      last = now;
      if (frame === frames) {
        send('pointerup', 1);
        resolve(times.slice(5));
        return;
      }
      send('pointermove', ++frame / (frames + 1));
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });

const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))];

/** The functions in which most of the time was spent, by themselves. */
function heaviest({nodes, samples, timeDeltas}, frames) {
  const names = new Map(
    nodes.map(({id, callFrame: {functionName, url, lineNumber, columnNumber}}) => [
      id,
      `${functionName || '(anonymous)'} ${url.split('/').pop()}:${lineNumber + 1}:${columnNumber + 1}`,
    ]),
  );
  const times = new Map();
  samples.forEach((id, i) => times.set(names.get(id), (times.get(names.get(id)) ?? 0) + timeDeltas[i] / 1000));
  const sorted = [...times].filter(([name]) => !name.startsWith('(idle)')).sort(([, a], [, b]) => b - a);
  for (const [name, time] of sorted.slice(0, 14)) console.log(`    ${(time / frames).toFixed(2).padStart(7)}  ${name}`);
}

const session = await start();
const wanted = Object.entries(SCENES).filter(([name]) => positionals.length === 0 || positionals.includes(name));
console.log(`milliseconds, processor slowed down ${values.rate} times`);
console.log('scene          frame p50   p95   largest   main thread a frame: cpu time  script  style+layout');
for (const [name, {hash, before, ...moved}] of wanted) {
  const {page, context, close} = await session.open({hash, serviceWorkers: 'block'});
  await before?.(page);
  if (name !== 'camera') await settled(page);
  await page.waitForSelector(moved.over ?? moved.slider ?? '.stage');
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', {rate: Number(values.rate)});
  await page.evaluate(drag, {...moved, frames: 10});
  if (values.profile) {
    await cdp.send('Profiler.enable');
    await cdp.send('Profiler.start');
  }
  const metrics = async () =>
    Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({name: key, value}) => [key, value]));
  const first = await metrics();
  const times = await page.evaluate(drag, {...moved, frames: FRAMES});
  const last = await metrics();
  const each = (...keys) => keys.reduce((sum, key) => sum + (1000 * (last[key] - first[key])) / FRAMES, 0).toFixed(1);
  console.log(
    name.padEnd(13),
    ...[0.5, 0.95, 1].map(share => quantile(times, share).toFixed(1).padStart(8)),
    each('ThreadTime').padStart(30),
    each('ScriptDuration').padStart(9),
    each('LayoutDuration', 'RecalcStyleDuration').padStart(9),
  );
  if (values.profile) heaviest((await cdp.send('Profiler.stop')).profile, FRAMES);
  await close();
}
await session.close();
