// Reads [{file, from, to}, ...] from stdin; for each, makes the layout of a copy of assembly/ in which that file is edited,
// and writes them, or the messages of their errors, as JSON.
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {json} from 'node:stream/consumers';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {layoutOf} from '../../../kernels/wasm_core/build_layout.mjs';

const assembly = fileURLToPath(new URL('../../../kernels/wasm_core/assembly', import.meta.url));

async function layoutAfter({file, from, to}) {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-layout-'));
  try {
    cpSync(assembly, folder, {recursive: true});
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) return `${file} does not have ${from}`;
    writeFileSync(join(folder, file), text.replace(from, to));
    return await layoutOf(folder, ['simd,threads', 'simd,threads,relaxed-simd']);
  } catch (error) {
    return error.message;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const layouts = [];
for (const edit of await json(process.stdin)) layouts.push(await layoutAfter(edit));
process.stdout.write(JSON.stringify(layouts));
