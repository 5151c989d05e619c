// Bundles run.ts and runs it: kernels of backend webgpu in Node, on Dawn.
//   npm run bench:webgpu -- [--only TEXT] [--rounds N] [--gradients | --winograd] [--alone NAME] [--longest MS] [--clock processor|gpu]
// The driver is SwiftShader; VK_ICD_FILENAMES names another one, and is empty for the system's (with --clock gpu).
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import '../../test/support/load/vulkan.mjs';
import {bundlePrograms, outdir} from '../bundle.mjs';

await bundlePrograms({webgpu: 'webgpu/run.ts'});
const {status} = spawnSync(process.execPath, [join(outdir, 'webgpu.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
