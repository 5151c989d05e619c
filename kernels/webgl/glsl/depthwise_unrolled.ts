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

/** The line of the source that a row of taps meets for a line of results, counted from where the first ones of both meet. */
const offsetOf = ({resultStep, tapStep}: Unrolled, line: number, row: number): number =>
  line * resultStep[0] + row * tapStep[0];

/** The lines of the source that a fragment reads. */
export function sourceLines(unrolled: Unrolled): Set<number> {
  const offsets = new Set<number>();
  for (let row = 0; row < unrolled.kernel[1]; row++) {
    for (let line = 0; line < unrolled.lines; line++) offsets.add(offsetOf(unrolled, line, row));
  }
  return offsets;
}

/** A line of results, and a row of taps by which it meets a line of the source. */
interface Meeting {
  readonly line: number;
  readonly row: number;
}

/** What meets a line of the source. */
const meetingsAt = (unrolled: Unrolled, offset: number): Meeting[] =>
  range(unrolled.kernel[1]).flatMap(row =>
    range(unrolled.lines)
      .filter(line => offsetOf(unrolled, line, row) === offset)
      .map(line => ({line, row})),
  );

/** The columns that both results of a line meet at a tap, counted from the first one of the first tap's texel. */
function columnsMet({resultStep, tapStep, beginsOdd}: Unrolled, tap: number): [number, number] {
  const left = Number(beginsOdd) + tap * tapStep[1];
  return [left, left + resultStep[1]];
}

const texelOf = (column: number): number => Math.floor(column / 2);

/** The texels of a line of the source that a fragment reads. */
export function sourceTexels(unrolled: Unrolled): Set<number> {
  const texels = new Set<number>();
  for (let tap = 0; tap < unrolled.kernel[2]; tap++) {
    for (const column of columnsMet(unrolled, tap)) texels.add(texelOf(column));
  }
  return texels;
}

/** What both results of a line meet at a tap, out of the texels of the source's line. */
function valuesAt([left, right]: readonly [number, number]): string {
  const half = (column: number) => `c${texelOf(column)}.${column % 2 === 0 ? 'xy' : 'zw'}`;
  return left % 2 === 0 && right === left + 1 ? `c${texelOf(left)}` : `vec4(${half(left)}, ${half(right)})`;
}

/** The products of a line of the source. */
const lineProducts = (unrolled: Unrolled, meetings: readonly Meeting[]): string => `
bool inside = inPlane && uint(h) < uint(sourceSize.y);
${[...sourceTexels(unrolled)].map(q => `vec4 c${q} = columnsAt(at + to${q}, inside && left${q}, inside && right${q});`).join('\n')}
${range(unrolled.kernel[2])
  .map(
    tap => `
vec4 v${tap} = ${valuesAt(columnsMet(unrolled, tap))};
${meetings
  .map(({line, row}) => `sum${line} += v${tap} * f${row}_${tap >> 1}.${tap % 2 === 0 ? 'xyxy' : 'zwzw'};`)
  .join('\n')}`,
  )
  .join('\n')}
`;

/** The products of a plane of taps, number i, of which every line of the source and row of taps is read once. */
function plane(unrolled: Unrolled, linePlace: (h: string) => string): string {
  const {
    kernel: [, height, width],
  } = unrolled;
  const pairs = Math.ceil(width / 2);
  const loadRow = (row: number) =>
    range(pairs)
      .map(pair => `vec4 f${row}_${pair} = tapsAt((i * ${height} + ${row}) * ${pairs} + ${pair});`)
      .join('\n');
  const read = new Set<number>();
  return [...sourceLines(unrolled)]
    .sort((a, b) => a - b)
    .map((offset, n, offsets) => {
      const meetings = meetingsAt(unrolled, offset);
      const newRows = new Set(meetings.map(({row}) => row).filter(row => !read.has(row)));
      newRows.forEach(row => read.add(row));
      const on = offset - offsets[n - 1];
      return `
${[...newRows].map(loadRow).join('\n')}
${n === 0 ? linePlace(`top + ${offset}`) : `h += ${on}; at = linesOn(at, ${on}.);`}
{${lineProducts(unrolled, meetings)}}`;
    })
    .join('\n');
}

/** The sums over all taps, see glsl/depthwise_rows.ts. `linePlace` declares where line h of the source begins. */
export const unrolledSums = (unrolled: Unrolled, linePlace: (h: string) => string): string => `
${[...sourceTexels(unrolled)]
  .map(
    q => `
vec2 to${q} = float(firstTexel + ${q}) * step;
bool left${q} = isColumn(firstTexel + ${q}, 0), right${q} = isColumn(firstTexel + ${q}, 1);`,
  )
  .join('')}
${times(unrolled.kernel[0], 'i', 'kernel.x', plane(unrolled, linePlace))}
`;
