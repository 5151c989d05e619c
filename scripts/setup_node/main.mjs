// npm run setup:node: makes @tensorflow/tfjs-node run on this machine, for the tests and the benchmark. It is installed in
// test/node_backend and linked into node_modules, so that it is no part of what `npm ci` installs. Safe to run again: what
// works stays as it is.
//
//   TFJS_CONV_LIBTENSORFLOW=download|maven|pypi|FOLDER   where TensorFlow's library comes from; default: what can be had
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, rmSync, symlinkSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {addonPath, compileAddon} from './addon.mjs';
import {installLibrary} from './library.mjs';
import {run, say} from './steps.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test', 'node_backend');
const tfjsNode = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
const link = join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const SERVER = 'https://storage.googleapis.com/tensorflow/libtensorflow/';

/** What works, or '' and what does not. */
function smoke() {
  const {status, stdout, stderr} = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('smoke.cjs', import.meta.url)), tfjsNode],
    {encoding: 'utf8', env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3'}},
  );
  return status === 0 ? {works: stdout.trim(), problem: ''} : {works: '', problem: stderr.trim().slice(-2000)};
}

/** Whether the server answers at all; proxies are tfjs-node's business, which knows their variables. */
async function isReachable() {
  if (['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some(name => process.env[name])) return true;
  return fetch(SERVER, {method: 'HEAD', signal: AbortSignal.timeout(5000)}).then(
    () => true,
    () => false,
  );
}

/** tfjs-node's own install step, which its package would run if scripts were not turned off. */
async function downloadAll() {
  say('downloading TensorFlow and the addon by the install step of tfjs-node, some 100 MB');
  const bin = join(folder, 'node_modules', '.bin');
  await run(process.execPath, ['scripts/install.js'], {
    cwd: tfjsNode,
    env: {PATH: `${bin}:${process.env.PATH}`},
    grows: join(tfjsNode, 'deps'),
    idleMs: 20_000,
  });
}

async function install(source) {
  if (source === undefined || source === 'download') {
    try {
      if (!(await isReachable())) throw new Error('the server of its downloads does not answer');
      await downloadAll();
      const {works, problem} = smoke();
      if (works) return works;
      throw new Error(problem);
    } catch (error) {
      say(`not by tfjs-node's own install step: ${error.message.split('\n')[0]}`);
      if (source === 'download') throw error;
    }
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there are no packages with TensorFlow's library for ${process.platform} ${process.arch}`);
  }
  await installLibrary(tfjsNode, source);
  await compileAddon(tfjsNode);
  const {works, problem} = smoke();
  if (!works) throw new Error(problem);
  return works;
}

/** Sets tfjs-node up, or throws; returns what runs. */
export async function setUpNode() {
  rmSync(link, {force: true});
  if (!existsSync(tfjsNode)) {
    say('installing tfjs-node and what it needs, 9 MB');
    await run('npm', ['ci', '--no-audit', '--no-fund'], {cwd: folder});
  }
  const works =
    (existsSync(addonPath(tfjsNode)) && smoke().works) || (await install(process.env.TFJS_CONV_LIBTENSORFLOW));
  // The link says to the tests that it works.
  mkdirSync(dirname(link), {recursive: true});
  symlinkSync(relative(dirname(link), tfjsNode), link);
  say(works);
  return works;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setUpNode();
  } catch (error) {
    say(`tfjs-node could not be set up: ${error.message}`);
    process.exitCode = 1;
  }
}
