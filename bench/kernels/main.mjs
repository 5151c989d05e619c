// Bundles run.ts and runs it: times over the size of the kernel, beside SciPy and OpenCV where Python has them.
//   node bench/kernels/main.mjs [--only TEXT] [--rounds N] [--python COMMAND] [--plot FILE]
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from '../bundle.mjs';

await bundlePrograms({kernels: 'kernels/run.ts'});
// Everything is measured on one thread: BLAS, which SciPy loads, and OpenMP too.
const env = {OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', TFJS_CONV_THREADS: '1', ...process.env};
const {status} = spawnSync(process.execPath, [join(outdir, 'kernels.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
