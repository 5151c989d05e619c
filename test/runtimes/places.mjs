// Where the package is tried, and what each backend runs on there: README.md's table is written from it.

const CORE = 'WebAssembly';
const THREADS = 'WebAssembly, threads';
const SCRIPT = 'TypeScript';
const GL = 'WebGL 2';
const NONE = 'does not start';

const EVERYTHING = {cpu: CORE, wasm: CORE, webgl: GL};

/**
 * Kinds of pages: the headers that they are served with (server.mjs), whether the checks run in a module worker, where
 * webgl draws on an OffscreenCanvas, and what the backends run on where nothing else is said.
 */
const PAGES = [
  {page: 'page', policy: 'plain', backends: EVERYTHING},
  {page: 'cross-origin isolated page', policy: 'isolated', backends: {...EVERYTHING, wasm: THREADS}},
  {page: 'module worker', policy: 'plain', worker: true, backends: EVERYTHING},
  {page: "page with a strict policy and `'wasm-unsafe-eval'`", policy: 'csp-wasm', backends: EVERYTHING},
  {page: 'page with a strict policy', policy: 'csp', backends: {cpu: SCRIPT, wasm: NONE, webgl: GL}},
];

/** Browsers, and where they differ from PAGES. */
const BROWSERS = [
  {browser: 'chromium', title: 'Chromium', differing: {}},
  {browser: 'firefox', title: 'Firefox', differing: {}},
  {
    browser: 'webkit',
    title: 'WebKitGTK',
    // It has no SharedArrayBuffer, and no WebGL on an OffscreenCanvas.
    differing: {'cross-origin isolated page': {wasm: CORE}, 'module worker': {webgl: NONE}},
  },
];

/** Runtimes that run the checks as a program of their own, which ends; `threads` are asked for on any machine. */
const ENGINES = [
  ...[20, 22, 24, 26].map(major => ({title: `Node ${major}`, engine: 'node', major, threads: 2, on: THREADS})),
  {title: 'Deno 2', engine: 'deno', on: CORE},
  {title: 'Bun 1', engine: 'bun', on: CORE},
  {title: 'Bun 1, `TFJS_CONV_THREADS=2`', engine: 'bun', threads: 2, on: THREADS},
];

const BUNDLERS = [
  {bundler: 'vite', title: 'Vite 8'},
  {bundler: 'webpack', title: 'webpack 5'},
  {bundler: 'rollup', title: 'Rollup 4'},
  {bundler: 'esbuild', title: 'esbuild'},
  {bundler: 'next', title: 'Next.js 16, app router, client component'},
  {bundler: 'next-webpack', title: 'Next.js 16, the same with webpack', level: 'long'},
];

/** Every place: its title, what runs it, what each backend runs on, and the first level of `npm test` that has it. */
export const PLACES = [
  ...ENGINES.map(engine => ({kind: 'engine', level: 'full', ...engine, backends: {cpu: engine.on, wasm: engine.on}})),
  ...BROWSERS.flatMap(({browser, title, differing}) =>
    PAGES.map(({page, policy, worker = false, backends}) => ({
      kind: 'page',
      level: 'full',
      title: `${title}, ${page}`,
      browser,
      policy,
      worker,
      backends: {...backends, ...differing[page]},
    })),
  ),
  ...BUNDLERS.map(bundler => ({kind: 'app', level: 'full', ...bundler, browser: 'chromium', backends: EVERYTHING})),
];
