/**
 * Compares two packages in processes that take turns: see docs/benchmarks.md. Ends with 1 if a row is slower than noise
 * explains, or its results differ.
 */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {geometricMean} from '../compare.js';
import {OUT} from '../docs.js';
import {median} from '../measure.js';
import {runtimesOf} from '../runtimes.js';
import {fixed, nameColumn, terminalTable} from '../table.js';
import type {Column} from '../table.js';
import {threadsText} from '../threads.js';
import {randomNumbers} from '../turns.js';
import {measureRow} from './measure_sides.js';
import type {RowResult, Sides} from './measure_sides.js';
import {noiseFloor, noiseOf, verdictOf} from './noise.js';
import {parseAgainst} from './options.js';
import type {RowName} from './protocol.js';
import {install, startSide} from './sides.js';

const options = parseAgainst();
const runtimes = runtimesOf(process.cwd());
const [runtime] = runtimes.filter(({key}) => key === options.runtime);
if (runtime === undefined) {
  throw new Error(`--runtime is one of ${runtimes.map(({key}) => key).join(', ')}; got ${options.runtime}`);
}
const folders = {old: install(options.against, 'old'), now: install(options.package, 'new')};
const random = randomNumbers(1);

/** Measures rows in new processes. */
async function measureRows(rows?: readonly RowName[]): Promise<RowResult[]> {
  const start = (folder: string, threads = 1) => startSide(folder, options.backend, runtime, threads);
  const sides: Sides = {old: start(folders.old), again: start(folders.old), now: start(folders.now, options.threads)};
  const results: RowResult[] = [];
  try {
    const wanted =
      rows ??
      (await sides.now.ask({do: 'list'})).filter(
        ({part, name}) => options.parts.includes(part) && name.includes(options.only),
      );
    for (const [i, row] of wanted.entries()) {
      process.stderr.write(`${options.backend}, ${row.part}, row ${i + 1} of ${wanted.length}: ${row.name}\n`);
      results.push(await measureRow(sides, row, options.rounds, random));
    }
  } finally {
    Object.values(sides).forEach(side => side.end());
  }
  return results;
}

const threadsOf = (threads: number): string => threadsText(threads) + (threads === 1 ? '' : ' over one');

/** How far a row is off by itself, in percent. */
const percent = (factor: number): string => fixed(100 * (factor - 1), 1, ' %');

const columns = (floor: number, isSlower: (row: RowName) => boolean): Array<Column<RowResult>> => [
  {title: 'part', text: true, cell: ({part}) => part},
  nameColumn('row'),
  {title: 'old ms', cell: ({rounds}) => fixed(median([...rounds.old, ...rounds.again]), 3)},
  {title: 'new ms', cell: ({rounds}) => fixed(median(rounds.now), 3)},
  {title: 'new over old', cell: ({comparison}) => fixed(comparison.ratio, 3)},
  {title: 'old over old', cell: ({comparison}) => fixed(comparison.control, 3)},
  {title: 'noise', cell: ({comparison}) => percent(noiseOf(comparison, floor))},
  {title: 'difference', cell: ({difference}) => fixed(difference, 2)},
  {
    title: 'verdict',
    text: true,
    cell: row => {
      if (!(row.difference <= 1)) return 'differs';
      const verdict = verdictOf(row.comparison, floor);
      return verdict === 'slower' && !isSlower(row) ? 'slower once' : verdict;
    },
  },
];

const results = await measureRows();
if (results.length === 0) throw new Error(`no row is called ${options.only}`);
const floor = noiseFloor(results.map(({comparison}) => comparison));
const suspects = results.filter(({comparison}) => verdictOf(comparison, floor) === 'slower');
// A process may have a row that is slower than in others by chance.
const confirmed = suspects.length === 0 ? [] : await measureRows(suspects);
const slower = confirmed.filter(({comparison}) => verdictOf(comparison, floor) === 'slower');
const wrong = results.filter(({difference}) => !(difference <= 1));
const isSlower = ({part, name}: RowName): boolean => slower.some(one => one.part === part && one.name === name);

const ratios = results.map(({comparison}) => comparison);
const lines = [
  `${runtime.title}, ${options.backend}, ${threadsOf(options.threads)}, up to ${options.rounds} rounds`,
  `new over old: geometric mean ${geometricMean(ratios.map(({ratio}) => ratio)).toFixed(3)}; ` +
    `old over old ${geometricMean(ratios.map(({control}) => control)).toFixed(3)}`,
  `slower in both passes: ${slower.map(({name, comparison}) => `${name} (${comparison.ratio.toFixed(3)})`).join(', ') || 'none'}`,
  `different results: ${wrong.map(({name}) => name).join(', ') || 'none'}`,
];
console.log(`${terminalTable(results, columns(floor, isSlower))}\n${lines.join('\n')}`);
writeFileSync(
  join(OUT, `against_${options.backend}.json`),
  JSON.stringify({lines, floor, results, confirmed}, null, 1),
);
process.exitCode = slower.length > 0 || wrong.length > 0 ? 1 : 0;
