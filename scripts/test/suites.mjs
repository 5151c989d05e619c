// The suites of `npm test` as data: what each runs, in which environment, and from which level on.
import {MODES, NODE_MODE} from '../../test/upstream/run.mjs';

/** Each level runs what those before it run, too. */
export const LEVELS = ['quick', 'full', 'long'];

/** What differs between TensorFlow libraries: oneDNN, and the instructions that it uses. */
const LIBRARIES = [
  {title: 'without oneDNN', env: {TF_ENABLE_ONEDNN_OPTS: '0'}},
  {title: 'oneDNN on AVX2', env: {TF_ENABLE_ONEDNN_OPTS: '1', ONEDNN_MAX_CPU_ISA: 'AVX2'}},
  {title: 'oneDNN on SSE4.1', env: {TF_ENABLE_ONEDNN_OPTS: '1', ONEDNN_MAX_CPU_ISA: 'SSE41'}},
];

/** Versions of Node, from npm, that run what depends on them, beside the one that runs everything. */
const NODE_VERSIONS = [22, 24, 26];

/** Specs of what depends on TensorFlow.js: its kernels, gradients, ops and classes, which ours stand in for or extend. */
const TFJS_SPECS = [
  'tfjs_version',
  'conformance/cpu',
  'conformance/wasm',
  'builtins',
  'stand_in',
  'restore',
  'gradients',
  'second_order',
  'registry',
  'scopes',
];

/** Specs of what depends on the TensorFlow library. */
const LIBRARY_SPECS = ['conformance/tensorflow', 'nonfinite', 'random', 'second_order', 'node_memory'];

/** Specs of what depends on relaxed SIMD. */
const SIMD_SPECS = ['conformance/cpu', 'wasm_core/', 'winograd', 'nonfinite'];

const upstream = (title, level, rest = {}) => ({
  name: `upstream ${title}`,
  kind: 'upstream',
  level,
  mode: NODE_MODE,
  needs: NODE_MODE,
  ...rest,
});

/**
 * Every suite, in the order in which they run:
 *
 *     name    in the table at the end
 *     kind    jest, upstream (tfjs-core's own specs), browser, readme, runtimes (test/runtimes), or example (the tests of a
 *             package in examples/)
 *     level   the first level that has it
 *     specs   for jest: parts of the names of the files in test/specs that run; none stands for all
 *     args    for jest: more arguments
 *     simd    for jest: 'other' stands for the WebAssembly binary that this Node does not choose by itself
 *     folder  for example: its name in examples/
 *     mode    for upstream: see test/upstream/run.mjs
 *     node    major version of Node; default: the one that runs the tests
 *     tfjs    'next' stands for the next TensorFlow.js, see test/next_tfjs/install.mjs
 *     env     added to the environment
 *     needs   backend that has to be set up
 *
 * The suites of browsers are in test/browser/suites.mjs; they run beside all others.
 */
export const SUITES = [
  {name: 'browser', kind: 'browser', level: 'full'},
  {name: 'jest', kind: 'jest', level: 'quick', specs: [], args: ['--coverage']},
  {name: 'jest, the other SIMD', kind: 'jest', level: 'full', specs: SIMD_SPECS, simd: 'other'},
  ...MODES.map(mode => ({name: `upstream ${mode}`, kind: 'upstream', level: 'quick', mode})),
  {name: 'jest, the next TensorFlow.js', kind: 'jest', level: 'full', specs: TFJS_SPECS, tfjs: 'next'},
  ...['cpu', 'wasm'].map(mode => ({
    name: `upstream ${mode}, the next TensorFlow.js`,
    kind: 'upstream',
    level: 'full',
    mode,
    tfjs: 'next',
  })),
  {name: 'server', kind: 'example', level: 'full', folder: 'server'},
  {name: 'playground', kind: 'example', level: 'full', folder: 'playground'},
  {name: 'runtimes', kind: 'runtimes', level: 'full'},
  {name: 'README on tfjs-node', kind: 'readme', level: 'full', needs: NODE_MODE},
  ...LIBRARIES.map(({title, env}) => ({
    name: `jest, tensorflow ${title}`,
    kind: 'jest',
    level: 'full',
    specs: LIBRARY_SPECS,
    env: {...env, TFJS_CONV_TEST_BACKEND: NODE_MODE},
    needs: NODE_MODE,
  })),
  upstream(NODE_MODE, 'quick'),
  ...LIBRARIES.map(({title, env}) => upstream(`${NODE_MODE} ${title}`, 'full', {env})),
  ...NODE_VERSIONS.map(node => upstream(`${NODE_MODE}, Node ${node}`, 'full', {node})),
  ...NODE_VERSIONS.map(node => ({
    name: `threads, Node ${node}`,
    kind: 'jest',
    level: 'full',
    specs: ['threads/'],
    node,
  })),
  ...NODE_VERSIONS.flatMap(node =>
    LIBRARIES.map(({title, env}) => upstream(`${NODE_MODE} ${title}, Node ${node}`, 'long', {node, env})),
  ),
  ...NODE_VERSIONS.map(node => ({name: `jest, Node ${node}`, kind: 'jest', level: 'long', specs: [], node})),
];

/** The suites of a level, or those of any level that have one of `names` in their name. */
export function suitesOf(level, names = []) {
  if (names.length > 0) return SUITES.filter(({name}) => names.some(part => name.includes(part)));
  const last = LEVELS.indexOf(level);
  if (last < 0) throw new Error(`no level is called ${level}; there are ${LEVELS.join(', ')}`);
  return SUITES.filter(suite => LEVELS.indexOf(suite.level) <= last);
}
