import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import 'tfjs-conv/cpu';
import {doctor, formatDiagnosis} from 'tfjs-conv/doctor';
import type {Diagnosis} from 'tfjs-conv/doctor';
import 'tfjs-conv/wasm';
import {findingsOf} from '../../src/doctor/findings.js';
import {runtimeOf} from '../../src/doctor/runtime.js';
import '../support/load/wasm.js';

const {version} = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8'));

const byName = ({backends}: Diagnosis, wanted: string) => backends.find(({name}) => name === wanted);

/** What is found where nothing is wrong. */
const SOUND: Omit<Diagnosis, 'findings'> = {
  version,
  tensorflow: {'tfjs-core': '4.22.0', 'tfjs-layers': '4.22.0'},
  runtime: {name: 'page', version: 'x', crossOriginIsolated: true, processors: 2, builtinModules: null},
  webAssembly: {exists: true, runs: true, simd: true, relaxedSimd: true, sharedMemory: true},
  backends: [{name: 'cpu', current: true, error: '', kernels: 'own', facts: {}, check: 'right'}],
  flags: {},
};

it('finds what the kernels of each backend run on, and leaves the backend and the tensors as they were', async () => {
  await tf.setBackend('cpu');
  const {numTensors} = tf.memory();
  const found = await doctor({tf});
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(found).toMatchObject({version, runtime: {name: 'Node', version: process.versions.node}});
  expect(found.tensorflow['tfjs-core']).toBe(tf.version_core);
  expect(byName(found, 'cpu')).toMatchObject({current: true, error: '', kernels: 'own', check: 'right'});
  expect(byName(found, 'cpu')?.facts.core).toMatch(/^WebAssembly, (relaxed )?SIMD$/);
  expect(byName(found, 'wasm')).toMatchObject({current: false, error: '', kernels: 'own', check: 'right'});
  expect(byName(found, 'wasm')?.facts).toMatchObject({core: byName(found, 'cpu')?.facts.core});
  expect(found.flags).toMatchObject({TFJS_CONV_VARIANT: '', TFJS_CONV_WINOGRAD: true});
  expect(found.findings.join()).not.toContain('backend cpu');
});

it('says which backend cannot be set up, and of what package the program has another copy', async () => {
  tf.registerBackend('broken', () => {
    throw new Error('no such device');
  });
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  jest.spyOn(console, 'error').mockImplementation();
  try {
    const found = await doctor({tf: {Tensor: class {}, version: {'tfjs-core': tf.version_core, tfjs: '3.9.0'}}});
    expect(byName(found, 'broken')).toMatchObject({kernels: 'portable', check: 'not computed', facts: {}});
    expect(found.findings).toEqual(
      expect.arrayContaining([
        expect.stringContaining('backend broken cannot be set up'),
        expect.stringContaining('two copies of @tensorflow/tfjs-core'),
        expect.stringContaining("versions of TensorFlow.js' packages differ: tfjs-core 4"),
      ]),
    );
    expect(tf.getBackend()).toBe('cpu');
  } finally {
    tf.removeBackend('broken');
    warn.mockRestore();
    jest.restoreAllMocks();
  }
});

it('gives plain values, as JSON and as text', async () => {
  const found = await doctor({tf});
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  const text = formatDiagnosis(found);
  expect(text).toMatch(new RegExp(`^tfjs-conv ${version}\n`));
  for (const {name} of found.backends) expect(text).toContain(`\nbackend ${name}`);
  expect(text.split('  - ')).toHaveLength(found.findings.length + 1);
  expect(formatDiagnosis({...SOUND, findings: []})).toContain('nothing is wrong or missing');
});

it('finds nothing where nothing is wrong', () => {
  expect(findingsOf(SOUND)).toEqual([]);
});

it.each<[string, Partial<Omit<Diagnosis, 'findings'>>, string]>([
  ['versions that differ', {tensorflow: {'tfjs-core': '4.22.0', 'tfjs-layers': '4.17.0'}}, 'tfjs-layers 4.17.0'],
  ['no backend', {backends: []}, 'no backend is registered'],
  ['no WebAssembly', {webAssembly: {...SOUND.webAssembly, exists: false}}, 'there is no WebAssembly'],
  ['a page that forbids WebAssembly', {webAssembly: {...SOUND.webAssembly, runs: false}}, "'wasm-unsafe-eval'"],
  ['no SIMD', {webAssembly: {...SOUND.webAssembly, simd: false}}, 'has no SIMD'],
  ['no relaxed SIMD', {webAssembly: {...SOUND.webAssembly, relaxedSimd: false}}, 'no relaxed SIMD'],
  ['no isolation', {runtime: {...SOUND.runtime, crossOriginIsolated: false}}, 'Cross-Origin-Embedder-Policy'],
  ['no shared memory', {webAssembly: {...SOUND.webAssembly, sharedMemory: false}}, 'no SharedArrayBuffer'],
  ['an old Node', {runtime: {...SOUND.runtime, builtinModules: false}}, 'getBuiltinModule'],
  ['wrong results', {backends: [{...SOUND.backends[0], check: 'wrong'}]}, 'computes a small convolution wrongly'],
  ['portable kernels', {backends: [{...SOUND.backends[0], kernels: 'portable'}]}, 'portable kernels'],
  ['a backend that fails', {backends: [{...SOUND.backends[0], error: 'no GPU', check: 'not computed'}]}, 'no GPU'],
  ['the slow flag', {flags: {DEBUG: true}}, 'DEBUG'],
  ['a forced variant', {flags: {TFJS_CONV_VARIANT: 'im2col'}}, 'im2col'],
])('finds %s', (_, differing, says) => {
  const findings = findingsOf({...SOUND, ...differing});
  expect(findings).toHaveLength(1);
  expect(findings[0]).toContain(says);
});

it.each([
  [
    {Deno: {version: {deno: '2.1'}}, process: {versions: {node: '22.0.0'}}},
    {name: 'Deno', version: '2.1'},
  ],
  [
    {Bun: {version: '1.2'}, process: {versions: {node: '22.0.0'}}},
    {name: 'Bun', version: '1.2', builtinModules: false},
  ],
  [{process: {versions: {node: '20.0.0'}}}, {name: 'Node', version: '20.0.0', crossOriginIsolated: null}],
  [
    {document: {}, navigator: {userAgent: 'A'}, crossOriginIsolated: true},
    {name: 'page', crossOriginIsolated: true},
  ],
  [{navigator: {userAgent: 'A', hardwareConcurrency: 4}}, {name: 'worker', crossOriginIsolated: false, processors: 4}],
  [{}, {name: 'unknown', version: '', processors: null}],
])('knows a runtime by its globals', (globals, runtime) => {
  expect(runtimeOf(globals)).toMatchObject(runtime);
});
