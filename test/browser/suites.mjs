// What runs in which page.

/** Test files of Node that run in a page as they are, roughly from the longest to the shortest. */
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
];
const WEBGL_FILES = [
  ...FILES,
  'browser/webgl_parts',
  'browser/webgl_filters',
  'browser/webgl_programs',
  'browser/lost_context',
  'accelerate',
];
const CORE_FILES = ['random', ...FILES, 'winograd'];
const WASM_FILES = [...CORE_FILES, 'wasm_memory'];

const UPSTREAM = 'upstream';

/**
 * Every kind of page: its backend; whether it is cross-origin isolated, which gives tfjs-backend-wasm threads and a
 * shared memory; flags of TensorFlow.js; what runs in it, test files and tfjs-core's specs; and the mode of the latter.
 */
export const PAGES = [
  {
    name: 'webgl',
    backend: 'webgl',
    isolated: false,
    files: [UPSTREAM, ...WEBGL_FILES],
    mode: 'webgl',
    // Without it TensorFlow.js' own ops, with which gradients are compared, compile a program for every shape.
    flags: 'WEBGL_USE_SHAPES_UNIFORMS:true',
  },
  // With it they take a program for one of another shape where tensors have axes of size 1, so that the portable kernels,
  // which are made of them, would be wrong in rare cases.
  {name: 'webgl-no-flags', backend: 'webgl', isolated: false, files: ['random'], mode: 'webgl', flags: ''},
  {name: 'wasm', backend: 'wasm', isolated: false, files: [UPSTREAM, ...WASM_FILES], mode: 'wasm', flags: ''},
  {
    name: 'wasm-threads',
    backend: 'wasm',
    isolated: true,
    files: [UPSTREAM, ...WASM_FILES, 'browser/threads'],
    mode: 'wasm',
    flags: '',
  },
  {name: 'cpu', backend: 'cpu', isolated: false, files: [UPSTREAM, ...CORE_FILES], mode: 'cpu', flags: ''},
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
