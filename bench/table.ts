import Table from 'cli-table3';
import {speedup} from './compare.js';
import type {Comparison} from './compare.js';
import type {LayerResult} from './measure_layer.js';
import type {Measured} from './measure.js';

/** A column of a table: what it says of a result. Texts stand left, numbers right. */
export interface Column<R> {
  readonly title: string;
  readonly text?: boolean;
  readonly cell: (result: R) => string;
}

const NONE = '-';

export const fixed = (value: number|null|undefined, digits: number, unit = ''): string =>
    value == null ? NONE : `${value.toFixed(digits)}${unit}`;

/** Medians in ms: a column for each of the contestants, if it was measured anywhere. */
export const timeColumns = (results: readonly Measured[]): Array<Column<Measured>> =>
    [...new Set(results.flatMap(({timings}) => Object.keys(timings)))].map(
        name => ({title: `${name} ms`, cell: ({timings}) => fixed(timings[name]?.median, 2)}));

export const speedupColumns = (comparisons: readonly Comparison[]): Array<Column<Measured>> => comparisons.map(
    comparison => ({title: comparison.title, cell: result => fixed(speedup(result, comparison), 2, 'x')}));

/** Columns of a table of layers, of which the first comparison's is ours. */
export function layerColumns(
    results: readonly LayerResult[], comparisons: readonly Comparison[]): Array<Column<LayerResult>> {
  const gflops = ({flops, timings}: LayerResult) => flops / timings[comparisons[0].ours].median / 1e6;
  return [
    {title: 'layer', text: true, cell: ({name}) => name},
    {title: 'variant', text: true, cell: ({variant}) => variant},
    ...timeColumns(results),
    {title: 'GFLOP/s', cell: result => fixed(gflops(result), 1)},
    {title: 'of ceiling', cell: result => fixed(100 * gflops(result) / result.ceiling, 0, ' %')},
    ...speedupColumns(comparisons),
  ];
}

/** The table for the terminal. */
export function terminalTable<R>(results: readonly R[], columns: ReadonlyArray<Column<R>>): string {
  const table = new Table({
    head: columns.map(({title}) => title), colAligns: columns.map(({text}) => text ? 'left' : 'right'),
    style: {head: [], border: []},
  });
  table.push(...results.map(result => columns.map(({cell}) => cell(result))));
  return table.toString();
}

/** The table for a Markdown page. */
export function markdownTable<R>(results: readonly R[], columns: ReadonlyArray<Column<R>>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({title}) => title)),
    line(columns.map(({text}) => text ? '---' : '---:')),
    ...results.map(result => line(columns.map(({cell}) => cell(result)))),
  ].join('\n');
}
