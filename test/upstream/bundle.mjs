// Bundles one mode with tfjs-core's specs, so that the specs and our code share one tfjs-core instance.
import {build} from 'esbuild';
import {mkdirSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {installNext, NEXT_PACKAGES} from '../next_tfjs/install.mjs';
import {BACKENDS} from '../../scripts/backends.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

// tfjs-core's test helpers require jasmine-core only to set a timeout, which child.mjs sets itself.
const stubJasmineCore = {
  name: 'stub-jasmine-core',
  setup(context) {
    context.onResolve({filter: /^jasmine-core\//}, () => ({path: 'jasmine-core', namespace: 'stub'}));
    context.onLoad({filter: /.*/, namespace: 'stub'}, () => ({contents: 'exports.core = () => ({});'}));
  },
};

const cache = `${root}node_modules/.cache/tfjs-conv`;

/** Options of the bundler by what runs the bundle, and where it goes. */
export const NODE = {
  outfileOf: mode => `${cache}/upstream-${mode}.cjs`,
  options: {format: 'cjs', platform: 'node'},
};

/** The same with the next TensorFlow.js. */
export const NEXT_NODE = {
  outfileOf: mode => `${cache}/upstream-next-${mode}.cjs`,
  options: NODE.options,
  packages: NEXT_PACKAGES,
  install: installNext,
};

/** Modes that show something else than the kernels of one backend; they run on the cpu backend. */
export const OTHER_MODES = ['builtin', 'portable', 'restored'];

/** What a mode bundles: its module, and the backend, its package and its kernels under the names that the modules use. */
function partsOf(mode) {
  const backend = BACKENDS.find(({name}) => name === (OTHER_MODES.includes(mode) ? 'cpu' : mode));
  return {
    entry: `${here}modes/${OTHER_MODES.includes(mode) ? mode : 'backend'}.ts`,
    define: {
      BACKEND_UNDER_TEST: JSON.stringify(backend.name),
      SYNC_READS_UNDER_TEST: JSON.stringify(backend.tests.syncReads),
    },
    alias: {
      'package-under-test': backend.load === null ? backend.package : root + backend.load,
      'kernels-under-test': `${root}kernels/${backend.folder}/index.ts`,
    },
  };
}

/** Returns the bundle's path, and what makes the bundle unfit to prove anything. */
export async function bundleMode(mode, {outfileOf, options, packages = {}, install = () => {}}) {
  install();
  const outfile = outfileOf(mode);
  mkdirSync(dirname(outfile), {recursive: true});
  const {entry, alias, define} = partsOf(mode);
  const {metafile} = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    ...options,
    alias: {
      ...packages,
      ...alias,
      'package-under-test': packages[alias['package-under-test']] ?? alias['package-under-test'],
    },
    define: {...options.define, ...define},
    mainFields: ['module', 'main'],
    tsconfig: `${root}tsconfig.json`,
    plugins: [stubJasmineCore],
    external: ['@tensorflow/tfjs-node'],
    // Packages declare their files free of side effects, test files too: without this, every spec would be shaken off.
    ignoreAnnotations: true,
    metafile: true,
    absWorkingDir: root,
    logLevel: 'error',
  });
  return {outfile, problems: unfit(mode, Object.keys(metafile.inputs), packages)};
}

function unfit(mode, inputs, packages) {
  const problems = [];
  const engines = inputs.filter(path => /tfjs-core\/(dist|src)\/(engine\.(js|mjs|ts)|tf-core[^/]*)$/.test(path));
  if (engines.length !== 1) problems.push(`one tfjs-core expected in the bundle, found: ${engines.join(', ')}`);
  const core = packages['@tensorflow/tfjs-core'];
  if (core !== undefined && !engines.every(path => `${root}${path}`.startsWith(`${core}/`)))
    problems.push(`tfjs-core is not that of ${core}`);
  const has = folder => inputs.some(path => path.startsWith(folder));
  if (mode === 'builtin' && (has('src/') || has('kernels/')))
    problems.push('the builtin mode contains code of tfjs-conv');
  if (mode === 'portable' && has('kernels/cpu/')) problems.push('the portable mode contains the cpu kernels');
  const {folder} = BACKENDS.find(({name}) => name === mode) ?? {};
  if (folder !== undefined && !has(`kernels/${folder}/`)) problems.push(`the bundle has no kernels of ${folder}`);
  return problems;
}
