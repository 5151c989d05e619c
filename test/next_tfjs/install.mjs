// The next TensorFlow.js, a release candidate: some suites run on it in place of the one that the package is developed
// with, so that what is read of its kernels and classes is known to be there still. What it does not release anew, the wasm
// backend and tfjs-node, is that of before; the wasm backend runs on its core.
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const {dependencies} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const pathOf = name => join(folder, 'node_modules', name);

/** Where the packages lie that take the place of those of the same name. */
export const NEXT_PACKAGES = Object.fromEntries(Object.keys(dependencies).map(name => [name, pathOf(name)]));

/** Installs them, 300 MB, where they are not there yet in the versions of package.json; returns the version. */
export function installNext() {
  const isThere = ([name, version]) => {
    const file = join(pathOf(name), 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
  };
  if (!Object.entries(dependencies).every(isThere)) {
    console.log('installing the next TensorFlow.js, 300 MB');
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {cwd: folder, stdio: 'pipe'});
  }
  return dependencies['@tensorflow/tfjs-core'];
}
