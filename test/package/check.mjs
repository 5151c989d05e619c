// Checks the package as users get it: packs it, lints the tarball, installs it in an empty folder, and uses it there.
import {build} from 'esbuild';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as programs from './programs.mjs';
import {openPages} from './page.mjs';
import {tryRelease} from './release.mjs';
import {COMPILERS, packageOf, pathOf} from './typescript.mjs';
import {compareSizes, measureSizes, writeSizes} from './sizes.mjs';
import {codeBlocks, isCommonJs, isProgram, packagesOf, placeOf} from './readme.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = name => join(root, 'node_modules', '.bin', name);
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const temp = mkdtempSync(join(tmpdir(), 'tfjs-conv-package-'));
/** Packed: some more than the code and its docstrings need, far below what a stray data file or bundle would bring. */
const MAX_TARBALL_BYTES = 1024 * 1024;

let checks = 0;
let failures = 0;

function check(what, problem) {
  checks++;
  if (problem) failures++;
  console.log(
    `${problem ? 'FAIL' : 'ok  '} ${what}${problem ? `\n${String(problem).trim().replace(/^/gm, '     ')}` : ''}`,
  );
  return !problem;
}

/** Runs a command; returns '' or, where it failed, the beginning of what it said. */
function run(command, args, cwd, says = '') {
  const {status, error, stdout, stderr} = spawnSync(command, args, {cwd, encoding: 'utf8', timeout: 300_000});
  if (status === 0 && stdout.includes(says)) return '';
  const said = `${stdout}\n${stderr}`
    .split('\n')
    .filter(line => line.trim() && !/^=+$|running TensorFlow.js in Node/.test(line));
  return [error?.message ?? `${basename(command)} ended with ${status}`, ...said.slice(0, 25)].join('\n');
}

function folder(name) {
  const path = join(temp, name);
  mkdirSync(path, {recursive: true});
  return path;
}

/** What is packed beside the code. */
const DOCUMENTS = ['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'THIRD_PARTY_LICENSES.txt'];

function pack() {
  const to = folder('tarball');
  if (!check('npm pack', run('npm', ['pack', '--pack-destination', to], root))) return undefined;
  return join(
    to,
    readdirSync(to).find(name => name.endsWith('.tgz')),
  );
}

/** The source that a packed file was compiled from; undefined for one that has no business in the tarball. */
function sourceOf(path) {
  if (['package.json', ...DOCUMENTS].includes(path) || /^bin\/.+\.mjs$/.test(path)) return path;
  if (/^dist\/(esm|cjs|node)\/package\.json$/.test(path)) return 'scripts/build.mjs';
  if (/^dist\/(cjs|node)\/chunks\/\w+\.js$/.test(path) || path === 'dist/node/ml_matrix.cjs')
    return 'scripts/build.mjs';
  const compiled = /^dist\/(?:esm|cjs|node)\/((?:src|kernels)\/.+?)(\.d\.ts|\.js)(\.map)?$/.exec(path);
  return compiled ? `${compiled[1]}.ts` : undefined;
}

function checkContents(tarball) {
  const size = statSync(tarball).size;
  check(
    `tarball of ${(size / 1024).toFixed(0)} KiB`,
    size > MAX_TARBALL_BYTES && `more than ${MAX_TARBALL_BYTES} bytes`,
  );
  const unpacked = folder('unpacked');
  if (!check('tarball unpacks', run('tar', ['-xzf', tarball, '-C', unpacked], temp))) return;
  const base = join(unpacked, 'package');
  const files = readdirSync(base, {recursive: true})
    .map(String)
    .filter(path => statSync(join(base, path)).isFile());
  const strays = files.filter(path => !existsSync(join(root, sourceOf(path) ?? '-')));
  check(`${files.length} files, each from a source of the package`, strays.join('\n'));
  const missing = DOCUMENTS.filter(path => !files.includes(path));
  check(`${DOCUMENTS.join(', ')} are packed`, missing.join('\n'));
  const telling = files.filter(path => readFileSync(join(base, path), 'utf8').includes(dirname(join(root, 'x'))));
  check('no path of the building machine', telling.join('\n'));
}

function version(name) {
  const entry = lock.packages[`node_modules/${name}`];
  if (!entry) throw new Error(`${name} is not in the lock file`);
  return `${name}@${entry.version}`;
}

/** Installs the tarball as a user does, beside the packages that the programs import. */
function installConsumer(tarball, packages) {
  const consumer = folder('consumer');
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({name: 'consumer', private: true}));
  const args = ['install', '--no-audit', '--no-fund', tarball, ...packages.map(version)];
  return check(`npm install of the tarball with ${packages.join(', ')}`, run('npm', args, consumer))
    ? consumer
    : undefined;
}

/** This Node and the current one, as [label, path]. */
function nodes() {
  const found = [[`Node ${process.versions.node}`, process.execPath]];
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const at = folder('node');
  writeFileSync(join(at, 'package.json'), '{"private": true}');
  if (check(`current Node from npm`, run('npm', ['install', '--no-audit', '--no-fund', `${name}@latest`], at))) {
    const path = join(at, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    const said = spawnSync(path, ['--version'], {encoding: 'utf8'});
    if (check('current Node starts', said.status !== 0 && (said.error?.message ?? said.stderr))) {
      found.push([`Node ${said.stdout.trim().slice(1)}`, path]);
    }
  }
  return found;
}

/** Runs a program on every Node; it fails where it does not print `says`, such as one that ends before it is done. */
function runEverywhere(what, file, cwd, runtimes, says = '') {
  for (const [label, path] of runtimes) check(`${what} on ${label}`, run(path, [file], cwd, says));
}

/** Installs the compilers; returns the path of each by its version. */
function installCompilers() {
  const at = folder('compilers');
  writeFileSync(join(at, 'package.json'), '{"private": true}');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...COMPILERS.map(packageOf)];
  check(`compilers ${COMPILERS.map(({version}) => version).join(', ')}`, run('npm', args, at));
  return Object.fromEntries(COMPILERS.map(compiler => [compiler.version, join(at, pathOf(compiler))]));
}

/** Type-checks and compiles one file; returns the compiled file. */
function compile(what, tsc, cwd, {file, moduleResolution, ...settings}) {
  const outDir = `out-${moduleResolution}`;
  const compilerOptions = {
    ...settings,
    moduleResolution,
    outDir,
    target: 'es2020',
    lib: ['es2020', 'dom'],
    strict: true,
    skipLibCheck: true,
    types: [],
    noEmitOnError: true,
  };
  const project = `tsconfig-${moduleResolution}.json`;
  writeFileSync(join(cwd, project), JSON.stringify({compilerOptions, files: [file]}));
  if (!check(`types: ${what}`, run(process.execPath, [tsc, '-p', project], cwd))) return undefined;
  return join(cwd, outDir, file.replace(/ts$/, 'js'));
}

async function checkPrograms(consumer, runtimes, compilers) {
  const put = (name, code) => writeFileSync(join(consumer, name), code);
  put('esm.mjs', programs.esm);
  put('portable.mjs', programs.portable);
  put('commonjs.cjs', programs.commonjs);
  runEverywhere('ES module', 'esm.mjs', consumer, runtimes, 'works');
  runEverywhere('ES module without tfjs-conv/cpu', 'portable.mjs', consumer, runtimes, 'works');
  runEverywhere('CommonJS', 'commonjs.cjs', consumer, runtimes, 'works');
  for (const [index, {title, version, settings}] of COMPILERS.entries()) {
    for (const setting of settings) {
      const {file, moduleResolution} = setting;
      put(file, programs.typescript);
      const what = `${file} with ${moduleResolution} resolution, ${title}`;
      const compiled = compile(what, compilers[version], consumer, setting);
      // What compilers make of it differs in nothing that runs.
      if (!compiled || index > 0) continue;
      const runnable = moduleResolution === 'bundler' ? await bundle(compiled) : compiled;
      if (runnable) runEverywhere(`${file} (${moduleResolution})`, runnable, consumer, runtimes, 'works');
    }
  }
}

/** Bundles with tree shaking, which shows that package.json's sideEffects keep what registers kernels and gradients. */
async function bundle(entry) {
  const outfile = entry.replace(/\.js$/, '.bundle.cjs');
  const problem = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  }).then(
    () => '',
    error => error.message,
  );
  return check('esbuild bundles it', problem) ? outfile : undefined;
}

/** The command that bug reports begin with, in a folder that has it installed, and in one that has nothing. */
function checkDoctor(consumer, runtimes) {
  const command = join(consumer, 'node_modules', '.bin', 'tfjs-conv');
  for (const [label, path] of runtimes) {
    check(`doctor on ${label}`, run(path, [command, 'doctor'], consumer, 'backend cpu'));
    check(`doctor as JSON on ${label}`, run(path, [command, 'doctor', '--json'], consumer, '"check": "right"'));
    check(`doctor in an empty folder on ${label}`, run(path, [command, 'doctor'], folder('empty'), 'is not installed'));
  }
}

function checkReadme(blocks, consumer, runtimes, tsc) {
  for (const block of blocks) {
    const what = `README.md line ${block.line}`;
    const name = `readme-${block.line}.${isCommonJs(block) ? 'c' : 'm'}${block.language}`;
    writeFileSync(join(consumer, name), block.code);
    const file =
      block.language === 'ts'
        ? compile(what, tsc, consumer, {file: name, module: 'nodenext', moduleResolution: 'nodenext'})
        : name;
    if (file) runEverywhere(what, file, consumer, runtimes);
  }
}

async function checkReadmePages(blocks, consumer) {
  const pages = await openPages(join(root, 'docs', 'contact_sheet.jpg'));
  try {
    for (const {line, code} of blocks) {
      check(
        `README.md line ${line} in a page`,
        await pages.run(code, consumer).then(
          () => '',
          ({message}) => message,
        ),
      );
    }
  } finally {
    await pages.close();
  }
}

async function main() {
  const tarball = pack();
  if (!tarball) return;
  check('npm version makes what the release workflow asks for', tryRelease(root, folder('release')));
  check('publint', run(bin('publint'), ['run', tarball, '--strict'], root));
  check(
    'attw, every resolution mode',
    run(bin('attw'), [tarball, '--no-color', '--no-emoji', '--format', 'ascii'], root),
  );
  checkContents(tarball);
  const blocks = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  // Those on tfjs-node, which has to be set up first, run with its tests.
  const [inNode, inPages] = ['node', 'page'].map(place =>
    blocks.filter(block => isProgram(block) && placeOf(block) === place),
  );
  const runnable = [...inNode, ...inPages];
  check(
    `README.md has ${inNode.length} programs for Node, and ${inPages.length} for pages`,
    (inNode.length === 0 || inPages.length === 0) && 'no js or ts block begins with an import',
  );
  const packages = new Set([
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-backend-cpu',
    ...runnable.flatMap(({code}) => packagesOf(code)),
  ]);
  packages.delete('tfjs-conv');
  const consumer = installConsumer(tarball, [...packages]);
  if (!consumer) return;
  const sizes = await measureSizes(consumer);
  if (process.argv.includes('--sizes')) writeSizes(sizes);
  for (const [what, problem] of compareSizes(sizes)) check(what, problem);
  const runtimes = nodes();
  const compilers = installCompilers();
  await checkPrograms(consumer, runtimes, compilers);
  checkDoctor(consumer, runtimes);
  checkReadme(inNode, consumer, runtimes, compilers[COMPILERS[0].version]);
  await checkReadmePages(inPages, consumer);
}

try {
  await main();
} catch (error) {
  check('the checks themselves', error.stack);
} finally {
  rmSync(temp, {recursive: true, force: true});
}
console.log(`${checks} checks, ${failures} failed`);
process.exitCode = failures > 0 || checks === 0 ? 1 : 0;
