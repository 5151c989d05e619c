import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';

/*
 * What TypeScript and AssemblyScript share is written once, in assembly/shared/: a change there changes what TypeScript
 * reads and writes.
 */

interface Edit {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What generated/layout.ts has before the edit, and the layout after it. */
  readonly before?: string;
  readonly after: string;
}

const EDITS: readonly Edit[] = [
  {
    name: 'a field moves those after it',
    file: 'shared/plan.ts',
    from: '  sourceStep: i32;',
    to: '  added: i32;\n  sourceStep: i32;',
    before: 'AXIS = {count: 0, sourceSize: 1, sourceStep: 2, taps: 3, source: 4, dense: 5} as const;',
    after: 'AXIS = {count: 0, sourceSize: 1, added: 2, sourceStep: 3, taps: 4, source: 5, dense: 6} as const;',
  },
  {
    name: 'a field makes its structure longer',
    file: 'shared/thread_pool.ts',
    from: '  refused: i32;',
    to: '  refused: i32;\n  added: i32;',
    before: 'THREAD_POOL_WORDS = 19;',
    after: 'THREAD_POOL_WORDS = 20;',
  },
  {
    name: 'a number of an enumeration moves those after it',
    file: 'shared/activation.ts',
    from: '  ELU,',
    to: '  ADDED,\n  ELU,',
    before: 'RELU6: 2, ELU: 3,',
    after: 'RELU6: 2, ADDED: 3, ELU: 4,',
  },
  {
    name: 'a constant changes those that follow from it',
    file: 'shared/blocking.ts',
    from: 'MR_SIMD: i32 = 5',
    to: 'MR_SIMD: i32 = 4',
    before: 'MC_STEP = 30;',
    after: 'MC_STEP = 24;',
  },
  {
    name: 'a parameter of an exported function is one in TypeScript',
    file: 'gemm/pack.ts',
    from: 'gemmFilterBytes(depth: i32,',
    to: 'gemmFilterBytes(added: bool, depth: i32,',
    before: 'gemmFilterBytes(depth: number, columns: number): number;',
    after: 'gemmFilterBytes(added: number, depth: number, columns: number): number;',
  },
  {
    name: 'a field that is not a word is an error',
    file: 'shared/plan.ts',
    from: '  sourceStep: i32;',
    to: '  sourceStep: i64;',
    after: 'a field of Axis is not a word of 32 bits',
  },
  {
    name: 'a value that differs between the binaries is an error',
    file: 'shared/blocking.ts',
    from: 'KC: i32 = 384',
    to: 'KC: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 2',
    after: 'KC depends on the features of the binary',
  },
];

/** The layout of assembly/ after each edit. */
const layouts = JSON.parse(
  execFileSync(process.execPath, [resolve(__dirname, '../../support/wasm_core/layout.mjs')], {
    input: JSON.stringify(EDITS),
    encoding: 'utf8',
  }),
) as string[];

const generated = readFileSync(resolve(__dirname, '../../../kernels/wasm_core/generated/layout.ts'), 'utf8');

test.each(EDITS.map((edit, i) => ({...edit, layout: layouts[i]})))('$name', ({before = '', after, layout}) => {
  expect(generated).toContain(before);
  expect(generated).not.toContain(after);
  expect(layout).toContain(after);
});
