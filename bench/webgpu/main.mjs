// Bundles run.ts and runs it: kernels of backend webgpu in Node, on Dawn.
//   npm run bench:webgpu -- [--only TEXT] [--rounds N] [--gradients | --winograd] [--variants] [--peers] [--alone NAME]
//       [--longest MS] [--clock processor|wall|gpu]
// The driver is SwiftShader; VK_ICD_FILENAMES names another one, and is empty for the system's.
//   npm run bench:webgpu -- --real [--pretend]
// checks and measures all on the system's GPU and writes docs/benchmarks_webgpu.md, see real.ts.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from '../bundle.mjs';

const args = process.argv.slice(2);
const isReal = args.includes('--real');
if (isReal) process.env.VK_ICD_FILENAMES ??= '';
await import('../../test/support/load/vulkan.mjs');
await bundlePrograms({webgpu: 'webgpu/run.ts', webgpu_real: 'webgpu/real.ts'});
const program = join(outdir, isReal ? 'webgpu_real.mjs' : 'webgpu.mjs');
const {status} = spawnSync(process.execPath, [program, ...args], {stdio: 'inherit'});
process.exit(status ?? 1);
