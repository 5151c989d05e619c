// Bundles run.ts and runs it on one thread, then on two: TensorFlow takes its number of threads when it is loaded.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = join(here, '..', 'out', 'node.mjs');

await build({
  entryPoints: [join(here, 'run.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20',
  external: ['@tensorflow/*', 'onnxruntime-*', 'cli-table3', 'protobufjs*', 'ml-matrix'], logLevel: 'warning',
});
for (const threads of ['1', '2']) {
  const {status} = spawnSync(process.execPath, [outfile, '--threads', threads, ...process.argv.slice(2)], {
    stdio: 'inherit', env: {...process.env, TF_NUM_INTRAOP_THREADS: threads, TF_CPP_MIN_LOG_LEVEL: '3'},
  });
  if (status !== 0) process.exit(status ?? 1);
}
