// What runs in which page.
import {BACKENDS} from '../../scripts/backends.mjs';

const UPSTREAM = 'upstream';

/** Test files of Node that run in a page of every backend as they are, roughly from the longest to the shortest. */
const FILES = [
  'browser/conformance',
  'memory',
  'nonfinite',
  'second_order',
  'higher_order',
  'figures',
  'figures_transposed',
  'scopes',
  'shared_values',
  'empty_batch',
  'intermediates',
];

/** What else runs on a backend. */
const MORE_FILES = {
  cpu: ['random', 'winograd', 'packed_filters'],
  wasm: ['random', 'winograd', 'wasm_memory', 'packed_filters', 'prepare'],
  // Random cases have a page of their own, below.
  webgl: [
    'models/keras',
    'browser/webgl_parts',
    'browser/webgl_filters',
    'browser/webgl_programs',
    'browser/webgl_shaders',
    'browser/lost_context',
    'prepare',
    'accelerate',
    'stand_in_errors',
    'stand_in_values',
    'stand_in_random',
    'stand_in_gradients',
    'stand_in_random_gradients',
    'stand_in_training',
  ],
};

/**
 * Every kind of page: its backend; whether it is cross-origin isolated, which gives tfjs-backend-wasm threads and a
 * shared memory; flags of TensorFlow.js; what runs in it, test files and tfjs-core's specs. The backends of the list
 * have one each.
 */
const LISTED = BACKENDS.filter(({runsIn}) => runsIn.includes('browser')).map(({name, pageFlags}) => ({
  name,
  backend: name,
  isolated: false,
  flags: pageFlags,
  files: [UPSTREAM, ...FILES, ...(MORE_FILES[name] ?? ['random'])],
}));

export const PAGES = [
  ...LISTED,
  // With the flag of the other page, which saves compilations, TensorFlow.js' own ops take a program for one of another
  // shape where tensors have axes of size 1, so that the portable kernels, which are made of them, would be wrong in rare
  // cases.
  {name: 'webgl-no-flags', backend: 'webgl', isolated: false, files: ['random'], flags: ''},
  {
    name: 'wasm-threads',
    backend: 'wasm',
    isolated: true,
    files: [UPSTREAM, ...FILES, ...MORE_FILES.wasm, 'browser/threads'],
    flags: '',
  },
  // Node runs everything on it.
  {name: 'webgpu', backend: 'webgpu', isolated: false, files: ['browser/webgpu'], flags: ''},
];

/**
 * What runs: for each kind of page its test files, and tfjs-core's specs, each in a page of its own. `names` are those of
 * kinds of pages, `parts` parts of file names (or 'upstream'); none stands for all.
 * @throws for a name that no page has.
 */
export function jobsOf(names, parts) {
  const known = PAGES.map(({name}) => name);
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no page is called ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const isWanted = (list, matches) => list.length === 0 || list.some(matches);
  return PAGES.filter(({name}) => isWanted(names, one => one === name))
    .flatMap(page =>
      page.files
        .filter(file => isWanted(parts, part => file.includes(part)))
        .map((file, order) => ({page, file, order, isUpstream: file === UPSTREAM})),
    )
    .map(job => ({...job, suite: `browser ${job.isUpstream ? 'upstream ' : ''}${job.page.name}`}));
}
