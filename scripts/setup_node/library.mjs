// TensorFlow's native library out of packages, for machines that do not reach the server that tfjs-node downloads it from.
import {createHash} from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {createRequire} from 'node:module';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {megabytes, run, say} from './steps.mjs';

/** The two files that make up the library, as packages have them. */
const FILES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const ARTIFACT = 'org.tensorflow:tensorflow-core-api:0.5.0:jar:linux-x86_64';
const WHEEL = 'tensorflow-cpu==2.15.1';

/** Where the library comes from, the smallest first. */
const SOURCES = [
  {
    name: 'maven',
    what: `TensorFlow 2.10.1 (${ARTIFACT})`,
    bytes: 116_959_312,
    sha256: 'f394c5be26c8f3b644cdc77e6741b2cfe774caa8aedeb969c50e074444feac55',
    download: folder =>
      run(
        'mvn',
        [
          '-q',
          '-B',
          'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy',
          `-Dartifact=${ARTIFACT}`,
          `-DoutputDirectory=${folder}`,
        ],
        {grows: join(homedir(), '.m2', 'repository', 'org', 'tensorflow'), expected: 116_959_312},
      ),
  },
  {
    name: 'pypi',
    what: `TensorFlow 2.15.1 (${WHEEL})`,
    bytes: 207_208_420,
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    // pip keeps what it is loading in TMPDIR.
    download: folder =>
      run(
        'python3',
        [
          '-m',
          'pip',
          'download',
          '-q',
          '--no-deps',
          '--only-binary=:all:',
          '--python-version',
          '3.11',
          '--platform',
          'manylinux2014_x86_64',
          '-d',
          folder,
          WHEEL,
        ],
        {env: {TMPDIR: folder}, grows: folder, expected: 207_208_420},
      ),
  },
];

const cacheFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tfjs-conv');

/** Downloads a package, checks and unpacks it into the cache; returns the folder with the library. */
async function fetchLibrary({name, what, bytes, sha256, download}, adm) {
  const folder = join(cacheFolder(), `libtensorflow-${sha256.slice(0, 12)}`);
  if (FILES.every(file => existsSync(join(folder, file)))) {
    say(`${what} is in ${folder}`);
    return folder;
  }
  mkdirSync(cacheFolder(), {recursive: true});
  const temp = mkdtempSync(join(cacheFolder(), 'download-'));
  try {
    say(`downloading ${what}, ${megabytes(bytes)}, with ${name === 'maven' ? 'mvn' : 'pip'}`);
    await download(temp);
    const archive = readFileSync(
      join(
        temp,
        readdirSync(temp).find(file => /\.(jar|whl)$/.test(file)),
      ),
    );
    const found = createHash('sha256').update(archive).digest('hex');
    if (found !== sha256) throw new Error(`${name}: SHA-256 of the package is ${found}, expected ${sha256}`);
    say(`unpacking ${megabytes(archive.length)} into ${folder}`);
    const out = join(temp, 'out');
    mkdirSync(out);
    const entries = new adm(archive).getEntries();
    for (const file of FILES) {
      writeFileSync(join(out, file), entries.find(({entryName}) => entryName.endsWith(`/${file}`)).getData());
      chmodSync(join(out, file), 0o755);
    }
    rmSync(folder, {recursive: true, force: true});
    renameSync(out, folder);
    return folder;
  } finally {
    rmSync(temp, {recursive: true, force: true});
  }
}

/**
 * Puts the library where tfjs-node looks for it, under the names that it has there. `source` names one of the packages, or
 * a folder that has the library; without it, the first package that can be had is taken.
 */
export async function installLibrary(tfjsNode, source) {
  const adm = createRequire(join(tfjsNode, 'package.json'))('adm-zip');
  const named = SOURCES.filter(({name}) => source === undefined || name === source);
  let folder = named.length === 0 ? source : undefined;
  const problems = [];
  for (const one of named) {
    if (folder !== undefined) break;
    try {
      folder = await fetchLibrary(one, adm);
    } catch (error) {
      say(`not from ${one.name}: ${error.message.split('\n')[0]}`);
      problems.push(error.message);
    }
  }
  if (folder === undefined) throw new Error(`TensorFlow's library could not be had:\n${problems.join('\n')}`);
  const lib = join(tfjsNode, 'deps', 'lib');
  rmSync(lib, {recursive: true, force: true});
  mkdirSync(lib, {recursive: true});
  for (const file of FILES) {
    const name = file.replace('_cc', '').replace(/\.2$/, '');
    symlinkSync(join(folder, file), join(lib, file));
    symlinkSync(file, join(lib, name));
    symlinkSync(file, join(lib, `${name}.2.9.1`));
  }
}
