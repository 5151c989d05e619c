// Runtimes beside Node, from packages of npm that have nothing but the program.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/tfjs-conv/', import.meta.url));

const {platform, arch} = process;
const extension = platform === 'win32' ? '.exe' : '';

/** Their versions, their packages, and where the program lies in these. */
const ENGINES = {
  deno: {version: '2.9.6', package: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`, path: 'deno'},
  bun: {
    version: '1.4.5',
    package: `@oven/bun-${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
    path: 'bin/bun',
  },
};

export const versionOf = name => ENGINES[name].version;

/** The path of a runtime; it is installed, some 100 MB, where it is not there yet in that version. */
export function engineBinary(name) {
  const {version, package: packageName, path} = ENGINES[name];
  const folder = join(cache, name);
  const installed = join(folder, 'node_modules', packageName);
  const manifest = join(installed, 'package.json');
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== version) {
    console.log(`installing ${name} ${version}, 100 MB`);
    mkdirSync(folder, {recursive: true});
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    execFileSync('npm', [...args, `${packageName}@${version}`], {cwd: folder, stdio: 'pipe'});
  }
  return join(installed, path + extension);
}
