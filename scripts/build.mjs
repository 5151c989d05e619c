// Compiles the WebAssembly core, then the sources twice with tsc: ES modules into dist/esm, CommonJS into dist/cjs, each with
// its own types. What Node loads is bundled then: ES modules in dist/node, and the CommonJS.
import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, relative, sep} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, transform} from 'esbuild';
import {ensureBinaries} from '../kernels/wasm_core/build.mjs';
import {ENTRIES} from './backends.mjs';
import {compileWhenLoaded} from './build/compile_when_loaded.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Tells Node (and TypeScript) how to read the .js files of a folder, whatever the root package.json says. */
const writeType = (format, type) => writeFileSync(join(dist, format, 'package.json'), `${JSON.stringify({type})}\n`);

/** Writes a file, in a folder that need not be there. */
function write(path, text) {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, text);
}

/** The binaries, which are not bundled: they are in the package twice as it is, for ES modules and for CommonJS. */
const BINARIES = 'kernels/wasm_core/generated/binaries.js';
const binariesOutside = {
  name: 'binaries outside',
  setup: ({onResolve}) =>
    // From the folder of the chunks: the kernels of two backends share what imports them.
    onResolve({filter: /\/generated\/binaries\.js$/}, () => ({path: `../${BINARIES}`, external: true})),
};

/** What all entry points use some of: one file for Node, which reads a larger file faster than several. */
const SHARED = ['src/geometry', 'src/registry'];
const sharedModules = () =>
  SHARED.flatMap(folder => readdirSync(join(dist, 'esm', folder)).map(name => join(dist, 'esm', folder, name))).filter(
    path => path.endsWith('.js'),
  );

/** Entry points that import all that is shared: what the same ones import is one chunk. */
const entriesWithShared = {
  name: 'entries with what is shared',
  setup({onResolve, onLoad}) {
    onResolve({filter: /./}, ({kind, path}) => (kind === 'entry-point' ? {path, namespace: 'entry'} : undefined));
    onLoad({filter: /./, namespace: 'entry'}, ({path}) => ({
      contents: [...sharedModules().map(one => `import '${one}';`), `export * from '${path}';`].join('\n'),
      resolveDir: dirname(path),
    }));
  },
};

/**
 * A library in CommonJS. Node searches such a file for its exports before a module imports it, which takes 40 ms for this
 * one: modules import a short file in its place, which requires it.
 */
const LIBRARY = {name: 'ml-matrix', file: 'ml_matrix.cjs', exports: ['Matrix', 'SingularValueDecomposition']};

const requiring = ({name, exports}) =>
  [`const library = require('${name}');`, ...exports.map(one => `exports.${one} = library.${one};`), ''].join('\n');

/** A module of dist/node, by its path there, that imports the short file. */
const importingShort = (path, text) =>
  text.replaceAll(`from"${LIBRARY.name}"`, `from"${'../'.repeat(path.split(sep).length - 1)}${LIBRARY.file}"`);

/** The entry points out of dist/esm, and the chunks that they share, as texts by their paths in a folder. */
async function bundleModules() {
  const outdir = join(dist, 'node');
  const {outputFiles} = await build({
    entryPoints: Object.fromEntries(Object.values(ENTRIES).map(source => [source, join(dist, 'esm', `${source}.js`)])),
    outdir,
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    packages: 'external',
    plugins: [binariesOutside, entriesWithShared],
    write: false,
    absWorkingDir: root,
    logLevel: 'warning',
  });
  const files = outputFiles.map(({path, text}) => [relative(outdir, path), text]);
  const misled = files.filter(([path, text]) => dirname(path) !== 'chunks' && text.includes(BINARIES));
  if (misled.length > 0) throw new Error(`${misled.map(([path]) => path).join(', ')} would not find the binaries`);
  return files;
}

/** Takes the comments out of the ES modules, which are a third of them: editors show those of the types. */
async function stripComments() {
  const folder = join(dist, 'esm');
  const modules = readdirSync(folder, {recursive: true})
    .map(String)
    .filter(name => name.endsWith('.js'));
  for (const path of modules.filter(name => !name.endsWith('binaries.js'))) {
    const file = join(folder, path);
    const {code} = await transform(readFileSync(file, 'utf8'), {target: 'esnext', legalComments: 'none'});
    writeFileSync(file, code);
  }
}

/**
 * Node reads, compiles and links every module by itself, which takes ten times as long as what the modules of an entry
 * point do: in place of each there are a few files, which the entry points share.
 */
async function bundleForNode() {
  const compiled = readdirSync(join(dist, 'cjs'), {recursive: true}).map(String);
  for (const path of compiled.filter(name => name.endsWith('.js') && !name.endsWith('binaries.js'))) {
    rmSync(join(dist, 'cjs', path));
  }
  for (const [path, text] of await bundleModules()) {
    write(join(dist, 'node', path), importingShort(path, text));
    const {code} = await transform(text, {format: 'cjs', platform: 'node', target: 'node20', minifyWhitespace: true});
    write(join(dist, 'cjs', path), code);
  }
  write(join(dist, 'node', BINARIES), `export {BINARIES} from '../../../../esm/${BINARIES}';\n`);
  write(join(dist, 'node', LIBRARY.file), requiring(LIBRARY));
  writeType('node', 'module');
  compileWhenLoaded('import', join(dist, 'node'));
  compileWhenLoaded('require', join(dist, 'cjs'));
}

await ensureBinaries();
rmSync(dist, {recursive: true, force: true});
for (const [format, type] of [
  ['esm', 'module'],
  ['cjs', 'commonjs'],
]) {
  const {status} = spawnSync(process.execPath, [tsc, '-p', `tsconfig.${format}.json`], {cwd: root, stdio: 'inherit'});
  if (status !== 0) {
    console.error(`build: ${format} failed`);
    process.exit(1);
  }
  writeType(format, type);
}
await stripComments();
await bundleForNode();
