// A folder as a user's: the packages of package.json, and the packed tarball.
import {execFileSync} from 'node:child_process';
import {copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const npm = (args, cwd) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/**
 * Packs the package and installs it outside of this repository, where nothing else is found by accident. Returns the
 * folder, and what removes it.
 */
export function installConsumer() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tfjs-conv-runtimes-')));
  npm(['pack', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'));
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(folder, name));
  npm(['ci', '--ignore-scripts'], folder);
  npm(['install', '--no-save', '--ignore-scripts', `./${tarball}`], folder);
  return {folder, remove: () => rmSync(folder, {recursive: true, force: true})};
}

/** Puts the program's files into a folder. */
export function putProgram(folder) {
  mkdirSync(folder, {recursive: true});
  cpSync(join(here, 'program'), folder, {recursive: true});
}
