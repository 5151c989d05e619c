import {spawn} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {build} from 'esbuild';

/*
 * Threads of programs, which run in processes of their own.
 */

const root = resolve(__dirname, '../../..');
const folder = join(root, 'node_modules/.cache/tfjs-conv/threads');
const FORMATS = {esm: 'program.mjs', cjs: 'program.cjs'} as const;
type Format = keyof typeof FORMATS;

beforeAll(async () => {
  mkdirSync(folder, {recursive: true});
  for (const format of ['esm', 'cjs'] as const) {
    await build({
      entryPoints: [join(root, 'test/support/thread_program.ts')],
      outfile: join(folder, FORMATS[format]),
      bundle: true,
      platform: 'node',
      format,
      external: ['@tensorflow/*'],
      logLevel: 'error',
    });
  }
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the program has printed. */
  readonly printed: {readonly started: number; readonly ended: number; readonly same?: boolean};
  readonly errors: string;
}

interface Start {
  readonly format?: Format;
  /** TFJS_CONV_THREADS; undefined where it is not set. */
  readonly threads?: string;
  readonly options?: readonly string[];
}

/** Runs a program to its end. */
function run(
  backend: string,
  scenario: string,
  {format = 'esm', threads = '3', options = []}: Start = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...options, join(folder, FORMATS[format]), backend, scenario], {
    env: {...process.env, TFJS_CONV_THREADS: threads},
    stdio: ['ignore', 'pipe', 'pipe'],
    // Of what never ends.
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', data => {
    output += String(data);
    if (scenario === 'signal' && output.includes('{"started')) child.kill('SIGTERM');
  });
  child.stderr.on('data', data => {
    errors += String(data);
  });
  return new Promise(resolve =>
    child.on('close', (code, signal) => {
      const [json = '{}'] = output.split('\n').filter(line => line.startsWith('{"'));
      resolve({code, signal, printed: JSON.parse(json), errors});
    }),
  );
}

describe.each(['cpu', 'wasm'])('threads on %s', backend => {
  test.each([
    ['end', 0],
    ['exit code', 3],
    ['exit', 4],
  ])('let the process end: %s', async (scenario, code) => {
    const ended = await run(backend, scenario);
    expect(ended).toMatchObject({code, signal: null, printed: {started: 2, ended: 0}});
  });

  test('let an error end the process', async () => {
    const {code, printed, errors} = await run(backend, 'throw');
    expect(code).toBeGreaterThan(0);
    expect(printed.started).toBe(2);
    expect(errors).toContain('of the program');
  });

  test('let a signal end the process', async () => {
    expect(await run(backend, 'signal')).toMatchObject({signal: 'SIGTERM', printed: {started: 2}});
  });

  test.each(['remove', 'reset'])('end with their backend: %s', async scenario => {
    const {printed} = await run(backend, scenario);
    expect(printed).toEqual({started: 8, ended: 8});
  });

  test('are not needed: after they have been killed, the results are the same', async () => {
    expect(await run(backend, 'kill')).toMatchObject({code: 0, printed: {same: true, started: 2, ended: 2}});
  });

  test('are started in CommonJS too', async () => {
    expect(await run(backend, 'end', {format: 'cjs'})).toMatchObject({code: 0, printed: {started: 2}});
  });
});

describe('threads of the environment', () => {
  test.each([
    ['3', 2],
    ['', 0],
    ['1', 0],
  ])('are as many as TFJS_CONV_THREADS=%s says in a worker thread', async (threads, started) => {
    expect(await run('cpu', 'worker thread', {threads})).toMatchObject({code: 0, printed: {started}});
  });

  test('are not started where Node forbids them', async () => {
    const [major] = process.versions.node.split('.').map(Number);
    const options = [major < 24 ? '--experimental-permission' : '--permission', '--allow-fs-read=*'];
    expect(await run('cpu', 'end', {options})).toMatchObject({code: 0, printed: {started: 0}});
  });

  test.each(['two', '1.5', '65'])('are not as many as %s', async threads => {
    const {code, errors} = await run('wasm', 'end', {threads});
    expect(code).toBeGreaterThan(0);
    expect(errors).toContain(
      'conv2d: TFJS_CONV_THREADS must be a whole number from 1 to 64, or 0 for as many as are best',
    );
  });
});
