/** Writes what the pages measured: tables in the terminal and docs/benchmarks_browser.md, JSON and plots. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import type {Measured} from '../measure.js';
import {OUT, writePictures, writeSection} from '../docs.js';
import {plot} from '../plot.js';
import {fixed, markdownTable, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import type {Column, Write} from '../table.js';
import type {BrowserResult} from './page.js';

export interface BackendResult {
  readonly backend: string;
  /** Browser and machine. */
  readonly machine: string;
  /** The first one is that of the plot. */
  readonly comparisons: readonly Comparison[];
  readonly results: readonly BrowserResult[];
  /** Those of separable convolutions, where they are measured. */
  readonly separableComparisons: readonly Comparison[];
  readonly separable: readonly Measured[];
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

const sums = (results: readonly Measured[], comparisons: readonly Comparison[]): string =>
  comparisons.map(one => `- ${summaryLine(results, one)}`).join('\n');

/** The tables of a backend with their sums. */
const tables = (one: BackendResult, write: Write): string[] => [
  ...(one.results.length === 0 ? [] : [write(one.results, columns(one)), sums(one.results, one.comparisons)]),
  ...(one.separable.length === 0
    ? []
    : [
        write(one.separable, [
          nameColumn('separable convolution'),
          ...timeColumns(one.separable),
          ...speedupColumns(one.separableComparisons),
        ]),
        sums(one.separable, one.separableComparisons),
      ]),
];

const section = (one: BackendResult): string =>
  [`## ${one.backend}`, one.machine, ...tables(one, markdownTable)].join('\n\n');

export function writeResults(all: readonly BackendResult[], docs: boolean): void {
  for (const one of all) {
    console.log(['', one.machine, ...tables(one, terminalTable)].join('\n'));
    const svg = plot([{title: one.machine, results: one.results}], one.comparisons[0]);
    writePictures({[`benchmarks_browser_${one.backend}.svg`]: svg}, docs);
    writeFileSync(join(OUT, `browser_${one.backend}.json`), JSON.stringify(one, null, 1));
    if (docs) writeSection('benchmarks_browser.md', one.backend, section(one));
  }
}
