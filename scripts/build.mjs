// Compiles the WebAssembly core, then the sources twice with tsc: ES modules into dist/esm, CommonJS into dist/cjs, each with
// its own types. What Node loads is bundled then: CommonJS, which ES modules of Node take from dist/node.
import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, transform} from 'esbuild';
import {ensureBinaries} from '../kernels/wasm_core/build.mjs';
import {ENTRIES} from './backends.mjs';

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

/** The entry points out of dist/esm, and the chunks that they share, as esbuild gives them. */
const bundleModules = () =>
  build({
    entryPoints: Object.fromEntries(Object.values(ENTRIES).map(source => [source, join(dist, 'esm', `${source}.js`)])),
    outdir: join(dist, 'cjs'),
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    metafile: true,
    write: false,
    absWorkingDir: root,
    logLevel: 'warning',
  });

/**
 * Node reads, compiles and links every module by itself, which takes ten times as long as what the modules of an entry
 * point do: in place of each there are a few files, which the entry points share.
 */
async function bundleForNode() {
  const {outputFiles, metafile} = await bundleModules();
  const compiled = readdirSync(join(dist, 'cjs'), {recursive: true}).map(String);
  for (const path of compiled.filter(name => name.endsWith('.js'))) rmSync(join(dist, 'cjs', path));
  for (const {path, text} of outputFiles) {
    const {code} = await transform(text, {format: 'cjs', platform: 'node', target: 'node20'});
    write(path, code);
  }
  for (const source of Object.values(ENTRIES)) {
    const {exports} = metafile.outputs[`dist/cjs/${source}.js`];
    const module = join(dist, 'node', `${source}.js`);
    const from = relative(dirname(module), join(dist, 'cjs', `${source}.js`)).replaceAll('\\', '/');
    write(module, exports.length > 0 ? `export {${exports.join(', ')}} from '${from}';\n` : `import '${from}';\n`);
  }
  writeType('node', 'module');
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
await bundleForNode();
