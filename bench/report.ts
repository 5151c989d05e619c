import {
  COMPARISONS,
  MODEL_COMPARISONS,
  NETWORK_COMPARISONS,
  SEPARABLE_COMPARISONS,
  SEPARABLE_TIMES,
} from './comparisons.js';
import {speedups, summaryLine} from './compare.js';
import type {Comparison} from './compare.js';
import {STATES} from './first_call.js';
import type {FirstCall} from './first_call.js';
import type {RuntimeResult} from './runtime.js';
import type {Measured} from './measure.js';
import {PASSES} from './measure_gradients.js';
import {gflopsOf} from './measure_layer.js';
import type {LayerResult} from './measure_layer.js';
import {fixed, nameColumn, speedupColumns, timeColumns} from './table.js';
import type {Column, Write} from './table.js';
import {limitOf, TARGETS, verdict} from './targets.js';
import type {Target} from './targets.js';
import {builtin, ours} from './peers/backends.js';
import {threadsText} from './threads.js';

/** What the library is measured by, a column for each runtime. */
export const summaryTable = (runtimes: readonly RuntimeResult[], threads: number, write: Write): string =>
  write<Target>(TARGETS, [
    {title: `${threadsText(threads)}, medians of one run`, text: true, cell: ({title}) => title},
    {title: 'at least', cell: target => limitOf(target, target.least)},
    {title: 'aim', cell: target => limitOf(target, target.aim)},
    ...runtimes.map(runtime => ({title: runtime.title, cell: (target: Target) => verdict(target, runtime)})),
  ]);

/** The comparisons whose peers ran some of the layers. */
const comparisonsOf = (results: readonly LayerResult[]): Comparison[] =>
  Object.values<Comparison>(COMPARISONS).filter(one => speedups(results, one).length > 0);

function layerColumns(results: readonly LayerResult[]): Array<Column<LayerResult>> {
  const ours = COMPARISONS.wasm.ours;
  return [
    nameColumn('layer'),
    {title: 'variant', text: true, cell: ({variant}) => variant},
    ...timeColumns(results),
    {title: 'GFLOP/s', cell: result => fixed(gflopsOf(result, ours), 1)},
    {title: 'of ceiling', cell: result => fixed((100 * gflopsOf(result, ours)) / result.ceiling, 0, ' %')},
    ...speedupColumns(comparisonsOf(results)),
  ];
}

/** A layer's first calls, by peer. */
interface FirstCallRow {
  readonly name: string;
  readonly fresh: Readonly<Record<string, FirstCall>>;
  readonly warm: Readonly<Record<string, FirstCall>>;
}

const firstCallRows = ({firstCalls, warmFirstCalls}: RuntimeResult): FirstCallRow[] =>
  Object.keys(firstCalls).map(name => ({name, fresh: firstCalls[name], warm: warmFirstCalls[name]}));

const ratioOf = ({first, later}: FirstCall): string => fixed(first / later, 1, 'x');

/** First calls in ms, and over later ones. */
const FIRST_CALL_COLUMNS: ReadonlyArray<Column<FirstCallRow>> = [
  nameColumn('layer'),
  ...STATES.flatMap((state): Array<Column<FirstCallRow>> => [
    {title: `${state} ms`, cell: row => fixed(row[state][ours.wasm.name].first, 2)},
    {title: `${state}, over a later one`, cell: row => ratioOf(row[state][ours.wasm.name])},
    {title: `${state}, tfjs-wasm's`, cell: row => ratioOf(row[state][builtin.wasm.name])},
  ]),
];

const over = (title: string, pass: string, base: string): Column<Measured> => ({
  title,
  cell: ({timings}) => fixed(timings[pass] && timings[base] && timings[pass].median / timings[base].median, 2, 'x'),
});

const gradientColumns = (results: readonly Measured[]): Array<Column<Measured>> => [
  nameColumn('layer'),
  ...timeColumns(results),
  over('filter over forward', PASSES.filter, PASSES.forward),
  over('input over forward', PASSES.input, PASSES.forward),
  over('filter, cpu', PASSES.builtinFilter, PASSES.filter),
  over('input, cpu', PASSES.builtinInput, PASSES.input),
];

/** A title and a table for each part that a runtime has measured, and lines of sums. */
export function runtimeSections(runtime: RuntimeResult, write: Write): string[] {
  const {layers, networks, models, gradients, others, separable} = runtime;
  const firsts = firstCallRows(runtime);
  const sums = (results: readonly LayerResult[]) => comparisonsOf(results).map(one => `- ${summaryLine(results, one)}`);
  const section = (title: string, results: readonly unknown[], ...text: string[]) =>
    results.length === 0 ? [] : [`### ${title}`, ...text];
  return [
    `## ${runtime.title}`,
    runtime.machine,
    ...section('Layers', layers, write(layers, layerColumns(layers)), sums(layers).join('\n')),
    ...section('First calls', firsts, write(firsts, FIRST_CALL_COLUMNS)),
    ...section(
      'Networks',
      networks,
      write(networks, [
        nameColumn('network'),
        ...timeColumns(networks),
        ...speedupColumns(Object.values(NETWORK_COMPARISONS)),
      ]),
    ),
    ...section(
      'Models of npm packages',
      models,
      write(models, [nameColumn('model'), ...timeColumns(models), ...speedupColumns(Object.values(MODEL_COMPARISONS))]),
      Object.values(MODEL_COMPARISONS)
        .map(one => `- ${summaryLine(models, one)}`)
        .join('\n'),
    ),
    ...section('Gradients', gradients, write(gradients, gradientColumns(gradients))),
    ...section('Other layers', others, write(others, layerColumns(others)), sums(others).join('\n')),
    ...section(
      'Separable convolutions',
      separable,
      write(separable, [
        nameColumn('row'),
        ...timeColumns(separable, 2, SEPARABLE_TIMES),
        ...speedupColumns(SEPARABLE_COMPARISONS),
      ]),
      SEPARABLE_COMPARISONS.map(one => `- ${summaryLine(separable, one)}`).join('\n'),
    ),
  ];
}
