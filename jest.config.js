import {NEXT_PACKAGES} from './test/next_tfjs/install.mjs';
import './test/support/load/vulkan.mjs';

// TensorFlow's native library reads this when it is loaded, in workers too. 3 stands for errors only.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';

/** The next TensorFlow.js in place of the one that is installed: see test/next_tfjs/install.mjs. */
const NEXT =
  process.env.TFJS_CONV_TEST_TFJS === 'next'
    ? Object.fromEntries(Object.entries(NEXT_PACKAGES).map(([name, path]) => [`^${name}(/.*)?$`, `${path}$1`]))
    : {};

/**
 * Globals that inner loops use. A test file runs in a context of `node:vm`, where each access to a global asks the context
 * for it; jest passes these to every module as parameters, which makes the float64 reference ten times as fast.
 */
const GLOBALS = [
  'Array',
  'ArrayBuffer',
  'DataView',
  'Error',
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Set',
  'String',
  'Symbol',
  'Uint8Array',
  'WeakMap',
  'WebAssembly',
];

export default {
  testEnvironment: 'node',
  sandboxInjectedGlobals: GLOBALS,
  // `src` and `kernels` are listed so that files which no test loads count in the coverage.
  roots: ['<rootDir>/test', '<rootDir>/src', '<rootDir>/kernels'],
  testMatch: ['<rootDir>/test/specs/**/*_test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/test/specs/browser/'],
  setupFiles: ['<rootDir>/test/support/jest_setup.cjs'],
  // Tests run as CommonJS (no experimental flag); the types are checked by `npm run typecheck`.
  transform: {
    '^.+\\.ts$': '<rootDir>/test/support/esbuild_transform.cjs',
  },
  moduleNameMapper: {
    ...NEXT,
    ...(process.env.TFJS_CONV_TEST_SIMD === 'strict' && {
      '/binaries\\.js$': '<rootDir>/test/support/wasm_core/strict_binaries.ts',
    }),
    '^tfjs-conv$': '<rootDir>/src/index.ts',
    '^tfjs-conv/accelerate$': '<rootDir>/src/accelerate.ts',
    '^tfjs-conv/doctor$': '<rootDir>/src/doctor.ts',
    '^tfjs-conv/layers$': '<rootDir>/src/layers.ts',
    '^tfjs-conv/graph-model$': '<rootDir>/src/graph_model.ts',
    '^tfjs-conv/([^/]+)$': '<rootDir>/kernels/$1/index.ts',
    // Sources name the emitted file (./x.js), as ES modules in Node and browsers need.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // v8 counts without rewriting the code: inner loops keep their speed.
  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['src/**/*.ts', 'kernels/**/*.ts'],
  coverageReporters: ['text', 'json-summary'],
  showSeed: true,
  // Each file runs in a process of its own: tfjs-node's addon keeps state in the process, and a process that had loaded it
  // for several files crashed once, and memory of GPU devices stays. A limit of 1 would be all memory of the machine.
  workerIdleMemoryLimit: '1MB',
  // By default jest leaves one core unused, which is half of a machine with two.
  maxWorkers: '100%',
  // Only for what never ends: no test may depend on how fast the machine is.
  testTimeout: (process.env.TFJS_CONV_TEST_LONG === '1' ? 24 : 1) * 60 * 60 * 1000,
};
