// Bundles a bench (run.ts, or that of the name in the first argument) and runs it: what is timed is plain JavaScript, as
// users have it, not what a loader makes of it.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const args = process.argv.slice(2);
const name = args.length > 0 && !args[0].startsWith('-') ? args.shift() : 'run';
const outfile = join(here, 'out', `${name}.mjs`);

await build({
  entryPoints: [join(here, `${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20',
  external: ['@tensorflow/*', 'onnxruntime-*', 'cli-table3', 'protobufjs*', 'ml-matrix'], logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [...process.execArgv, outfile, ...args], {stdio: 'inherit'}).status ?? 1;
