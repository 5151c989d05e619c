// What a folder has installed: packages of TensorFlow.js with their versions and copies, and this package.
import {existsSync, readdirSync, readFileSync, realpathSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const OWN = fileURLToPath(new URL('..', import.meta.url));
const NAME = 'tfjs-conv';
const CORE = '@tensorflow/tfjs-core';

const readJson = path => JSON.parse(readFileSync(path, 'utf8'));

/** The folder of a package, as a program in `folder` gets it; undefined where there is none. */
function packageFolder(folder, name) {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpathSync(found);
    if (at === dirname(at)) return undefined;
  }
}

const entriesOf = path => {
  try {
    return readdirSync(path, {withFileTypes: true});
  } catch {
    return [];
  }
};

/** Every node_modules below a folder, those of pnpm's store too. */
function* modulesFolders(folder) {
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) return;
  yield modules;
  for (const {name} of entriesOf(join(modules, '.pnpm'))) yield* modulesFolders(join(modules, '.pnpm', name));
  for (const entry of entriesOf(modules)) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(modules, entry.name);
    const packages = entry.name.startsWith('@') ? entriesOf(path).map(({name}) => join(path, name)) : [path];
    for (const one of packages) yield* modulesFolders(one);
  }
}

/** Where a package lies in a folder's tree: more than one place is one too many for tfjs-core. */
function copiesOf(folder, name) {
  const places = new Set();
  for (const modules of modulesFolders(folder)) {
    const path = join(modules, name);
    if (existsSync(join(path, 'package.json'))) places.add(realpathSync(path));
  }
  return [...places].map(path => ({name, version: readJson(join(path, 'package.json')).version, path}));
}

const firstLine = error => String(error?.message ?? error).split('\n')[0];

/** Requires a module; returns it, or why it does not load. */
function load(require, name) {
  try {
    return {module: require(name), error: ''};
  } catch (error) {
    return {module: undefined, error: firstLine(error)};
  }
}

/** What is wrong with the packages, or missing for more. */
function findingsOf({folder, manifest, packages, installed, copies, entryPoints}) {
  const range = manifest.peerDependencies[CORE];
  const optional = Object.keys(manifest.peerDependenciesMeta).filter(name => packages[name] === null);
  return [
    ...(installed ? [] : [`${NAME} is not installed in ${folder}: npm install ${NAME}`]),
    ...(packages[CORE] === null ? [`${CORE} (${range}) is not installed: npm install @tensorflow/tfjs`] : []),
    ...(copies.length > 1
      ? [`there are ${copies.length} copies of ${CORE}, of which programs may get several: npm dedupe`]
      : []),
    ...optional.map(name => `${name} is not installed, which is needed only for what stands on it`),
    ...Object.entries(entryPoints)
      .filter(([, error]) => error !== '' && !/^Cannot find module '@tensorflow/.test(error))
      .map(([name, error]) => `${name} does not load: ${error}`),
  ];
}

/**
 * Loads this package, its entry points and what they stand on as a program in the folder does. `project` says what is
 * there; `tf` is the program's TensorFlow.js.
 */
export function loadProject(folder) {
  const found = packageFolder(folder, NAME);
  const own = found ?? OWN;
  const manifest = readJson(join(own, 'package.json'));
  const require = createRequire(join(found === undefined ? OWN : folder, 'package.json'));
  const names = ['@tensorflow/tfjs', ...Object.keys(manifest.peerDependencies)].sort();
  const versionOf = path => (path === undefined ? null : readJson(join(path, 'package.json')).version);
  const packages = Object.fromEntries(names.map(name => [name, versionOf(packageFolder(folder, name))]));
  const loaded = Object.fromEntries(names.map(name => [name, load(require, name)]));
  const entries = Object.keys(manifest.exports).filter(name => !name.endsWith('.json'));
  const imports = Object.fromEntries(entries.map(name => [NAME + name.slice(1), load(require, NAME + name.slice(1))]));
  const entryPoints = Object.fromEntries(Object.entries(imports).map(([name, {error}]) => [name, error]));
  const copies = copiesOf(folder, CORE);
  const project = {folder, node: process.versions.node, [NAME]: manifest.version, packages, copies, entryPoints};
  const findings = findingsOf({folder, manifest, packages, installed: found !== undefined, copies, entryPoints});
  const {doctor, formatDiagnosis} = imports[`${NAME}/doctor`]?.module ?? {};
  const tf = (loaded['@tensorflow/tfjs'].module ?? loaded[CORE].module) || undefined;
  return {project: {...project, findings}, tf, doctor, formatDiagnosis};
}
