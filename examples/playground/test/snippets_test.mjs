// The programs that the page shows, run: each gives the numbers of the definition, for the figures and for other states.
// tfjs-conv and TensorFlow.js run here; Keras and PyTorch where there is a Python that has them.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath, pathToFileURL} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import 'tfjs-conv/cpu';
import {codeOf} from '../src/code/code.ts';
import {filtersOf} from '../src/conv/compute.ts';
import {chosenFilter} from '../src/model/filters.ts';
import {isPossible, passesOf} from '../src/model/geometry.ts';
import {inputOf} from '../src/model/inputs.ts';
import {filtersOf as filterNames, inputsOf, rangeOf, RULES, tidyState} from '../src/model/rules.ts';
import {DEFAULTS, isLarge, KINDS} from '../src/model/state.ts';
import {sumOf, termsOf} from '../src/model/window.ts';
import {PRESETS} from '../src/presets/presets.ts';

await tf.setBackend('cpu');

/** Photographs and sounds are random numbers in a program: a small image, or a short line, stands for them here. */
const small = s => (isLarge(s) ? tidyState({...s, input: 'random', size: 16, dilation: Math.min(s.dilation, 4)}) : s);

/** A number in [0, 1) that depends on nothing but the calls so far. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** States that one may come upon, as many of each kind. */
function others(each) {
  const next = generator(19);
  const oneOf = list => list[Math.floor(next() * list.length)];
  return KINDS.flatMap(kind => {
    const all = [];
    while (all.length < each) {
      const numbers = RULES[kind].numbers.map(name => {
        const [least, most] = rangeOf(name, {...DEFAULTS, kind, kernel: 5});
        return [name, least + Math.floor(next() * (Math.min(most, least + 4) - least + 1))];
      });
      const s = tidyState({
        ...DEFAULTS,
        ...Object.fromEntries(numbers),
        kind,
        input: oneOf(inputsOf(kind).filter(name => !isLarge({input: name}))),
        filter: oneOf(filterNames(kind).filter(name => name !== 'typed')),
        pad: oneOf(RULES[kind].pads),
        groups: next() < 0.3 ? 2 : 1,
        flip: next() < 0.3,
        size: kind === 'conv3d' ? 4 : 6,
      });
      if (isPossible(passesOf(s))) all.push([`${kind} ${all.length}`, s]);
    }
    return all;
  });
}

const STATES = [
  ...PRESETS.map(({name, state}) => [name, small(tidyState(state))]),
  ...others(Number(process.env.SNIPPET_STATES ?? 5)),
];

/** The output by its definition, sum by sum. */
function definition(s) {
  const filters = filtersOf(s);
  return passesOf(s).reduce((x, g, pass) => {
    const [depth, height, width] = g.axes.map(({output}) => output);
    const values = [];
    for (let d = 0; d < depth; d++) {
      for (let h = 0; h < height; h++) {
        for (let w = 0; w < width; w++) {
          for (let c = 0; c < g.outChannels; c++) values.push(sumOf(termsOf(g, x, filters[pass].values, [d, h, w], c)));
        }
      }
    }
    return {depth, height, width, channels: g.outChannels, values};
  }, inputOf(s));
}

const EXPECTED = new Map(STATES.map(([name, s]) => [name, definition(s)]));

/** What a program's random tensors stand for, by the names that programs have. */
function tensorsOf(s, names) {
  const x = inputOf(s);
  const sizes = [x.depth, x.height, x.width].slice(3 - RULES[s.kind].rank);
  const filters = filtersOf(s);
  const chosen = chosenFilter(s);
  const all = {x: {shape: [...sizes, x.channels], values: [...x.values]}};
  filters.forEach(({shape, values}, i) => (all[names[i]] = {shape, values: [...values]}));
  // With tfjs-conv the filter is separated by the program.
  if (s.kind === 'spatial') all.filter = {shape: [s.kernel, s.kernel], values: [...chosen.values]};
  return all;
}

function check(library, name, y) {
  const expected = EXPECTED.get(name).values;
  const most = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  assert.equal(y.error, undefined, `${library}, ${name}: ${y.error}`);
  assert.equal(y.values.length, expected.length, `${library}, ${name}: ${y.shape}`);
  const difference = expected.reduce((largest, value, i) => Math.max(largest, Math.abs(value - y.values[i])), 0);
  // Float32 and, for separated filters, seven digits of the numbers that are written down.
  assert.ok(difference <= 1e-4 * most, `${library}, ${name}: differs by ${difference} of ${most}`);
}

const isRefusal = code => /^(\/\/|#) \S+ has no .*\.$/.test(code);

const out = fileURLToPath(new URL('../out/snippets', import.meta.url));

for (const library of ['tfjs-conv', 'TensorFlow.js']) {
  test(`the programs of ${library} give the numbers of the definition`, async () => {
    mkdirSync(out, {recursive: true});
    // The one copy of TensorFlow.js here, in which tfjs-conv registers.
    writeFileSync(
      join(out, 'tf.mjs'),
      "import '@tensorflow/tfjs-backend-cpu';\nexport * from '@tensorflow/tfjs-core';\n",
    );
    let refused = 0;
    for (const [i, [name, s]] of STATES.entries()) {
      const code = codeOf(library, s, filtersOf(s));
      if (isRefusal(code)) {
        refused++;
        continue;
      }
      const tensors = tensorsOf(s, s.kind === 'spatial' ? ['column', 'row'] : ['filter', 'pointwise']);
      globalThis.given = named => tf.tensor(tensors[named].values, tensors[named].shape);
      const file = join(out, `${library}-${i}.mjs`);
      writeFileSync(
        file,
        code
          .replace("'@tensorflow/tfjs'", "'./tf.mjs'")
          .replace(/^const (\w+) = (.*?)tf\.randomNormal\([^)]*\)/gm, "const $1 = $2given('$1')")
          .replace('y.print();', 'export {y};'),
      );
      const {y} = await import(pathToFileURL(file).href).catch(error => assert.fail(`${name}: ${error}\n${code}`));
      check(library, name, {shape: y.shape, values: await y.data()});
    }
    assert.ok(library !== 'tfjs-conv' || refused === 0);
    console.log(`${library}: ${STATES.length - refused} programs run, ${refused} refusals`);
  });
}

for (const [library, module] of [
  ['Keras', 'keras'],
  ['PyTorch', 'torch'],
]) {
  test(`the programs of ${library} give the numbers of the definition`, t => {
    const variable = `${module.toUpperCase()}_PYTHON`;
    const python = process.env[variable] ?? 'python3';
    const env = {...process.env, KERAS_BACKEND: 'tensorflow', TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: ''};
    const spawn = (args, input) => spawnSync(python, args, {input, env, encoding: 'utf8', maxBuffer: 1 << 28});
    if (spawn(['-c', `import ${module}, numpy`]).status !== 0) {
      t.skip(`NOT RUN: ${python} has no ${module}; set ${variable} to a Python that has it`);
      return;
    }
    const entries = STATES.map(([name, s]) => ({name, s, code: codeOf(library, s, filtersOf(s))}));
    const runnable = entries.filter(({code}) => !isRefusal(code));
    const asked = runnable.map(({s, code}) => {
      const tensors = tensorsOf(s, ['w', 'w2']);
      tensors.x.shape = [1, ...tensors.x.shape];
      return {library, code, tensors};
    });
    const {stdout, stderr} = spawn(
      [fileURLToPath(new URL('support/run_snippets.py', import.meta.url))],
      JSON.stringify(asked),
    );
    assert.ok(stdout.startsWith('['), stderr.slice(-2000));
    JSON.parse(stdout).forEach((y, i) => check(library, runnable[i].name, y));
    console.log(`${library}: ${runnable.length} programs run, ${entries.length - runnable.length} refusals`);
  });
}
