// A release as a maintainer makes it, in a copy of its files.
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** What `npm version` reads and writes. */
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'src/doctor/version.ts', 'scripts/release.mjs'];

/** Makes a major version in `folder`, and returns '' or what is wrong. */
export function tryRelease(root, folder) {
  for (const path of FILES) {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    cpSync(join(root, path), join(folder, path));
  }
  const said = [];
  const run = (command, ...args) => {
    const {status, stdout, stderr} = spawnSync(command, args, {cwd: folder, encoding: 'utf8', timeout: 60_000});
    said.push(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
    return status === 0;
  };
  const release = ['scripts/release.mjs', 'check'];
  const isMade =
    run('git', 'init', '-q') &&
    !run('node', ...release) &&
    run('npm', 'version', 'major', '--no-git-tag-version') &&
    run('node', ...release);
  if (!isMade) return said.join('\n');
  const {version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return run('node', ...release, `v${version}`) && !run('node', ...release, 'v0.0.0') ? '' : said.join('\n');
}
