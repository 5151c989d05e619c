// What each entry point of the installed package adds to a page: minified, gzipped, without TensorFlow.js.
import {build} from 'esbuild';
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {ENTRIES} from '../../scripts/backends.mjs';

const TABLE = fileURLToPath(new URL('sizes.json', import.meta.url));

/** By how much a size may differ from the table's before somebody has to look at it. */
const TOLERANCE = 0.03;

/** What is measured: every entry point with the package itself, and a single op, which must not bring the others. */
const PROGRAMS = {
  ...Object.fromEntries(
    Object.keys(ENTRIES).map(name => [name, `import 'tfjs-conv'; import 'tfjs-conv${name.slice(1)}';`]),
  ),
  'conv2d alone': "import {conv2d} from 'tfjs-conv'; globalThis.conv2d = conv2d;",
  'separateFilter alone': "import {separateFilter} from 'tfjs-conv'; globalThis.separateFilter = separateFilter;",
};

async function gzipped(contents, resolveDir) {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir},
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    mainFields: ['module', 'main'],
    external: ['@tensorflow/*'],
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0].contents, {level: 9}).length;
}

/** Sizes in bytes, by what is imported, as the package in the folder has them. */
export async function measureSizes(consumer) {
  const sizes = {};
  for (const [name, program] of Object.entries(PROGRAMS)) sizes[name] = await gzipped(program, consumer);
  return sizes;
}

const kib = bytes => `${(bytes / 1024).toFixed(1)} KiB`;

/** A line for each size, with what is wrong with it: '' where it is as the table says. */
export function compareSizes(sizes) {
  const table = JSON.parse(readFileSync(TABLE, 'utf8'));
  const known = Object.entries(sizes).map(([name, bytes]) => {
    const expected = table[name];
    const differs = expected === undefined || Math.abs(bytes - expected) > TOLERANCE * expected;
    const problem = `${bytes} bytes, ${expected} in test/package/sizes.json: look why, then \`npm run check:package -- --sizes\``;
    return [`${name} adds ${kib(bytes)} gzipped`, differs ? problem : ''];
  });
  const gone = Object.keys(table).filter(name => !(name in sizes));
  return [...known, ...gone.map(name => [`${name} of test/package/sizes.json`, 'is no entry point'])];
}

export function writeSizes(sizes) {
  writeFileSync(TABLE, `${JSON.stringify(sizes, undefined, 2)}\n`);
}
