// Bundles run.ts and runs it once for every backend: each has a process of its own, on one thread unless it says otherwise.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {bundlePrograms, outdir} from '../bundle.mjs';

const args = process.argv.slice(2);
const {values} = parseArgs({args, strict: false, options: {backend: {type: 'string', default: 'wasm,cpu'}}});
await bundlePrograms({sweep: 'sweep/run.ts'});
const env = {TFJS_CONV_THREADS: '1', TF_NUM_INTRAOP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '3', ...process.env};
for (const backend of values.backend.split(',')) {
  const {status} = spawnSync(
    process.execPath,
    [...process.execArgv, join(outdir, 'sweep.mjs'), ...args, '--backend', backend],
    {stdio: 'inherit', env},
  );
  process.exitCode ||= status ?? 1;
}
