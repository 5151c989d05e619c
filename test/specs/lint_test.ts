import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {dirname, resolve} from 'node:path';

const root = resolve(__dirname, '../..');

interface Case {
  file: string;
  imports: string;
  /** Part of the expected message; none where the import is allowed. */
  message?: string;
}

const cases: Case[] = [
  {file: 'src/ops/x.ts', imports: '../../kernels/portable/kernel_table.js', message: 'by their names'},
  {file: 'src/gradients/x.ts', imports: '../../kernels/cpu/index.js', message: 'by their names'},
  {file: 'src/ops/x.ts', imports: '../index.js', message: 'entry points'},
  {file: 'src/separate/x.ts', imports: '../accelerate.js', message: 'entry points'},
  {file: 'src/accelerate/x.ts', imports: '../../kernels/portable/kernel_table.js', message: 'by their names'},
  {file: 'src/geometry/x.ts', imports: '../registry/register.js', message: 'geometry and errors'},
  {file: 'src/errors.ts', imports: './registry/register.js', message: 'geometry and errors'},
  {file: 'src/registry/x.ts', imports: '../index.js', message: 'the registry stands on'},
  {file: 'kernels/cpu/x.ts', imports: '../portable/kernel_table.js', message: 'no other one'},
  {file: 'kernels/node/x.ts', imports: '../cpu/kernel_table.js', message: 'no other one'},
  {file: 'kernels/cpu/x.ts', imports: '../../src/index.js', message: 'not ops'},
  {file: 'kernels/webgl/plan/x.ts', imports: '../gl/device.js', message: 'from plan and gpu/ only'},
  {file: 'kernels/webgl/glsl/x.ts', imports: '../textures/tensors.js', message: 'from glsl, plan and gpu/ only'},
  {file: 'src/index.ts', imports: '../test/specs/lint_test.js', message: 'from test/'},
  {file: 'examples/tour/x.ts', imports: '../../src/index.js', message: 'by its name'},
  {file: 'kernels/wasm_core/assembly/gemm/x.ts', imports: '../winograd/filter.js', message: 'import one way'},
  {file: 'kernels/wasm_core/assembly/common/x.ts', imports: '../gemm/product.js', message: 'import one way'},
  {file: 'kernels/wasm_core/assembly/grouped/x.ts', imports: '../depthwise/forward.js', message: 'import one way'},
  {file: 'kernels/wasm_core/assembly/gemm/x.ts', imports: '../../plan/conv_plan.js', message: 'import one way'},
  {
    file: 'kernels/wasm_core/assembly/gemm/x.ts',
    imports: '../../../../src/errors.js',
    message: 'not import TypeScript',
  },
  {file: 'src/ops/x.ts', imports: '../registry/register.js'},
  {file: 'src/registry/x.ts', imports: '../geometry/conv.js'},
  {file: 'kernels/cpu/x.ts', imports: '../../src/registry/register.js'},
  {file: 'kernels/webgl/textures/x.ts', imports: '../plan/tiling.js'},
  {file: 'kernels/node/x.ts', imports: '../portable/kernel_table.js'},
  {file: 'src/index.ts', imports: '../kernels/portable/kernel_table.js'},
  {file: 'kernels/wasm_core/assembly/winograd/x.ts', imports: '../gemm/product.js'},
  {file: 'kernels/wasm_core/assembly/winograd/stream/x.ts', imports: '../tiles.js'},
];

/** What the import rule says about each case. In a process of its own: the ESLint config is an ES module. */
function importRule(): string[][] {
  const input = cases.map(({file, imports}) => ({file, code: `export * from '${imports}';\n`}));
  const stdout = execFileSync(process.execPath, [resolve(__dirname, '../support/lint_snippets.mjs')], {
    cwd: root,
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as string[][];
}

describe('imports go one way', () => {
  const found = importRule();

  it.each(cases.map((one, index) => ({...one, index})))(
    '$file, $imports: $message',
    ({file, imports, message, index}) => {
      // The rule says nothing about a file that does not exist.
      expect(existsSync(resolve(root, dirname(file), imports.replace(/\.js$/, '.ts')))).toBe(true);
      expect(found[index]).toEqual(message === undefined ? [] : [expect.stringContaining(message)]);
    },
  );
});
