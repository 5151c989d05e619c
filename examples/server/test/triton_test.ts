/** Python's tritonclient, unchanged. */
import assert from 'node:assert/strict';
import {execFile, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {GRAPHS, writeModel, writeNetwork} from './support/models.js';
import {start, temporaryFolder} from './support/server.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(project, 'node_modules', '.cache', 'tritonclient');

/** A Python that has tritonclient, installed once; or why there is none. */
function python(): {readonly path: string; readonly problem: string} {
  const given = process.env.TFJS_SERVER_TEST_PYTHON;
  if (given) return {path: given, problem: ''};
  const path = join(folder, 'bin', 'python');
  if (existsSync(path) && spawnSync(path, ['-c', 'import tritonclient.http']).status === 0) return {path, problem: ''};
  for (const [command, args] of [
    ['python3', ['-m', 'venv', folder]],
    [path, ['-m', 'pip', 'install', '--quiet', 'tritonclient[http]==2.73.0']],
  ] as const) {
    const {status, error, stderr} = spawnSync(command, args, {encoding: 'utf8', timeout: 120_000});
    if (status !== 0) return {path: '', problem: error?.message ?? stderr.trim().split('\n').slice(-1)[0]};
  }
  return {path, problem: ''};
}

test('tritonclient', async t => {
  const {path, problem} = python();
  if (problem) {
    console.log(`SKIPPED: tritonclient is not to be had here: ${problem}`);
    t.skip(problem);
    return;
  }
  const root = await temporaryFolder();
  await writeNetwork(root);
  await writeModel(root, 'power', GRAPHS.power);
  const {url} = await start(root);
  const script = fileURLToPath(new URL('../../test/triton.py', import.meta.url));
  const {stdout} = await promisify(execFile)(path, [script, url.replace('http://', '')], {timeout: 180_000});
  assert.match(stdout, /all of it works/);
});
