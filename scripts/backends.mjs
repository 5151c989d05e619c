// What follows from the list of backends, kernels/backends.json:
//   node scripts/backends.mjs          writes it
//   node scripts/backends.mjs --check  fails where a file says something else (part of `npm run lint`)
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = path => readFileSync(join(root, path), 'utf8');

/** The list: see docs/adding_a_backend.md for the fields. */
export const BACKENDS = JSON.parse(read('kernels/backends.json'));

/** Entry points that belong to no backend, by their name in the package; '.' is the package itself. */
const OTHER_ENTRIES = {
  '.': 'src/index',
  './accelerate': 'src/accelerate',
  './doctor': 'src/doctor',
  './layers': 'src/layers',
  './graph-model': 'src/graph_model',
};

/** Packages that entry points of no backend stand on. */
const OTHER_PEERS = ['@tensorflow/tfjs-converter', '@tensorflow/tfjs-layers'];

/** Every entry point of the package and its source without the ending. */
export const ENTRIES = {
  '.': OTHER_ENTRIES['.'],
  ...Object.fromEntries(BACKENDS.map(({folder}) => [`./${folder}`, `kernels/${folder}/index`])),
  // A name keeps its place above.
  ...OTHER_ENTRIES,
};

/** Where an entry point is. Node takes bundled ES modules, which bundlers could shake less of (scripts/build.mjs). */
const conditions = source => ({
  import: {
    types: `./dist/esm/${source}.d.ts`,
    node: `./dist/node/${source}.js`,
    default: `./dist/esm/${source}.js`,
  },
  require: {types: `./dist/cjs/${source}.d.ts`, default: `./dist/cjs/${source}.js`},
});

const CORE = '@tensorflow/tfjs-core';

/** package.json with the entry points and the peers of the list. */
function packageJson() {
  const data = JSON.parse(read('package.json'));
  const range = data.peerDependencies[CORE];
  const peers = [...BACKENDS.filter(({peer}) => peer).map(one => one.package), ...OTHER_PEERS];
  data.exports = {
    ...Object.fromEntries(Object.entries(ENTRIES).map(([name, source]) => [name, conditions(source)])),
    './package.json': './package.json',
  };
  data.typesVersions = {
    '*': Object.fromEntries(
      Object.entries(ENTRIES)
        .filter(([name]) => name !== '.')
        .map(([name, source]) => [name.slice(2), [`./dist/cjs/${source}.d.ts`]]),
    ),
  };
  data.peerDependencies = Object.fromEntries([...peers, CORE].sort().map(name => [name, range]));
  data.peerDependenciesMeta = Object.fromEntries([...peers].sort().map(name => [name, {optional: true}]));
  return JSON.stringify(data, undefined, 2);
}

const README_ROWS = /(<!-- backends -->\n)[\s\S]*?(<!-- \/backends -->)/;

/** The README with a row for each backend. */
function readme() {
  const rows = [
    ['backend', 'import', 'kernels', '`accelerate()`'],
    ['---', '---', '---', '---'],
    ...BACKENDS.map(one => [
      `\`${one.name}\``,
      `\`tfjs-conv/${one.folder}\``,
      one.readme.kernels,
      one.readme.accelerate,
    ]),
    ['any other', 'none', "portable, composed of TensorFlow.js' own ops", 'yes, not for speed'],
  ];
  const text = read('README.md');
  if (!README_ROWS.test(text)) throw new Error('README.md has no <!-- backends --> and <!-- /backends --> lines');
  return text.replace(README_ROWS, `$1\n${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}\n\n$2`);
}

const HEAD = '// Written by `npm run backends`, from kernels/backends.json.\n';
const SPECS = 'test/specs/conformance';
/** Backends that only tests have, served by the portable kernels. */
const PLAIN = ['plain-cpu', 'plain-wasm'];

const specOf = name => `${SPECS}/${name.replaceAll('-', '_')}_test.ts`;
const spec = name => `${HEAD}import {conformanceOf} from '../../support/conformance.js';

conformanceOf('${name}');
`;

/** What registers the backends and their kernels in tests. */
function entryPoints() {
  const loads = BACKENDS.map(one => (one.load === null ? one.package : `../../${one.load.replace(/\.ts$/, '.js')}`));
  const modules = [...loads, 'tfjs-conv', ...BACKENDS.map(({folder}) => `tfjs-conv/${folder}`)];
  return `${HEAD}${modules.map(name => `import '${name}';\n`).join('')}`.replaceAll("'../../test/support/", "'./");
}

/** What the benches in Node measure: the packages and the kernels of those backends, and their names. */
function benchBackends() {
  const measured = BACKENDS.filter(({bench}) => bench);
  const loads = measured.map(one => one.package ?? `../../${one.load.replace(/\.ts$/, '.js')}`);
  const modules = [...loads, ...measured.map(({folder}) => `tfjs-conv/${folder}`)];
  const names = measured.map(({name}) => `'${name}'`).join(', ');
  return `${HEAD}${modules.map(name => `import '${name}';\n`).join('')}
/** The backends that are measured in Node. */
export const BACKENDS = [${names}] as const;
`;
}

/** Every file that follows from the list, with its text. */
function files() {
  const inNode = BACKENDS.filter(({runsIn}) => runsIn.includes('node')).map(({name}) => name);
  return {
    'package.json': packageJson(),
    'README.md': readme(),
    'test/support/entry_points.ts': entryPoints(),
    'bench/peers/list.ts': benchBackends(),
    ...Object.fromEntries([...inNode, ...PLAIN].map(name => [specOf(name), spec(name)])),
  };
}

/** What is there but follows from nothing: specs of backends that are gone. */
const strays = wanted =>
  readdirSync(join(root, SPECS))
    .map(name => `${SPECS}/${name}`)
    .filter(path => !(path in wanted));

/** Writes the files, or names those that differ. */
export async function syncBackends({check}) {
  // Whoever reads only the list needs no formatter.
  const {default: prettier} = await import('prettier');
  const differing = [];
  const wanted = files();
  for (const [path, text] of Object.entries(wanted)) {
    const file = join(root, path);
    const formatted = await prettier.format(text, {...(await prettier.resolveConfig(file)), filepath: file});
    if (existsSync(file) && readFileSync(file, 'utf8') === formatted) continue;
    differing.push(path);
    if (check) continue;
    mkdirSync(dirname(file), {recursive: true});
    writeFileSync(file, formatted);
  }
  for (const path of strays(wanted)) {
    differing.push(path);
    if (!check) rmSync(join(root, path));
  }
  return differing;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes('--check');
  const differing = await syncBackends({check});
  for (const path of differing)
    console.log(check ? `${path} does not follow from kernels/backends.json` : `wrote ${path}`);
  if (check && differing.length > 0) {
    console.log('npm run backends writes them');
    process.exitCode = 1;
  }
}
