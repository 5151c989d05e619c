// Bundles tests for pages.
import {build} from 'esbuild';
import {rmSync} from 'node:fs';
import {basename} from 'node:path';
import {fileURLToPath} from 'node:url';
import {bundleMode} from '../upstream/bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outdir = `${root}node_modules/.cache/tfjs-conv/browser`;

/** What Node's names that test files use mean in a page. */
const define = {
  // The variables of test/support/settings.ts; the address of a page says on which backend it runs.
  'process.env': JSON.stringify(
    Object.fromEntries(
      ['TFJS_CONV_TEST_LONG', 'TFJS_CONV_TEST_SEED', 'TFJS_CONV_TEST_RANDOM_CASES']
        .filter(name => process.env[name] !== undefined)
        .map(name => [name, process.env[name]]),
    ),
  ),
  'process.stdout.write': 'console.log',
  // The server's root stands for the project's: ''.
  'process.cwd': 'String',
};

/** Files that stand for others in a page, which has no tfjs-node and no files. */
const inPages = {
  name: 'in pages',
  setup: build =>
    build.onResolve({filter: /\/(node_backend|read_file|dawn)\.js$/}, ({path}) => ({
      path: `${root}test/browser/page/${basename(path, '.js')}.ts`,
    })),
};

/** Test files and what runs them, as ES modules with common parts apart. */
async function bundleFiles(files) {
  await build({
    entryPoints: [
      {in: `${root}test/browser/page/tests.ts`, out: 'tests'},
      {in: `${root}test/browser/page/upstream.mjs`, out: 'upstream'},
      ...files.map(file => ({in: `${root}test/specs/${file}_test.ts`, out: `${file}_test`})),
    ],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    mainFields: ['module', 'main'],
    tsconfig: `${root}tsconfig.json`,
    // The package declares its files free of side effects, and a test file may import one only for those.
    ignoreAnnotations: true,
    define,
    plugins: [inPages],
    sourcemap: 'linked',
    absWorkingDir: root,
    logLevel: 'error',
  });
}

const PAGE = {
  outfileOf: mode => `${outdir}/upstream/${mode}.js`,
  options: {format: 'esm', platform: 'browser', target: 'es2022', define},
};

/** Returns the folder, and what makes a mode's bundle unfit, by mode. */
export async function bundle(files, modes) {
  rmSync(outdir, {recursive: true, force: true});
  const [, ...bundles] = await Promise.all([bundleFiles(files), ...modes.map(mode => bundleMode(mode, PAGE))]);
  return {outdir, unfit: Object.fromEntries(modes.map((mode, i) => [mode, bundles[i].problems]))};
}
