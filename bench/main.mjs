// Bundles run.ts and runs it: what is timed is plain JavaScript, as users have it, not what a loader makes of it.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = join(here, 'out', 'run.mjs');

await build({
  entryPoints: [join(here, 'run.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20',
  external: ['@tensorflow/*', 'onnxruntime-*', 'cli-table3', 'protobufjs*', 'ml-matrix'], logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [...process.execArgv, outfile, ...process.argv.slice(2)], {stdio: 'inherit'}).status ?? 1;
