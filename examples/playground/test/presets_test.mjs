// Every preset in the real browser: its numbers, no errors, and what lies behind the numbers that are shown.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {settled, start} from './support/page.mjs';

let session;
/** One page for all figures: each is gone to by its address, as a link does. */
let page;
let errors;
before(async () => {
  session = await start();
  ({page, errors} = await session.open());
});
after(() => session.close());

/** The output of each figure, row by row, as the articles and the definitions have it. */
const FIGURES = {
  kernel: [12, 12, 17, 10, 17, 19, 9, 6, 14],
  flip: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  touch: [22, 30, 38, 46, 86, 94, 102, 110, 150, 158, 166, 174, 214, 222, 230, 238],
  skip: [22, 34, 46, 118, 130, 142, 214, 226, 238],
  causal: [1, 12, 123, 234, 345],
  volume: volume(),
  dilated: outer([420, 642, 64]),
  matrix: [1, 4, 7, 6, 7, 23, 33, 24, 19, 53, 63, 42, 21, 52, 59, 36],
  transposed: [1, 1, 2, 2, 0, 1, 1, 2, 2, 0, 3, 3, 4, 4, 0, 3, 3, 4, 4, 0, 0, 0, 0, 0, 0],
};

/** The shape of each output: of those that have no numbers of their own, too. */
const SHAPES = {
  kernel: '3×3×1',
  flip: '3×3×1',
  overlap: '7×7×1',
  touch: '4×4×1',
  skip: '3×3×1',
  padding: '5×5×1',
  channels: '3×3×1',
  filters: '3×3×4',
  pointwise: '5×5×2',
  causal: '5×1',
  sound: '12000×1',
  volume: '2×2×2×1',
  stack: '6×6×6×1',
  dilated: '3×3×1',
  field: '5×5×1',
  matrix: '4×4×1',
  transposed: '5×5×1',
  gradient: '4×4×1',
  separable: '3×3×1',
  lowRank: '128×128×1',
  depthwise: '3×3×3',
  depthwiseSeparable: '5×5×128',
  grouped: '3×3×6',
  edges: '128×128×1',
};

/** The number to the right, ten times that below and a hundred times that behind, in 1, 2, 3, ... as a cube of 3. */
function volume() {
  const at = (d, h, w) => 9 * d + 3 * h + w + 1;
  const corner = (d, h, w) => at(d, h, w + 1) + 10 * at(d, h + 1, w) + 100 * at(d + 1, h, w);
  return [0, 1].flatMap(d => [0, 1].flatMap(h => [0, 1].map(w => corner(d, h, w))));
}

function outer(line) {
  return line.flatMap(a => line.map(b => a * b));
}

/** The sum that is written out at the output that is looked at. */
const sumShown = page => page.locator('.formula b').last().getAttribute('data-sum').then(Number);

/** Goes over the outputs of a slice by the keyboard, from the first on, and reads the sum at each. */
async function sumsByKeyboard(page, rows, columns) {
  const plane = page.locator('.role-y .plane').first();
  await plane.focus();
  const sums = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      sums.push(await sumShown(page));
      if (column < columns - 1) await plane.press('ArrowRight');
    }
    for (let column = 1; column < columns; column++) await plane.press('ArrowLeft');
    if (row < rows - 1) await plane.press('ArrowDown');
  }
  return sums;
}

const close = (a, b) => Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b));

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`the figure ${name} has its numbers`, async () => {
    errors.length = 0;
    await page.evaluate(hash => (location.hash = hash), `#preset=${name}`);
    await page.waitForFunction(
      ([wanted, preset]) =>
        document.querySelector('.stage .role-y .shape, .stage .role-y .name')?.closest('figure')?.dataset.shape ===
          wanted && document.querySelector('.lessons [aria-current]')?.getAttribute('href') === `#preset=${preset}`,
      [shape, name],
    );
    await settled(page);
    const plane = page.locator('.stage .role-y .plane').first();
    const expected = FIGURES[name];
    if (expected !== undefined) {
      const sizes = shape.split('×').map(Number).slice(0, -1);
      const [rows, columns] = sizes.length === 1 ? [1, sizes[0]] : sizes.slice(-2);
      const sums = [];
      for (let slice = 0; slice < (sizes.length === 3 ? sizes[0] : 1); slice++) {
        if (sizes.length === 3) await page.getByRole('slider', {name: 'Output: Depth'}).fill(String(slice));
        sums.push(...(await sumsByKeyboard(page, rows, columns)));
        for (let row = 1; row < rows; row++) await plane.press('ArrowUp');
      }
      assert.deepEqual(sums, expected);
    }
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowDown']) {
      const {sum, output} = await page
        .locator('.formula b')
        .last()
        .evaluate(b => ({...b.dataset}));
      assert.ok(close(Number(sum), Number(output)), `written out ${sum}, computed ${output}`);
      await (name === 'sound' ? page.getByRole('slider', {name: 'Output'}) : plane).press(key);
    }
    assert.equal(await page.getByRole('alert').innerText(), '');
    assert.deepEqual(errors, []);
  });
}
