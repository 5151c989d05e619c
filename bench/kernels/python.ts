import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Contestant} from '../measure.js';
import {imageOf, tapsOf} from './rows.js';
import type {KernelRow} from './rows.js';

/** What Python runs, in a process of its own, timed by its own clock. */
export interface Python {
  readonly contestants: (row: KernelRow) => Contestant[];
  readonly end: () => void;
}

/** The peers of a Python that has SciPy and OpenCV; null where there is none. */
export async function startPython(command: string, script: string): Promise<Python | null> {
  const python = spawn(command, [script], {stdio: ['pipe', 'pipe', 'ignore']});
  python.on('error', () => undefined);
  const lines = createInterface({input: python.stdout})[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const {value} = (await lines.next()) as IteratorResult<string, undefined>;
    return value === undefined ? undefined : JSON.parse(value);
  };
  const names = await answer();
  if (!Array.isArray(names)) return null;
  const ask = (request: object): Promise<unknown> => {
    python.stdin.write(`${JSON.stringify(request)}\n`);
    return answer();
  };
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  const [x, taps, y] = ['x', 'taps', 'y'].map(name => join(folder, name));

  const contestantOf = (peer: string, row: KernelRow): Contestant => ({
    name: peer,
    activate: () => Promise.resolve(),
    async prepare() {
      writeFileSync(x, imageOf(row));
      writeFileSync(taps, tapsOf(row));
      await ask({peer, x, size: row.size, taps, kernel: row.kernel});
      let isFirst = true;
      return {
        async run() {
          // The result of the first run is compared.
          const ms = Number(await ask(isFirst ? {peer, y} : {peer}));
          isFirst = false;
          const values = () => new Float32Array(new Uint8Array(readFileSync(y)).buffer);
          return {ms, values, dispose: () => undefined};
        },
        dispose: () => undefined,
      };
    },
  });
  return {
    contestants: row => names.map(name => contestantOf(String(name), row)),
    end() {
      python.stdin.end();
      rmSync(folder, {recursive: true});
    },
  };
}
