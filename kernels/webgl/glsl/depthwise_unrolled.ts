import {times} from './prelude.js';

/*
 * The sums of a depthwise convolution over taps that are written out, for several lines of results at once, which meet most
 * of their sources and all of the filter in common.
 */

/** Taps, and the results that a fragment makes: two columns of some lines, of which each has a target of its own. */
export interface Unrolled {
  readonly lines: number;
  readonly kernel: readonly [number, number, number];
  /** From one result to the next, in sources: along the height and the width. */
  readonly resultStep: readonly [number, number];
  /** From one tap to the next. */
  readonly tapStep: readonly [number, number];
  /** Whether the first tap of the left column is the second one of its texel. */
  readonly beginsOdd: boolean;
}

const range = (count: number): number[] => Array.from({length: count}, (_, n) => n);

/** A line of the source, counted from that of the first line of results at the first row of taps, and what meets there. */
interface SourceLine {
  readonly offset: number;
  readonly meetings: ReadonlyArray<{readonly line: number, readonly row: number}>;
}

/** The lines of the source that a fragment reads. */
export function sourceLines({lines, kernel: [, height], resultStep, tapStep}: Unrolled): SourceLine[] {
  const meetings = range(height).flatMap(row => range(lines).map(
      line => ({line, row, offset: line * resultStep[0] + row * tapStep[0]})));
  return [...new Set(meetings.map(({offset}) => offset))].sort((a, b) => a - b).map(
      offset => ({offset, meetings: meetings.filter(one => one.offset === offset)}));
}

/** The columns that both results of a line meet at a tap, counted from the first one of the first tap's texel. */
function columnsMet({resultStep, tapStep, beginsOdd}: Unrolled, tap: number): [number, number] {
  const left = Number(beginsOdd) + tap * tapStep[1];
  return [left, left + resultStep[1]];
}

const texelOf = (column: number): number => Math.floor(column / 2);

/** The texels of a line of the source that a fragment reads. */
export const sourceTexels = (unrolled: Unrolled): number[] =>
    [...new Set(range(unrolled.kernel[2]).flatMap(tap => columnsMet(unrolled, tap)).map(texelOf))];

/** What both results of a line meet at a tap, out of the texels of the source's line. */
function valuesAt([left, right]: readonly [number, number]): string {
  const half = (column: number) => `c${texelOf(column)}.${column % 2 === 0 ? 'xy' : 'zw'}`;
  return left % 2 === 0 && right === left + 1 ? `c${texelOf(left)}` : `vec4(${half(left)}, ${half(right)})`;
}

/** The rows of taps that a line of the source is the first to meet. */
const newRows = ({meetings}: SourceLine, before: readonly SourceLine[]): number[] => meetings.map(({row}) => row).filter(
    row => !before.some(one => one.meetings.some(met => met.row === row)));

/** The products of a plane of taps, number i, of which every line of the source and row of taps is read once. */
function plane(unrolled: Unrolled, linePlace: (h: string) => string): string {
  const {kernel: [, height, width]} = unrolled;
  const pairs = Math.ceil(width / 2);
  const loadRow = (row: number) => range(pairs).map(
      pair => `vec4 f${row}_${pair} = tapsAt((i * ${height} + ${row}) * ${pairs} + ${pair});`).join('\n');
  const nextLine = (line: SourceLine, n: number, all: readonly SourceLine[]) => n === 0 ? linePlace(`top + ${line.offset}`) :
      `h += ${line.offset - all[n - 1].offset}; at = linesOn(at, ${line.offset - all[n - 1].offset}.);`;
  return sourceLines(unrolled).map((line, n, all) => `
${newRows(line, all.slice(0, n)).map(loadRow).join('\n')}
${nextLine(line, n, all)}
{
  bool inside = inPlane && uint(h) < uint(sourceSize.y);
  ${sourceTexels(unrolled).map(q => `vec4 c${q} = columnsAt(at + to${q}, inside && left${q}, inside && right${q});`).join('\n')}
  ${range(width).map(tap => `
  vec4 v${tap} = ${valuesAt(columnsMet(unrolled, tap))};
  ${line.meetings.map(({line: of, row}) =>
      `sum${of} += v${tap} * f${row}_${tap >> 1}.${tap % 2 === 0 ? 'xyxy' : 'zwzw'};`).join('\n')}`).join('\n')}
}`).join('\n');
}

/** The sums over all taps, see glsl/depthwise_rows.ts. `linePlace` declares where line h of the source begins. */
export const unrolledSums = (unrolled: Unrolled, linePlace: (h: string) => string): string => `
${sourceTexels(unrolled).map(q => `
vec2 to${q} = float(firstTexel + ${q}) * step;
bool left${q} = isColumn(firstTexel + ${q}, 0), right${q} = isColumn(firstTexel + ${q}, 1);`).join('')}
${times(unrolled.kernel[0], 'i', 'kernel.x', plane(unrolled, linePlace))}
`;
