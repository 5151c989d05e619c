// Bundles run.ts and process.ts, and runs run.ts, which starts a process for every call that it measures.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from '../bundle.mjs';

await bundlePrograms({memory: 'memory/run.ts', memory_process: 'memory/process.ts'});
const env = {TFJS_CONV_THREADS: '1', ...process.env};
const {status} = spawnSync(process.execPath, [join(outdir, 'memory.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
