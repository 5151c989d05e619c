// Makes the page ready to run: installs its packages, and tfjs-conv as users get it. What is there stays.
//
//   node scripts/setup.mjs                               tfjs-conv packed from the project that this folder is in
//   TFJS_CONV_TARBALL=file.tgz node scripts/setup.mjs
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const project = join(folder, '..', '..');
const cache = join(folder, 'node_modules', '.cache', 'tfjs-conv-playground');
const TARBALL = process.env.TFJS_CONV_TARBALL;

/** Runs a command of npm, and shows what it says. */
function npm(args, cwd) {
  const {status} = spawnSync('npm', [...args, '--loglevel=error'], {cwd, stdio: 'inherit', timeout: 600_000});
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`);
}

/** The same as long as no source has another name, size or time. */
function fingerprint() {
  const hash = createHash('sha256');
  const paths = TARBALL === undefined ? ['src', 'kernels', 'package.json'].map(name => join(project, name)) : [TARBALL];
  for (const path of paths) {
    const names = statSync(path).isDirectory() ? readdirSync(path, {recursive: true}).sort() : [''];
    for (const name of names.filter(one => !one.includes('generated'))) {
      const {size, mtimeMs} = statSync(join(path, name));
      hash.update(`${path}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** Does a step, unless it was done already for the same facts. */
function once(name, facts, title, work) {
  const stamp = join(cache, name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === facts) return;
  console.log(`\nplayground: ${title}`);
  work();
  mkdirSync(cache, {recursive: true});
  writeFileSync(stamp, facts);
}

/** The tarball that users install. */
function packed() {
  if (TARBALL !== undefined) return TARBALL;
  const to = join(cache, 'tarball');
  rmSync(to, {recursive: true, force: true});
  mkdirSync(to, {recursive: true});
  npm(['run', 'build'], project);
  npm(['pack', '--ignore-scripts', '--pack-destination', to], project);
  return join(
    to,
    readdirSync(to).find(name => name.endsWith('.tgz')),
  );
}

const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
once('packages', lock, '1 of 2, installing the packages of the page', () =>
  npm(['ci', '--no-audit', '--no-fund'], folder),
);
once('tfjs-conv', fingerprint() + lock, '2 of 2, building, packing and installing tfjs-conv (a minute)', () =>
  npm(['install', '--no-save', '--no-audit', '--no-fund', packed()], folder),
);
