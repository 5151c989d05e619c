// Bundles run.ts and runs it on one thread, then on two: TensorFlow takes its number of threads when it is loaded.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from '../bundle.mjs';

await bundlePrograms({node: 'node/run.ts'});
for (const threads of ['1', '2']) {
  const {status} = spawnSync(
    process.execPath,
    [join(outdir, 'node.mjs'), '--threads', threads, ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: {...process.env, TF_NUM_INTRAOP_THREADS: threads, TF_CPP_MIN_LOG_LEVEL: '3'},
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
