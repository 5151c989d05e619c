// Bundles the programs of the bench and runs main.ts.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {bundlePrograms, outdir} from './bundle.mjs';

await bundlePrograms({main: 'main.ts', runtime: 'runtime.ts', first_call_process: 'first_call_process.ts'});
const {status} = spawnSync(
  process.execPath,
  [...process.execArgv, join(outdir, 'main.mjs'), ...process.argv.slice(2)],
  {stdio: 'inherit'},
);
process.exitCode = status ?? 1;
