/** A process that runs rows on the package that it finds in its folder: it answers what it is asked for, see protocol.ts. */
import {createRequire} from 'node:module';
import {join} from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/node';
import 'tfjs-conv/wasm';
import {median} from '../measure.js';
import type {Output, Prepared} from '../peers/peer.js';
import type {Answer, Answers, Request} from './protocol.js';
import {rowsOf} from './rows.js';

/** Runs after which a row has settled: at least so many, for at least so many ms. */
const [SETTLING_RUNS, SETTLING_TIME] = [6, 150];
/** Runs of a turn: at most so many, and none after so many ms. */
const [TURN_RUNS, TURN_TIME] = [9, 40];
/** A run above so many ms loses nothing to what the other side left in the caches. */
const LONG = 100;

const [backend] = process.argv.slice(2);
// It has to be set up (npm run setup:node), so it is no import that a type check would look for.
if (backend === 'tensorflow') createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
const rows = rowsOf(backend);

let current: {readonly prepared: Prepared; typical: number} | undefined;

/** One run, timed; the result is read and freed outside of that. */
async function timed<T>({run}: Prepared, read: (output: Output) => T): Promise<{ms: number; value: T}> {
  const start = performance.now();
  const running = run();
  const made = running instanceof Promise ? await running : running;
  const ms = performance.now() - start;
  const value = read(made);
  made.dispose();
  return {ms, value};
}

async function prepare({part, name}: {readonly part: string; readonly name: string}): Promise<Answers['prepare']> {
  const [row] = rows.filter(one => one.part === part && one.name === name);
  const prepared = await row.prepare();
  const {value: values} = await timed(prepared, output => output.values().slice());
  const times: number[] = [];
  for (let spent = 0; times.length < SETTLING_RUNS || spent < SETTLING_TIME;) {
    times.push((await timed(prepared, () => undefined)).ms);
    spent += times[times.length - 1];
    if (spent > 20 * SETTLING_TIME) break;
  }
  current = {prepared, typical: median(times)};
  return {values, bound: row.bound(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0))};
}

async function turn(): Promise<number> {
  if (current === undefined) throw new Error('no row is prepared');
  const {prepared, typical} = current;
  const times: number[] = [];
  if (typical < LONG) await timed(prepared, () => undefined);
  for (let spent = 0; times.length === 0 || (times.length < TURN_RUNS && spent < TURN_TIME);) {
    times.push((await timed(prepared, () => undefined)).ms);
    spent += times[times.length - 1];
  }
  // Whatever else the machine does only slows runs down.
  return Math.min(...times);
}

async function answer(request: Request): Promise<Answers[keyof Answers]> {
  switch (request.do) {
    case 'list':
      return rows.map(({part, name}) => ({part, name}));
    case 'prepare':
      return prepare(request.row);
    case 'turn':
      return turn();
    case 'dispose':
      await current?.prepared.dispose();
      current = undefined;
      return null;
  }
}

process.on('message', (request: Request) => {
  answer(request).then(
    found => process.send?.({answer: found} satisfies Answer),
    (error: unknown) =>
      process.send?.({error: error instanceof Error ? String(error.stack) : String(error)} satisfies Answer),
  );
});
