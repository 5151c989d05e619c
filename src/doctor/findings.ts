import type {Diagnosis} from './diagnosis.js';

type Found = Omit<Diagnosis, 'findings'>;

/** What is wrong, or missing for more, and what helps: each lists what it has found. */
type Rule = (found: Found) => readonly string[];

const when = (isSo: boolean, text: string): readonly string[] => (isSo ? [text] : []);

/** TensorFlow.js' packages are released together, and read each other's internals. */
const versionsDiffer: Rule = ({tensorflow}) => {
  const versions = new Set(Object.values(tensorflow));
  const list = Object.entries(tensorflow).map(([name, version]) => `${name} ${version}`);
  return when(
    versions.size > 1,
    `versions of TensorFlow.js' packages differ: ${list.join(', ')}: install the same of all`,
  );
};

const webAssembly: Rule = ({webAssembly: {exists, runs, simd, relaxedSimd}}) => {
  if (!exists)
    return ['there is no WebAssembly: backend cpu runs on the kernels in TypeScript, and wasm does not start'];
  if (!runs)
    return [
      "WebAssembly is forbidden, in pages by the content security policy: add 'wasm-unsafe-eval' to its script-src; " +
        'without it backend cpu runs on the kernels in TypeScript, and wasm does not start',
    ];
  if (!simd)
    return ['WebAssembly has no SIMD: backend cpu runs on the kernels in TypeScript, wasm on the portable ones'];
  return when(
    !relaxedSimd,
    'WebAssembly has no relaxed SIMD: newer versions (Node 22, Chrome 114) fuse multiply and add',
  );
};

const isolation: Rule = ({runtime: {crossOriginIsolated}, webAssembly: {sharedMemory}}) => [
  ...when(
    crossOriginIsolated === false,
    'the page is not cross-origin isolated, so that WebAssembly has one thread: serve it with the headers ' +
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
  ),
  ...when(
    crossOriginIsolated === true && !sharedMemory,
    'the page is cross-origin isolated, but has no SharedArrayBuffer',
  ),
];

const builtinModules: Rule = ({runtime: {name, version, builtinModules}}) =>
  when(
    builtinModules === false,
    `${name} ${version} has no process.getBuiltinModule, by which Node's own modules are reached: Node has it from 20.16 ` +
      'and 22.3 on',
  );

const noBackend: Rule = ({backends}) =>
  when(
    backends.length === 0,
    'no backend is registered: import @tensorflow/tfjs, or a package such as @tensorflow/tfjs-backend-cpu',
  );

const ofBackends: Rule = ({backends}) =>
  backends.flatMap(({name, error, kernels, check}) => [
    ...when(error !== '', `backend ${name} cannot be set up: ${error}`),
    ...when(error === '' && check !== 'right', `backend ${name} computes a small convolution wrongly: ${check}`),
    ...when(
      error === '' && kernels === 'portable',
      `backend ${name} runs on the portable kernels, which are slow: import its own where there are some (README, "Kinds of ` +
        'convolution")',
    ),
  ]);

/** Flags that make everything slow, or another kernel run than the best. */
const flags: Rule = ({flags}) => [
  ...when(flags.DEBUG === true, 'the flag DEBUG is set: every kernel is timed and checked, which is slow'),
  ...when(
    typeof flags.TFJS_CONV_VARIANT === 'string' && flags.TFJS_CONV_VARIANT !== '',
    `the flag TFJS_CONV_VARIANT forces kernel variant ${flags.TFJS_CONV_VARIANT} where it can compute a call`,
  ),
];

const RULES: readonly Rule[] = [versionsDiffer, noBackend, webAssembly, isolation, builtinModules, ofBackends, flags];

/** What is wrong, or missing for more. */
export const findingsOf = (found: Found): string[] => RULES.flatMap(rule => rule(found));
