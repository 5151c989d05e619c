import {readFileSync} from 'node:fs';
import {createNodeResolver, importX} from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const root = import.meta.dirname;

/** How imports are resolved. */
const importSettings = {
  'import-x/extensions': ['.ts', '.js', '.mjs', '.cjs'],
  'import-x/parsers': {'@typescript-eslint/parser': ['.ts']},
  // Sources import './x.js', which TypeScript finds as ./x.ts.
  'import-x/resolver-next': [createNodeResolver({extensions: ['.ts', '.js'], extensionAlias: {'.js': ['.ts', '.js']}})],
};

/** Imports go one way: what `files` may not import, as [folder, what in it is allowed after all, why]. */
function oneWay(files, forbidden, ignores = []) {
  return {
    files,
    ignores,
    plugins: {'import-x': importX},
    settings: importSettings,
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: root,
          zones: [...forbidden, ...outside].map(([from, except, message]) => ({target: '.', from, except, message})),
        },
      ],
    },
  };
}

const outside = ['test', 'bench', 'examples', 'scripts'].map(folder => [
  `./${folder}`,
  [],
  `the library does not import from ${folder}/`,
]);

const noKernels = ['./kernels', [], 'kernels are reached by their names in the TensorFlow.js registry only'];

const kernelsKnow = [
  './src',
  ['./geometry', './errors.ts', './registry'],
  'kernels know geometry, registry and errors, not ops',
];

/** The list of backends: a folder of kernels each, and the other folders of kernels that it stands on. */
const BACKENDS = JSON.parse(readFileSync(`${root}/kernels/backends.json`, 'utf8'));
const KERNELS = [...BACKENDS, ...['portable', 'wasm_core', 'gpu'].map(folder => ({folder, folders: []}))];

/** The folders of the kernels of GPUs, and those that each imports from; all import from kernels/gpu. */
const GPU_LAYERS = {
  webgl: {plan: [], glsl: ['plan'], gl: ['plan'], textures: ['plan', 'glsl', 'gl']},
  webgpu: {wgsl: [], device: ['wgsl'], texels: ['wgsl', 'device']},
};

/** Folders of AssemblyScript, and what each may import beside itself: shared <- common <- gemm <- the others <- threads. */
const ASSEMBLY = {shared: [], common: ['shared'], gemm: ['shared', 'common']};
for (const folder of ['depthwise', 'grouped', 'winograd']) ASSEMBLY[folder] = ['shared', 'common', 'gemm'];
ASSEMBLY.fft = ['shared', 'common'];
ASSEMBLY.threads = Object.keys(ASSEMBLY);

export default tseslint.config(
  {
    ignores: ['docs/api/', '**/dist/', 'coverage/', 'node_modules/', 'kernels/wasm_core/generated/', '*/out/'],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', {'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true}],
      eqeqeq: ['error', 'always', {null: 'ignore'}],
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  {
    // A file of a circle cannot be read, tested or moved without the others.
    files: ['src/**/*.ts', 'kernels/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts'],
    plugins: {'import-x': importX},
    settings: importSettings,
    rules: {'import-x/no-cycle': ['error', {ignoreExternal: true}]},
  },
  {
    // AssemblyScript has decorators on functions, which TypeScript takes for an error, and its == compares numbers only.
    files: ['kernels/wasm_core/assembly/**/*.ts'],
    languageOptions: {parserOptions: {allowInvalidAST: true}},
    rules: {eqeqeq: 'off'},
  },
  {
    // jest setup files are CommonJS.
    files: ['**/*.cjs'],
    rules: {'@typescript-eslint/no-require-imports': 'off'},
  },
  oneWay(
    ['src/geometry/**/*.ts', 'src/errors.ts', 'src/show.ts'],
    [
      ['./src', ['./geometry', './errors.ts', './show.ts'], 'geometry and errors stand on nothing but each other'],
      noKernels,
    ],
  ),
  oneWay(
    ['src/registry/**/*.ts'],
    [
      ['./src', ['./geometry', './errors.ts', './registry'], 'the registry stands on geometry and errors only'],
      noKernels,
    ],
  ),
  oneWay(
    ['src/ops/**/*.ts', 'src/gradients/**/*.ts', 'src/separate/**/*.ts', 'src/accelerate/**/*.ts'],
    [
      [
        './src',
        ['./geometry', './errors.ts', './registry', './ops', './gradients', './separate', './accelerate'],
        'ops and gradients do not import the entry points, which import them',
      ],
      noKernels,
    ],
  ),
  // Models stand on ops; layers and graphs know nothing of each other.
  ...['layers', 'graph_model', 'prepare', 'doctor'].map(folder =>
    oneWay(
      [`src/${folder}/**/*.ts`],
      [
        [
          './src',
          ['./geometry', './errors.ts', './show.ts', './registry', './ops', './separate', `./${folder}`],
          `src/${folder} stands on ops and what is below them`,
        ],
        noKernels,
      ],
    ),
  ),
  // The entry points join the sides.
  oneWay(
    ['src/index.ts', 'src/accelerate.ts', 'src/doctor.ts', 'src/layers.ts', 'src/graph_model.ts', 'kernels/*/index.ts'],
    [],
  ),
  ...KERNELS.map(({folder, folders}) =>
    oneWay(
      [`kernels/${folder}/**/*.ts`],
      [
        kernelsKnow,
        [
          './kernels',
          [folder, ...folders].map(name => `./${name}`),
          'a kernel folder imports from no other one but those that kernels/backends.json allows it',
        ],
      ],
      ['kernels/*/index.ts'],
    ),
  ),
  // What could serve another kind of GPU knows neither WebGL nor TensorFlow.js.
  ...Object.entries(GPU_LAYERS).flatMap(([gpu, folders]) =>
    Object.entries(folders).map(([layer, layers]) =>
      oneWay(
        [`kernels/${gpu}/${layer}/**/*.ts`],
        [
          kernelsKnow,
          [
            './kernels',
            ['./gpu', ...[layer, ...layers].map(name => `./${gpu}/${name}`)],
            `of the kernels, ${gpu}/${layer}/ imports from ${[layer, ...layers].join(', ')} and gpu/ only`,
          ],
        ],
      ),
    ),
  ),
  {
    files: ['kernels/webgl/{plan,glsl}/**/*.ts', 'kernels/webgpu/wgsl/**/*.ts'],
    rules: {'no-restricted-imports': ['error', {patterns: ['@tensorflow/*']}]},
  },
  ...Object.entries(ASSEMBLY).map(([folder, folders]) =>
    oneWay(
      [`kernels/wasm_core/assembly/${folder}/**/*.ts`],
      [
        ['./src', [], 'AssemblyScript does not import TypeScript'],
        [
          './kernels',
          [folder, ...folders].map(name => `./wasm_core/assembly/${name}`),
          'folders of assembly/ import one way, as ASSEMBLY in eslint.config.js says',
        ],
      ],
    ),
  ),
  {
    files: ['examples/**/*.ts'],
    ...(({plugins, settings}) => ({plugins, settings}))(oneWay([], [])),
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: root,
          zones: [
            {
              target: '.',
              from: ['./src', './kernels'],
              message: 'examples import the package by its name, as users do',
            },
          ],
        },
      ],
    },
  },
);
