// Other versions of Node, which npm has as packages.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/tfjs-conv/', import.meta.url));

/** Path of the newest Node of a major version; it is installed, some 50 MB, where it is not there yet. */
export function nodeBinary(major) {
  const [platform, extension] = process.platform === 'win32' ? ['win', '.exe'] : [process.platform, ''];
  const name = `node-${platform}-${process.arch}`;
  const folder = join(cache, `node-${major}`);
  const path = join(folder, 'node_modules', name, 'bin', `node${extension}`);
  if (!existsSync(path)) {
    console.log(`installing Node ${major}, 50 MB`);
    mkdirSync(folder, {recursive: true});
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `${name}@${major}`], {cwd: folder, stdio: 'pipe'});
  }
  return path;
}
