import {geometricMean} from '../compare.js';
import {fixed, terminalTable} from '../table.js';
import type {Column} from '../table.js';
import {randomNumbers} from '../turns.js';
import type {SweepOptions} from './options.js';
import {nameOf, randomLayer} from './random_layer.js';
import type {SweepLayer} from './random_layer.js';
import type {VariantTimes} from './time_variants.js';

/*
 * Random layers by some variants of ours: how far the chosen one is from the fastest, so that what the choice goes by can be set.
 */

/** What times a layer, as timeVariants() does. */
export type TimeVariants = (layer: SweepLayer, names: readonly string[], rounds: number) => Promise<VariantTimes>;

interface Row extends VariantTimes {
  readonly layer: SweepLayer;
  /** How many times as long as the fastest one takes. */
  readonly lost: number;
}

const ROUNDS = 4;
/** How many layers are listed. */
const LISTED = 40;

const COLUMNS: ReadonlyArray<Column<Row>> = [
  {title: 'layer', text: true, cell: ({layer}) => nameOf(layer)},
  {title: 'chosen', text: true, cell: ({chosen}) => chosen},
  {
    title: 'ms',
    text: true,
    cell: ({times}) =>
      Object.entries(times)
        .map(([name, time]) => `${name} ${fixed(time, 3)}`)
        .join(', '),
  },
  {title: 'times the fastest', cell: ({lost}) => fixed(lost, 2, 'x')},
];

/** Draws layers of at most so many multiplications, and prints where the chosen variant is not the fastest. */
export async function sweepVariants(
  {backend, count, seed, ops, seconds, variants}: SweepOptions,
  most: number,
  time: TimeVariants,
): Promise<void> {
  const random = randomNumbers(seed);
  const start = performance.now();
  const rows: Row[] = [];
  for (let drawn = 0; drawn < count && performance.now() - start < seconds * 1000; drawn++) {
    const layer = randomLayer(random, ops[drawn % ops.length], most);
    const {chosen, times} = await time(layer, variants, ROUNDS);
    const [fastest, ofChosen] = [Math.min(...Object.values(times)), times[chosen]];
    // Others are chosen for some layers, and some run two variants.
    if (Object.keys(times).length > 1 && ofChosen !== undefined)
      rows.push({layer, chosen, times, lost: ofChosen / fastest});
  }
  rows.sort((a, b) => b.lost - a.lost);
  console.log(terminalTable(rows.slice(0, LISTED), COLUMNS));
  console.log(
    `${backend}: ${rows.length} layers of seed ${seed} that several of them compute; the chosen one takes ` +
      `${fixed(geometricMean(rows.map(({lost}) => lost)), 3)} times as long as the fastest, in the geometric mean`,
  );
}
