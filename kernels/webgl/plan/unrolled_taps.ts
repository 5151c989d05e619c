/*
 * Which texels a fragment of `depthwise_rows` reads where its taps are written out: it computes several lines of results,
 * which read many lines of the source in common.
 */

/** Taps, and the results that a fragment computes: two columns of some lines, each line for a target of its own. */
export interface UnrolledTaps {
  readonly lines: number;
  readonly kernel: readonly [number, number, number];
  /** From one result to the next, in sources: along the height and the width. */
  readonly resultStep: readonly [number, number];
  /** From one tap to the next. */
  readonly tapStep: readonly [number, number];
  /** Whether the first tap of the left column reads the second column of its texel. */
  readonly beginsOdd: boolean;
}

export const range = (count: number): number[] => Array.from({length: count}, (_, n) => n);

/** The line of the source that a line of results reads at a row of taps, counted from that of the first of both. */
const offsetOf = ({resultStep, tapStep}: UnrolledTaps, line: number, row: number): number =>
  line * resultStep[0] + row * tapStep[0];

/** The lines of the source that a fragment reads, as offsets from its first one. */
export function sourceLines(taps: UnrolledTaps): Set<number> {
  const offsets = new Set<number>();
  for (let row = 0; row < taps.kernel[1]; row++) {
    for (let line = 0; line < taps.lines; line++) offsets.add(offsetOf(taps, line, row));
  }
  return offsets;
}

/** A line of results, and the row of taps at which it reads a line of the source. */
export interface LineRead {
  readonly line: number;
  readonly row: number;
}

/** Everything that reads the line of the source at an offset. */
export const readsOf = (taps: UnrolledTaps, offset: number): LineRead[] =>
  range(taps.kernel[1]).flatMap(row =>
    range(taps.lines)
      .filter(line => offsetOf(taps, line, row) === offset)
      .map(line => ({line, row})),
  );

/** The columns that both results of a line read at a tap, counted from the first one of the first tap's texel. */
export function columnsRead({resultStep, tapStep, beginsOdd}: UnrolledTaps, tap: number): [number, number] {
  const left = Number(beginsOdd) + tap * tapStep[1];
  return [left, left + resultStep[1]];
}

export const texelOf = (column: number): number => Math.floor(column / 2);

/** The texels of a line of the source that a fragment reads. */
export function sourceTexels(taps: UnrolledTaps): Set<number> {
  const texels = new Set<number>();
  for (let tap = 0; tap < taps.kernel[2]; tap++) {
    for (const column of columnsRead(taps, tap)) texels.add(texelOf(column));
  }
  return texels;
}
