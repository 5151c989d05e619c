import {columnsRead, range, readsOf, sourceLines, sourceTexels, texelOf} from '../plan/unrolled_taps.js';
import type {LineRead, UnrolledTaps} from '../plan/unrolled_taps.js';
import {times} from './prelude.js';

/*
 * The sums of a depthwise convolution over taps that are written out, for several lines of results at once, which read most
 * of their sources and all of the filter in common.
 */

/** What both results of a line read at a tap, out of the texels of the source's line. */
export function valuesAt([left, right]: readonly [number, number]): string {
  const half = (column: number) => `c${texelOf(column)}.${column % 2 === 0 ? 'xy' : 'zw'}`;
  return left % 2 === 0 && right === left + 1 ? `c${texelOf(left)}` : `vec4(${half(left)}, ${half(right)})`;
}

/** The products of a line of the source. */
const lineProducts = (taps: UnrolledTaps, reads: readonly LineRead[]): string => `
bool inside = inPlane && uint(h) < uint(sourceSize.y);
${[...sourceTexels(taps)].map(q => `vec4 c${q} = columnsAt(at + to${q}, inside && left${q}, inside && right${q});`).join('\n')}
${range(taps.kernel[2])
  .map(
    tap => `
vec4 v${tap} = ${valuesAt(columnsRead(taps, tap))};
${reads
  .map(({line, row}) => `sum${line} += v${tap} * f${row}_${tap >> 1}.${tap % 2 === 0 ? 'xyxy' : 'zwzw'};`)
  .join('\n')}`,
  )
  .join('\n')}
`;

/** The products of a plane of taps, number i, of which every line of the source and row of taps is read once. */
function plane(taps: UnrolledTaps, linePlace: (h: string) => string): string {
  const {
    kernel: [, height, width],
  } = taps;
  const pairs = Math.ceil(width / 2);
  const loadRow = (row: number) =>
    range(pairs)
      .map(pair => `vec4 f${row}_${pair} = tapsAt((i * ${height} + ${row}) * ${pairs} + ${pair});`)
      .join('\n');
  const read = new Set<number>();
  return [...sourceLines(taps)]
    .sort((a, b) => a - b)
    .map((offset, n, offsets) => {
      const reads = readsOf(taps, offset);
      const newRows = new Set(reads.map(({row}) => row).filter(row => !read.has(row)));
      newRows.forEach(row => read.add(row));
      const on = offset - offsets[n - 1];
      return `
${[...newRows].map(loadRow).join('\n')}
${n === 0 ? linePlace(`top + ${offset}`) : `h += ${on}; at = linesOn(at, ${on}.);`}
{${lineProducts(taps, reads)}}`;
    })
    .join('\n');
}

/** The sums over all taps, see glsl/depthwise_rows.ts. `linePlace` declares where line h of the source begins. */
export const unrolledSums = (taps: UnrolledTaps, linePlace: (h: string) => string): string => `
${[...sourceTexels(taps)]
  .map(
    q => `
vec2 to${q} = float(firstTexel + ${q}) * step;
bool left${q} = isColumn(firstTexel + ${q}, 0), right${q} = isColumn(firstTexel + ${q}, 1);`,
  )
  .join('')}
${times(taps.kernel[0], 'i', 'kernel.x', plane(taps, linePlace))}
`;
