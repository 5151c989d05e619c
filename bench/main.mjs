// Bundles the programs of the bench and runs main.ts: what is timed is plain JavaScript, as users have it, not what a loader makes of it.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const outdir = join(here, 'out');

await build({
  entryPoints: ['main.ts', 'leg.ts', 'first_call_process.ts'].map((file) => join(here, file)), outdir,
  outExtension: {'.js': '.mjs'}, bundle: true, platform: 'node', format: 'esm', target: 'node20',
  external: ['@tensorflow/*', 'onnxruntime-*', 'cli-table3', 'protobufjs*', 'ml-matrix'], logLevel: 'warning',
});
const {status} = spawnSync(process.execPath, [...process.execArgv, join(outdir, 'main.mjs'), ...process.argv.slice(2)], {stdio: 'inherit'});
process.exitCode = status ?? 1;
