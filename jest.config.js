// TensorFlow's native library reads it when it is loaded, in workers too: no word about the instructions it uses.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';

export default {
  testEnvironment: 'node',
  // The sources too: what no test loads has to show up in the coverage.
  roots: ['<rootDir>/test', '<rootDir>/src', '<rootDir>/kernels'],
  testMatch: ['<rootDir>/test/specs/**/*_test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/test/specs/browser/'],
  setupFiles: ['<rootDir>/test/support/jest_setup.cjs'],
  // Tests run as CommonJS (no experimental flag); the types are checked by `npm run typecheck`.
  transform: {
    '^.+\\.ts$': ['ts-jest', {tsconfig: 'tsconfig.jest.json'}],
  },
  moduleNameMapper: {
    '^tfjs-conv$': '<rootDir>/src/index.ts',
    '^tfjs-conv/accelerate$': '<rootDir>/src/accelerate.ts',
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
  // A process for each file: tfjs-node's addon keeps state in the process, and one that had loaded it for several files
  // died once.
  workerIdleMemoryLimit: 1,
  // On two cores jest would use one.
  maxWorkers: '100%',
  testTimeout: 60000,
};
