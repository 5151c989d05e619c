// Bundles programs and pages of the bench: what is timed is plain JavaScript, as users have it, not what a loader makes of it.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');

/** Where bundles and results go. */
export const outdir = join(here, 'out');

/** What is loaded from node_modules, as users have it. */
const EXTERNAL = [
  '@tensorflow/*',
  '@opencvjs/*',
  '@jax-js/*',
  'onnxruntime-*',
  'cli-table3',
  'protobufjs*',
  'ml-matrix',
  'nsfwjs',
];

/** The package as `npm run build` has made it for Node, not its sources. */
const builtPackage = {
  name: 'built package',
  setup: ({onResolve}) =>
    onResolve({filter: /^tfjs-conv(\/|$)/}, ({path}) => {
      const {name, exports} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      const file = exports[path.replace(name, '.')].import.node;
      return {path: pathToFileURL(join(root, file)).href, external: true};
    }),
};

/**
 * Bundles files of this folder, by the names that their bundles get; with `external` more is left out of them, with `built`
 * they load the built package.
 */
export const bundlePrograms = (files, {external = [], built = false} = {}) =>
  build({
    entryPoints: Object.entries(files).map(([out, file]) => ({in: join(here, file), out})),
    outdir,
    outExtension: {'.js': '.mjs'},
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: [...EXTERNAL, ...external],
    plugins: built ? [builtPackage] : [],
    logLevel: 'warning',
  });

/** Bundles a page of the bench into a folder. */
export const bundlePage = (entry, folder) =>
  build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    mainFields: ['module', 'main'],
    absWorkingDir: root,
    logLevel: 'warning',
    // The package declares its files free of side effects.
    ignoreAnnotations: true,
    // Generated glue of runtimes asks for Node's modules where it finds Node.
    external: ['module', 'worker_threads', 'node:*', 'fs', 'path', 'crypto'],
  });
