// Bundles the programs of the bench and runs main.ts, or with --against another package against/main.ts.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from './bundle.mjs';

const args = process.argv.slice(2);
const isAgainst = args.some(arg => arg === '--against' || arg.startsWith('--against='));
if (isAgainst) {
  await bundlePrograms({against: 'against/main.ts'});
  // Each side loads the package that it finds.
  await bundlePrograms({side: 'against/side.ts'}, {external: ['tfjs-conv', 'tfjs-conv/*']});
} else {
  await bundlePrograms({main: 'main.ts', runtime: 'runtime.ts', first_call_process: 'first_call_process.ts'});
}
const program = join(outdir, isAgainst ? 'against.mjs' : 'main.mjs');
// Everything is measured on one thread, unless it says otherwise.
const env = {TFJS_CONV_THREADS: '1', ...process.env};
const {status} = spawnSync(process.execPath, [...process.execArgv, program, ...args], {stdio: 'inherit', env});
process.exitCode = status ?? 1;
