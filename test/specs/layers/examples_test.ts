import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as entry from 'tfjs-conv/layers';
import 'tfjs-conv/cpu';

/*
 * The examples in the docstrings of layers, which may await.
 */

const root = resolve(__dirname, '../../../src/layers');
const FILES = ['factories.ts', 'register_layers.ts', 'load_layers_model.ts'];

/** A function that is exported, with its example. */
const PATTERN = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:async )?(?:function|const) (\w+)/g;
const EXAMPLE = /^@example\n```ts\n([\s\S]*?)^```/m;

const EXAMPLES = FILES.flatMap(file =>
  [...readFileSync(`${root}/${file}`, 'utf8').matchAll(PATTERN)].map(([, doc, name]) => [
    name,
    EXAMPLE.exec(doc.replace(/^ \* ?/gm, ''))?.[1] ?? '',
  ]),
);

type Run = (...scope: unknown[]) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...names: string[]) => Run;

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

it('are there for every function', () => {
  const functions = [...Object.keys(entry.layers), 'registerLayers', 'loadLayersModel'];
  expect(EXAMPLES.map(([name]) => name).sort()).toEqual(functions.sort());
});

it.each(EXAMPLES)('%s prints what it says', async (_, code) => {
  const printed: string[] = [];
  const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const console = {log: (...values: unknown[]) => printed.push(values.map(shown).join(' '))};
  const scope = {console, tf, ...entry};
  await new AsyncFunction(...Object.keys(scope), code)(...Object.values(scope));
  const expected = [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(expected.length).toBeGreaterThan(0);
  expect(printed).toEqual(expected);
});
