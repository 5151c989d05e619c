// Makes the server ready to run: installs its packages and tfjs-conv as users get it, and compiles. What is there stays.
//
//   node scripts/setup.mjs                     tfjs-conv packed from the project that this folder is in
//   TFJS_CONV_TARBALL=file.tgz node scripts/setup.mjs
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const project = join(folder, '..', '..');
const modules = join(folder, 'node_modules');
const cache = join(modules, '.cache', 'tfjs-conv-server');

function run(command, args, cwd) {
  const {status, error, stdout, stderr} = spawnSync(command, args, {cwd, encoding: 'utf8', timeout: 600_000});
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
}

/** The same as long as no file has another name, size or time. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const files = statSync(path).isDirectory()
      ? readdirSync(path, {recursive: true})
          .map(name => join(path, name))
          .filter(name => !name.includes('generated'))
      : [path];
    for (const file of files.sort()) {
      const {size, mtimeMs} = statSync(file);
      hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** Does a step, unless it was done already for the same facts. */
function once(name, facts, title, work) {
  const stamp = join(cache, name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === facts) return;
  console.log(title);
  work();
  mkdirSync(cache, {recursive: true});
  writeFileSync(stamp, facts);
}

/** The tarball that users install; its sources are compiled by npm pack. */
function packed() {
  if (process.env.TFJS_CONV_TARBALL) return process.env.TFJS_CONV_TARBALL;
  const to = join(cache, 'tarball');
  rmSync(to, {recursive: true, force: true});
  mkdirSync(to, {recursive: true});
  run('npm', ['run', 'build'], project);
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', to], project);
  return join(
    to,
    readdirSync(to).find(name => name.endsWith('.tgz')),
  );
}

const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
once('packages', lock, 'installing the packages of the server', () =>
  run('npm', ['ci', '--no-audit', '--no-fund'], folder),
);
const sources = [
  process.env.TFJS_CONV_TARBALL,
  ...['src', 'kernels', 'package.json', 'README.md'].map(name => join(project, name)),
].filter(path => path && existsSync(path));
once('tfjs-conv', fingerprint(sources) + lock, 'packing and installing tfjs-conv', () =>
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', packed()], folder),
);
once(
  'compiled',
  fingerprint(['src', 'test', 'example', 'load', 'tsconfig.json'].map(name => join(folder, name))),
  'compiling',
  () => {
    rmSync(join(folder, 'dist'), {recursive: true, force: true});
    run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc')], folder);
  },
);
