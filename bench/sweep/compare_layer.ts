import {setBackend} from '@tensorflow/tfjs-core';
import {useKernels} from '../peers/kernels.js';
import {randomNumbers, shuffled} from '../turns.js';
import {callsOf} from './calls.js';
import type {Calls, Side} from './calls.js';
import type {SweepLayer} from './random_layer.js';

/** Times in ms of a call, the least of all rounds: whatever else the machine does only slows calls down. */
export interface LayerTimes {
  readonly ours: number;
  readonly builtin: number;
  /** How many times as fast ours are. */
  readonly speedup: number;
}

const SIDES: readonly Side[] = ['ours', 'built-in'];

/** What the order of both in each round is drawn with. */
const ORDER_SEED = 1;

/** Calls before anything is timed: so many, or for so many ms; a slow one is called once. */
const [SETTLING_CALLS, SETTLING_TIME] = [60, 25];
/** A turn takes so many ms at least. */
const TURN_TIME = 1.5;
/** Rounds, of which none begins after so many ms. */
const [ROUNDS_TIME, LEAST_ROUNDS] = [700, 3];

/** Time of a call, to the end of what it has started. */
function timeCalls(run: () => {dispose(): void}, count: number, finish: () => void): number {
  const start = performance.now();
  for (let call = 0; call < count; call++) run().dispose();
  finish();
  return (performance.now() - start) / count;
}

/** Calls until they are fast, and returns how many make a turn. */
function settle(run: Calls['run'][Side], finish: () => void): number {
  let typical = Infinity;
  let spent = 0;
  for (let calls = 0; calls === 0 || (calls < SETTLING_CALLS && spent < SETTLING_TIME); calls++) {
    const time = timeCalls(run, 1, finish);
    typical = Math.min(typical, time);
    spent += time;
  }
  return Math.max(1, Math.ceil(TURN_TIME / typical));
}

/** Largest difference over the largest number, which says whether both compute the same. */
function difference(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return Infinity;
  let [most, largest] = [0, 0];
  for (let i = 0; i < left.length; i++) {
    most = Math.max(most, Math.abs(left[i] - right[i]));
    largest = Math.max(largest, Math.abs(right[i]));
  }
  return largest === 0 ? most : most / largest;
}

function valuesOf(run: Calls['run'][Side]): Float32Array {
  const y = run();
  const values = y.dataSync<'float32'>().slice();
  y.dispose();
  return values;
}

/** Beyond that a result is another one: rounding in float32, the longest sums and transforms included, is far below. */
const SAME = 1e-3;

/** Whether the built-in kernels of backend cpu compute what ours have computed. */
async function isConfirmed(backend: string, calls: Calls, ours: Float32Array): Promise<boolean> {
  if (backend === 'cpu') return false;
  await setBackend('cpu');
  useKernels('cpu', 'built-in');
  const values = valuesOf(calls.run['built-in']);
  await setBackend(backend);
  return difference(ours, values) <= SAME;
}

/**
 * Times a layer by both, in turns, in another order in each round; null where the built-in kernels do not compute it, or
 * wrongly, as some of wasm do. `finish` waits until what calls have started is done.
 * @throws if ours do.
 */
export async function compareLayer(
  backend: string,
  layer: SweepLayer,
  rounds: number,
  finish: () => void = () => {},
): Promise<LayerTimes | null> {
  const use = (side: Side) => useKernels(backend, side);
  const calls = callsOf(layer);
  const random = randomNumbers(ORDER_SEED);
  try {
    use('built-in');
    let expected: Float32Array;
    try {
      expected = valuesOf(calls.run['built-in']);
    } catch {
      return null;
    }
    use('ours');
    const values = valuesOf(calls.run.ours);
    const apart = difference(values, expected);
    if (!(apart <= SAME)) {
      if (await isConfirmed(backend, calls, values)) return null;
      throw new Error(`results are apart by ${apart} of the largest`);
    }
    const settled = (side: Side): number => {
      use(side);
      return settle(calls.run[side], finish);
    };
    const counts = {ours: settled('ours'), 'built-in': settled('built-in')};
    const times: {readonly [S in Side]: number[]} = {ours: [], 'built-in': []};
    const start = performance.now();
    for (let round = 0; round < rounds; round++) {
      if (round >= LEAST_ROUNDS && performance.now() - start > ROUNDS_TIME) break;
      for (const side of shuffled(SIDES, random)) {
        use(side);
        // The first call pays for what the other side has left in the caches.
        if (counts[side] > 1) timeCalls(calls.run[side], 1, finish);
        times[side].push(timeCalls(calls.run[side], counts[side], finish));
      }
    }
    const [ours, builtin] = [Math.min(...times.ours), Math.min(...times['built-in'])];
    return {ours, builtin, speedup: builtin / ours};
  } finally {
    calls.dispose();
  }
}
