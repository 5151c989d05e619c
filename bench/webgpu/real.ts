/**
 * Checks and measures backend webgpu on a GPU, and writes what it found into docs/benchmarks_webgpu.md: the conformance tests, all
 * layers by every variant and the gradients by the timer of the GPU, and layers against other runtimes by the clock.
 * `--pretend` takes whatever adapter there is for a GPU, and writes bench/out/webgpu_real.md.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {registerBackend, removeBackend, setBackend} from '@tensorflow/tfjs-core';
import {isSoftware} from '../../kernels/webgpu/device/device.js';
import {createWebGPUBackend} from '../../test/support/load/webgpu.js';
import {summaryLine} from '../compare.js';
import {OUT, writeSection} from '../docs.js';
import {fixed, markdownTable, nameColumn, speedupColumns, timeColumns} from '../table.js';
import type {Clock} from './clock.js';
import {BUILTIN, OURS} from './contestants.js';
import type {WebGPUMeasured, WebGPUResult} from './run.js';

const {
  values: {pretend, rounds, only},
} = parseArgs({
  options: {
    real: {type: 'boolean', default: false},
    pretend: {type: 'boolean', default: false},
    rounds: {type: 'string', default: '15'},
    only: {type: 'string', default: ''},
  },
});

const SPECS = ['conformance/webgpu_test', 'webgpu_gemm_test', 'webgpu_half_test', 'webgpu_device_test'];

const env = {
  ...process.env,
  TFJS_CONV_TEST_BACKEND: 'webgpu',
  ...(pretend ? {TFJS_CONV_TEST_AS_GPU: 'true'} : {}),
};

function node(...args: string[]): boolean {
  const {status} = spawnSync(process.execPath, args, {stdio: ['ignore', 'inherit', 'inherit'], env});
  return status === 0;
}

interface Checked {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** How many of the conformance tests pass. */
function check(): Checked {
  const out = join(OUT, 'webgpu_real_tests.json');
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  node(jest, '--silent', '--json', '--outputFile', out, ...SPECS.map(name => `test/specs/${name}.ts`));
  return JSON.parse(readFileSync(out, 'utf8')) as Checked;
}

/** What one run of run.ts finds, in a process of its own. */
function measureAll(name: string, clock: Clock, ...args: string[]): WebGPUResult {
  const common = ['--out', name, '--clock', clock, '--rounds', rounds, '--only', only];
  if (!node(join(OUT, 'webgpu.mjs'), ...common, ...args)) throw new Error(`${name}: not measured`);
  return JSON.parse(readFileSync(join(OUT, `${name}.json`), 'utf8')) as WebGPUResult;
}

const hasVariants = (results: readonly WebGPUMeasured[]): boolean => results.some(({variant}) => variant !== undefined);

/** A table with its sums; first calls where they are of the same clock. */
const tableOf = (title: string, {results, comparisons}: WebGPUResult, firsts: readonly string[] = []): string =>
  [
    `### ${title}`,
    markdownTable(results, [
      nameColumn('task'),
      ...(hasVariants(results)
        ? [{title: 'variant', text: true, cell: ({variant = ''}: WebGPUMeasured) => variant}]
        : []),
      ...timeColumns(results, 3),
      ...firsts.map(name => ({
        title: `${name} first ms`,
        cell: ({timings}: WebGPUMeasured) => fixed(timings[name]?.first, 1),
      })),
      ...speedupColumns(comparisons),
    ]),
    comparisons.map(one => `- ${summaryLine(results, one)}`).join('\n'),
  ].join('\n\n');

removeBackend('webgpu');
const backend = await createWebGPUBackend({looksLikeGpu: pretend});
registerBackend('webgpu', () => backend);
await setBackend('webgpu');
if (isSoftware()) throw new Error('the adapter computes on the CPU; --pretend takes it for a GPU');
const clock = backend.device.features.has('timestamp-query') ? 'gpu' : 'wall';
const started = performance.now();
mkdirSync(OUT, {recursive: true});
if (spawnSync('npm', ['run', '-s', 'build:wasm'], {stdio: 'inherit'}).status !== 0)
  throw new Error('no binary to test');
const tests = check();
const forward = measureAll('webgpu_real_forward', clock, '--variants', '--longest', '3000');
const gradients = measureAll('webgpu_real_gradients', clock, '--gradients', '--longest', '3000');
const peers = measureAll('webgpu_real_peers', 'wall', '--peers', '--longest', '3000');
const minutes = ((performance.now() - started) / 60000).toFixed(1);
const by = clock === 'gpu' ? "by the GPU's timer" : 'by the clock until they have been read';
const section = [
  `Adapter ${forward.adapter}, ${new Date().toISOString().slice(0, 10)}, up to ${rounds} rounds, ${minutes} minutes. Of the tests, ` +
    `${tests.numPassedTests} pass and ${tests.numFailedTests} fail.`,
  tableOf(`Layers by every variant, ${by}`, forward),
  tableOf(`Gradients, ${by}`, gradients),
  tableOf('Layers against other runtimes, by the clock until they have been read', peers, [OURS, BUILTIN]),
].join('\n\n');
if (pretend) writeFileSync(join(OUT, 'webgpu_real.md'), section);
else writeSection('benchmarks_webgpu.md', 'real', section);
console.log(section);
process.exit(tests.numFailedTests === 0 ? 0 : 1);
