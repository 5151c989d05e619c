import {shuffled} from '../turns.js';
import {comparisonOf} from './noise.js';
import type {Comparison, Rounds} from './noise.js';
import type {RowName} from './protocol.js';
import type {Side} from './sides.js';

/** The processes that take turns: two on the old package, one on the new. */
export type Sides = {readonly [S in keyof Rounds]: Side};

export interface RowResult extends RowName {
  readonly rounds: Rounds;
  readonly comparison: Comparison;
  /** How far apart the results of both packages are, over what rounding explains. */
  readonly difference: number;
}

/** Time in ms after which a row leaves out the rounds that are left, but for the first few. */
const [ROW_TIME, LEAST_ROUNDS] = [20_000, 5];

function differenceOf(left: Float32Array, right: Float32Array, bound: number): number {
  if (left.length !== right.length) return Infinity;
  const most = left.reduce((largest, value, i) => Math.max(largest, Math.abs(value - right[i])), 0);
  return most === 0 ? 0 : most / bound;
}

/** Runs a row on all sides in turns, in another order in each round. */
export async function measureRow(sides: Sides, row: RowName, count: number, random: () => number): Promise<RowResult> {
  const {values, bound} = await sides.old.ask({do: 'prepare', row});
  await sides.again.ask({do: 'prepare', row});
  const difference = differenceOf(values, (await sides.now.ask({do: 'prepare', row})).values, bound);
  const rounds: Record<keyof Rounds, number[]> = {old: [], again: [], now: []};
  const start = performance.now();
  for (let round = 0; round < count; round++) {
    if (round >= LEAST_ROUNDS && performance.now() - start > ROW_TIME) break;
    for (const side of shuffled(['old', 'again', 'now'] as const, random)) {
      rounds[side].push(await sides[side].ask({do: 'turn'}));
    }
  }
  for (const side of Object.values(sides)) await side.ask({do: 'dispose'});
  return {...row, rounds, comparison: comparisonOf(rounds), difference};
}
