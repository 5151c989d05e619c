/** Options: from everywhere, checked, and explained by --help. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {modelSettings, readConfig} from '../src/config/read.js';
import {Config} from '../src/config/schema.js';
import {temporaryFolder} from './support/server.js';

const main = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('../src/main.js', import.meta.url)), ...args], {
    encoding: 'utf8',
    timeout: 180_000,
  });

describe('options', () => {
  test('the command line wins over the environment, which wins over the file, which wins over defaults', async () => {
    const file = join(await temporaryFolder(), 'options.json');
    await writeFile(file, JSON.stringify({port: 1, maxQueue: 2, maxBatchSize: 3}));
    const env = {TFJS_SERVER_MAX_QUEUE: '20', TFJS_SERVER_MAX_BATCH_SIZE: '30', TFJS_SERVER_ACCELERATE: 'false'};
    const {config} = readConfig(['--config', file, '--max-batch-size', '300'], env);
    const {port, maxQueue, maxBatchSize, maxBatchTimeMs, accelerate} = config;
    assert.deepEqual(
      {port, maxQueue, maxBatchSize, maxBatchTimeMs, accelerate},
      {port: 1, maxQueue: 20, maxBatchSize: 300, maxBatchTimeMs: 2, accelerate: false},
    );
  });

  const bad: readonly (readonly [readonly string[], RegExp])[] = [
    [['--port', 'many'], /port: expected .*; got "many"/],
    [['--port', '70000'], /port: .*65535; got 70000/],
    [['--workers', '1.5'], /workers: /],
    [['--workers', '0'], /workers: /],
    [['--backend', 'webgl'], /backend: expected one of wasm, cpu, tensorflow; got "webgl"/],
    [['--accelerate', 'maybe'], /accelerate: /],
    [['--max-batch-time-ms', '-1'], /./],
    [['--nonsense', '1'], /nonsense/],
    [['a-word'], /a-word/],
  ];
  for (const [args, says] of bad) {
    test(`${args.join(' ')} is refused`, () => assert.throws(() => readConfig(args, {}), says));
  }

  test('files: of the server, and of a model, with what a model may set', async () => {
    const file = join(await temporaryFolder(), 'options.json');
    await writeFile(file, '{"colour": 1}');
    assert.throws(() => readConfig(['--config', file], {}), /ConfigError: colour: no such option/);
    assert.throws(() => readConfig(['--config', '/nowhere'], {}), /nowhere/);
    const {config} = readConfig([], {});
    assert.throws(() => modelSettings(config, '{"port": 1}'), /port: no such option/);
    assert.equal(modelSettings(config, '{"maxBatchSize": 7, "warmUp": {"x": [1, 2]}}').maxBatchSize, 7);
    assert.throws(() => modelSettings(config, '{"warmUp": {"x": [0]}}'), /warmUp.x.0: /);
  });

  test('--help has every option, with its default', () => {
    const {status, stdout} = main('--help');
    assert.equal(status, 0);
    for (const [name, {default: value}] of Object.entries(Config.properties)) {
      const flag = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
      assert.match(
        stdout,
        new RegExp(`--${flag} .*\\(default ${JSON.stringify(value)}\\)`.replaceAll('.*\\(', '[^\\n]*\\(')),
      );
    }
  });

  test('a wrong option ends the process with a word', () => {
    const {status, stderr} = main('--port', 'x');
    assert.equal(status, 1);
    assert.match(stderr, /port: .*\n--help/);
    assert.equal(main('--models', '/nowhere', '--port', '0').status, 1);
  });
});
