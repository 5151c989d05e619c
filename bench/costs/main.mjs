// Bundles run.ts and runs it: what the algorithms of the WebAssembly core take, beside what their cost models say.
//   node bench/costs/main.mjs [--pass forward|gradient] [--only TEXT] [--milliseconds N]
// Without relaxed SIMD: NODE_OPTIONS=--no-experimental-wasm-relaxed-simd
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from '../bundle.mjs';

await bundlePrograms({costs: 'costs/run.ts'});
const {status} = spawnSync(process.execPath, [join(outdir, 'costs.mjs'), ...process.argv.slice(2)], {stdio: 'inherit'});
process.exitCode = status ?? 1;
