// What runs in which page.

/** Test files of Node that run in a page as they are, from the longest to the shortest. */
const FILES = [
  'browser/conformance', 'memory', 'nonfinite', 'random', 'figures', 'figures_transposed',
];

/**
 * Every page: its backend; whether it is cross-origin isolated, which gives tfjs-backend-wasm threads and a shared
 * memory; flags of TensorFlow.js; and the test files that run in it.
 */
export const PAGES = [
  // Without the flag TensorFlow.js' own ops, with which gradients are compared, compile a program for every shape.
  {name: 'webgl', backend: 'webgl', isolated: false, flags: 'WEBGL_USE_SHAPES_UNIFORMS:true', files: [...FILES, 'browser/webgl']},
  {name: 'wasm', backend: 'wasm', isolated: false, files: [...FILES, 'winograd', 'wasm_memory']},
  {name: 'wasm-threads', backend: 'wasm', isolated: true, files: [...FILES, 'winograd', 'wasm_memory']},
  {name: 'cpu', backend: 'cpu', isolated: false, files: [...FILES, 'winograd']},
];

export const PAGE_NAMES = PAGES.map(({name}) => name);

/** Pages by name, all where there is none. @throws for a name that no page has. */
export function pagesOf(names) {
  const unknown = names.filter((name) => !PAGE_NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no page is called ${unknown.join(', ')}; there are ${PAGE_NAMES.join(', ')}`);
  return names.length === 0 ? PAGES : PAGES.filter(({name}) => names.includes(name));
}
