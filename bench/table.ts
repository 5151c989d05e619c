import Table from 'cli-table3';
import {speedup} from './compare.js';
import type {Comparison} from './compare.js';
import type {Measured} from './measure.js';

/** A column of a table: what it says of a result. Texts stand left, numbers right. */
export interface Column<R> {
  readonly title: string;
  readonly text?: boolean;
  readonly cell: (result: R) => string;
}

/** How a table is written: for the terminal or a page. */
export type Write = <R>(results: readonly R[], columns: ReadonlyArray<Column<R>>) => string;

/** A number, or a dash where there is none. */
export const fixed = (value: number | null | undefined, digits: number, unit = ''): string =>
  value == null || Number.isNaN(value) ? '-' : `${value.toFixed(digits)}${unit}`;

export const nameColumn = (title: string): Column<{readonly name: string}> => ({
  title,
  text: true,
  cell: ({name}) => name,
});

/** Medians in ms: a column for each of the contestants, by default for all that were measured anywhere. */
export const timeColumns = (
  results: readonly Measured[],
  digits = 2,
  names: readonly string[] = results.flatMap(({timings}) => Object.keys(timings)),
): Array<Column<Measured>> =>
  [...new Set(names)].map(name => ({
    title: `${name} ms`,
    cell: ({timings}) => fixed(timings[name]?.median, digits),
  }));

export const speedupColumns = (comparisons: readonly Comparison[]): Array<Column<Measured>> =>
  comparisons.map(comparison => ({
    title: comparison.title,
    cell: result => fixed(speedup(result, comparison), 2, 'x'),
  }));

/** The table for the terminal. */
export function terminalTable<R>(results: readonly R[], columns: ReadonlyArray<Column<R>>): string {
  const table = new Table({
    head: columns.map(({title}) => title),
    colAligns: columns.map(({text}) => (text ? 'left' : 'right')),
    style: {head: [], border: [], compact: true},
  });
  table.push(...results.map(result => columns.map(({cell}) => cell(result))));
  return table.toString();
}

/** The table for a Markdown page. */
export function markdownTable<R>(results: readonly R[], columns: ReadonlyArray<Column<R>>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({title}) => title)),
    line(columns.map(({text}) => (text ? '---' : '---:'))),
    ...results.map(result => line(columns.map(({cell}) => cell(result)))),
  ].join('\n');
}
