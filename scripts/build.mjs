// Compiles the WebAssembly core, then the sources twice with tsc: ES modules into dist/esm, CommonJS into dist/cjs, each with its own types.
import {spawnSync} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {ensureBinaries} from '../kernels/wasm_core/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

await ensureBinaries();
rmSync(`${root}/dist`, {recursive: true, force: true});
for (const [format, type] of [
  ['esm', 'module'],
  ['cjs', 'commonjs'],
]) {
  const {status} = spawnSync(process.execPath, [tsc, '-p', `tsconfig.${format}.json`], {cwd: root, stdio: 'inherit'});
  if (status !== 0) {
    console.error(`build: ${format} failed`);
    process.exit(1);
  }
  // Tells Node (and TypeScript) how to read the .js files below, whatever the root package.json says.
  writeFileSync(`${root}/dist/${format}/package.json`, `${JSON.stringify({type})}\n`);
}
