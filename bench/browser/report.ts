/** Writes what the pages measured: tables in the terminal and docs/benchmarks_browser.md, JSON and plots. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import {OUT, writePictures, writeSection} from '../docs.js';
import {plot} from '../plot.js';
import {fixed, markdownTable, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import type {Column} from '../table.js';
import type {BrowserResult} from './page.js';

export interface BackendResult {
  readonly backend: string;
  /** Browser and machine. */
  readonly machine: string;
  /** The first one is that of the plot. */
  readonly comparisons: readonly Comparison[];
  readonly results: readonly BrowserResult[];
}

const columns = ({comparisons, results}: BackendResult): Array<Column<BrowserResult>> => [
  nameColumn('layer'),
  ...timeColumns(results),
  {title: 'GFLOP/s', cell: ({timings, flops}) => fixed(flops / timings[comparisons[0].ours].median / 1e6, 1)},
  ...[comparisons[0].ours, ...comparisons[0].against].map(name => ({
    title: `${name} first ms`,
    cell: ({firsts}: BrowserResult) => fixed(firsts[name], 1),
  })),
  ...speedupColumns(comparisons),
];

const sums = ({comparisons, results}: BackendResult): string =>
  comparisons.map(one => `- ${summaryLine(results, one)}`).join('\n');

const section = (one: BackendResult): string =>
  [`## ${one.backend}`, one.machine, markdownTable(one.results, columns(one)), sums(one)].join('\n\n');

export function writeResults(all: readonly BackendResult[], docs: boolean): void {
  for (const one of all) {
    console.log(`\n${one.machine}\n${terminalTable(one.results, columns(one))}\n${sums(one)}`);
    const svg = plot([{title: one.machine, results: one.results}], one.comparisons[0]);
    writePictures({[`benchmarks_browser_${one.backend}.svg`]: svg}, docs);
    writeFileSync(join(OUT, `browser_${one.backend}.json`), JSON.stringify(one, null, 1));
    if (docs) writeSection('benchmarks_browser.md', one.backend, section(one));
  }
}
