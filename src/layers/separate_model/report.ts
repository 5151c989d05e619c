import type {SeparationKind} from './candidates.js';

/** A number before and after. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** What has become of a convolution layer. */
export interface SeparatedLayer {
  /** The names of the models that it is in and its own, joined by '/'. */
  readonly name: string;
  /** How it was separated; 'unchanged' where that is not cheaper. */
  readonly kind: SeparationKind | 'unchanged';
  /** Products of each filter ('spatial') or of each input channel ('depthwise'); none of an unchanged layer. */
  readonly rank?: number;
  /** |kernel - approximation| / |kernel| in the Frobenius norm. */
  readonly relativeError: number;
  /** Weights, with the bias. */
  readonly parameters: BeforeAfter;
  /** Multiplications for one example. A height or width that the model does not know counts as that of one output. */
  readonly multiplications: BeforeAfter;
}

/** How far an output of the new model is from that of the given one, on the batch. */
export interface OutputError {
  readonly name: string;
  /** |difference| / |output| in the Euclidean norm. */
  readonly relativeError: number;
  /** The largest difference of an element. */
  readonly largestError: number;
}

/** What `separateModel` has done. Its text is a table. */
export interface SeparationReport {
  /** All Conv1D and Conv2D layers, in the model's order. */
  readonly layers: readonly SeparatedLayer[];
  /** Of these layers. */
  readonly total: {readonly parameters: BeforeAfter; readonly multiplications: BeforeAfter};
  /** Of each output, where a batch was given. */
  readonly outputErrors?: readonly OutputError[];
  /** The report as a table. */
  toString(): string;
}

const HEAD = ['layer', 'kind', 'rank', 'relative error', 'parameters', 'multiplications', 'of before'];

const change = ({before, after}: BeforeAfter): string => `${before} -> ${after}`;
const share = ({before, after}: BeforeAfter): string =>
  before === 0 ? '-' : `${((100 * after) / before).toFixed(1)} %`;

/** Rows of equally wide columns, of which the first two stand left. */
function table(rows: ReadonlyArray<readonly string[]>): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** The report as a table. */
function textOf({layers, total, outputErrors = []}: Omit<SeparationReport, 'toString'>): string {
  const rows = layers.map(({name, kind, rank, relativeError, parameters, multiplications}) => [
    name,
    kind,
    String(rank ?? '-'),
    relativeError.toExponential(2),
    change(parameters),
    change(multiplications),
    share(multiplications),
  ]);
  const {parameters, multiplications} = total;
  const sum = ['total', '', '', '', change(parameters), change(multiplications), share(multiplications)];
  return [
    table([HEAD, ...rows, sum]),
    ...outputErrors.map(
      ({name, relativeError, largestError}) =>
        `output ${name}: relative error ${relativeError.toExponential(2)}, largest error ${largestError.toExponential(2)}`,
    ),
  ].join('\n');
}

function totalOf(all: readonly BeforeAfter[]): BeforeAfter {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {before: sum(all.map(({before}) => before)), after: sum(all.map(({after}) => after))};
}

export function reportOf(layers: readonly SeparatedLayer[], outputErrors?: readonly OutputError[]): SeparationReport {
  const total = {
    parameters: totalOf(layers.map(({parameters}) => parameters)),
    multiplications: totalOf(layers.map(({multiplications}) => multiplications)),
  };
  const report = {layers, total, ...(outputErrors === undefined ? {} : {outputErrors})};
  return {...report, toString: () => textOf(report)};
}
