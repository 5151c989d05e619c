// Bundles test files for pages.
import {build} from 'esbuild';
import {rmSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node's names that test files use. */
const define = {
  'process.env.TFJS_CONV_TEST_SEED': JSON.stringify(process.env.TFJS_CONV_TEST_SEED) ?? 'undefined',
  'process.stdout.write': 'console.log',
};

/** Bundles the test files and what runs them, as ES modules with common parts apart; returns the folder. */
export async function bundleTests(files) {
  const outdir = `${root}node_modules/.cache/tfjs-conv/browser`;
  rmSync(outdir, {recursive: true, force: true});
  await build({
    entryPoints: [
      {in: `${root}test/browser/page/main.ts`, out: 'main'},
      ...files.map((file) => ({in: `${root}test/${file}_test.ts`, out: `${file}_test`})),
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
    sourcemap: 'linked',
    absWorkingDir: root,
    logLevel: 'error',
  });
  return outdir;
}
