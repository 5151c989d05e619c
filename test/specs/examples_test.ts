import {readdirSync, readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import ts from 'typescript';
import * as conv from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import * as doctors from 'tfjs-conv/doctor';
import * as graphModel from 'tfjs-conv/graph-model';
import 'tfjs-conv/cpu';

const root = resolve(__dirname, '../../src');

/** Files with public docstrings. */
const FILES = [
  ...readdirSync(`${root}/ops`).map(file => `ops/${file}`),
  'separate/separate_filter.ts',
  'geometry/options.ts',
  'accelerate.ts',
  'doctor/doctor.ts',
  'doctor/format_diagnosis.ts',
  'prepare/prepare.ts',
  'registry/variants_run.ts',
  'graph_model/load_graph_model.ts',
  'graph_model/optimize/describe_changes.ts',
  'graph_model/optimize/optimize_graph.ts',
  'graph_model/register_graph_ops.ts',
];

/** What has an example besides the functions. */
const TYPES = ['ConvOptions', 'ConvTransposeOptions'];

interface Documented {
  readonly name: string;
  readonly doc: string;
}

/** The exports of a file that have a docstring, with it. */
function documented(file: string): Documented[] {
  const source = readFileSync(`${root}/${file}`, 'utf8');
  const pattern = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:async )?(?:function|interface|type|const) (\w+)/g;
  return [...source.matchAll(pattern)].map(([, doc, name]) => ({name, doc: doc.replace(/^ \* ?/gm, '')}));
}

const DOCUMENTED = FILES.flatMap(documented);

/** The code of the examples in a docstring. */
const examplesIn = ({doc}: Documented): string[] =>
  [...doc.matchAll(/^@example\n```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);

const SCOPE: Readonly<Record<string, unknown>> = {tf, ...conv, accelerate, ...doctors, ...graphModel};

/** A value as the comments of examples have it. */
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as FunctionConstructor;

/** Examples may have types. */
const withoutTypes = (code: string): string =>
  ts.transpile(code, {target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext});

/** Runs an example; returns what it prints, and what its comments say that it prints. */
async function run(code: string): Promise<{printed: string[]; expected: string[]}> {
  const printed: string[] = [];
  const console = {log: (...values: unknown[]) => printed.push(values.map(shown).join(' '))};
  // Examples may wait.
  tf.engine().startScope();
  await new AsyncFunction('console', ...Object.keys(SCOPE), withoutTypes(code))(console, ...Object.values(SCOPE));
  tf.engine().endScope();
  return {printed, expected: [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text)};
}

describe('examples in docstrings', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const names = [...Object.keys(conv), 'accelerate', ...Object.keys(doctors), ...Object.keys(graphModel), ...TYPES];

  it.each(names)('%s has one, which prints what it says', async name => {
    const examples = DOCUMENTED.filter(one => one.name === name).flatMap(examplesIn);
    expect(examples).toHaveLength(1);
    const {printed, expected} = await run(examples[0]);
    expect(expected.length).toBeGreaterThan(0);
    expect(printed).toEqual(expected);
  });

  it('are all run', () => {
    const others = DOCUMENTED.filter(({name, doc}) => !names.includes(name) && doc.includes('@example'));
    expect(others).toEqual([]);
  });
});
