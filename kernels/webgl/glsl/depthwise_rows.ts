import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {lines, PRELUDE, targets, times, WHICH_TEXEL} from './prelude.js';
import {EACH_VALUE, tensorReader, tensorWriter} from './tensor.js';
import type {Way} from './tensor.js';

/*
 * Depthwise convolution from packed texels to packed texels, two columns by two channels each: the taps of a row are two
 * to a texel, and the texels of the source slide along, so that two texels are read for eight multiplications, and
 * nothing has to be laid out before or after. Where the first tap of an even column is at an odd one, it is the second of
 * its pair.
 */

/** The filter as texels (pair of channels, row of taps and pair of taps in it): the weights of both channels at both taps. */
export const loadTapPairs = (way: Way, reversed: boolean): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', way)}${targets(1)}
uniform int channelPairs, channels, tapPairs, width, parity;
vec2 weightsAt(int row, int tap, int channel) {
  int k = ${reversed ? 'width - 1 - tap' : 'tap'};
  int e = (row * width + k) * channels + channel;
  bool exists = tap >= 0 && tap < width;
  return mix(vec2(0), vec2(tensorAt(e), tensorAt(e + 1)), bvec2(exists, exists && channel + 1 < channels));
}
void main() {
  int texel = whichTexel();
  int line = quotient(texel, channelPairs), channel = 2 * (texel - line * channelPairs);
  int row = quotient(line, tapPairs), tap = 2 * (line - row * tapPairs) - parity;
  target0 = vec4(weightsAt(row, tap, channel), weightsAt(row, tap + 1, channel));
}
`;

/** A tensor in packed texels, out of any layout. */
export const repackSource = (way: Way): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', way)}
float valueAt(int e) { return tensorAt(e); }
${EACH_VALUE}
${tensorWriter(true)}
`;

/** What of a convolution makes a program of its own: how its rows of taps begin and end, and whether columns are pairs. */
export interface RowsKind {
  readonly epilogue: EpilogueKind;
  /** Whether the first tap is the second of a pair. */
  readonly beginsOdd: boolean;
  /** Whether the last tap is the first of a pair. */
  readonly endsEven: boolean;
  /** Whether the last column has no neighbour in its texel, and there may be anything. */
  readonly oddWidth: boolean;
  /** What is written out where that is little. */
  readonly unrolled: Unrolled|undefined;
  /** Whether images have one plane and every result meets it. */
  readonly flat: boolean;
}

/** Rows of taps that are written out, for lines of results that a fragment makes at once, each for a target of its own. */
export interface Unrolled {
  readonly lines: number;
  /** Planes of taps, rows in them and pairs in these. */
  readonly kernel: readonly [number, number, number];
  /** From a line of results to the next, and from a row of taps to the next, in lines of the source. */
  readonly sourceStep: number;
  readonly tapStep: number;
}

/** A line of the source, counted from that of the first line of results at the first row of taps, and what meets there. */
export interface SourceLine {
  readonly offset: number;
  readonly meetings: ReadonlyArray<{readonly line: number, readonly tapRow: number}>;
}

/** The lines of the source that a fragment reads. */
export function sourceLines({lines, kernel: [, height], sourceStep, tapStep}: Unrolled): SourceLine[] {
  const meetings = Array.from({length: lines * height}, (_, n) => ({line: n % lines, tapRow: Math.floor(n / lines)}));
  const offsetOf = ({line, tapRow}: {line: number, tapRow: number}) => line * sourceStep + tapRow * tapStep;
  return [...new Set(meetings.map(offsetOf))].sort((a, b) => a - b).map(
      offset => ({offset, meetings: meetings.filter(one => offsetOf(one) === offset)}));
}

/** Both channels at an even column and the next one; beyond the image they are 0. */
const columns = (oddWidth: boolean): string => `
vec4 columnsAt(vec2 place, int column, bool inside) {
  bool left = inside && uint(column) < uint(sourceSize.z);
  bool right = ${oddWidth ? 'left && column + 1 < sourceSize.z' : 'left'};
  return mix(vec4(0), texture(source, place), bvec4(left, left, right, right));
}
`;

/** Where a line of the source begins for the fragment: `at`, and whether it is `inside` the image. */
const linePlace = (flat: boolean, h: string): string => `
h = ${h};
inside = uint(h) < uint(sourceSize.y);
${flat ? 'first = image * sourceSize.y + h;' : `
d = front + i * tapStep.x;
inside = inside && uint(d) < uint(sourceSize.x);
first = (image * sourceSize.x + d) * sourceSize.y + h;`}
first *= sourcePairs;
textureRow = rowOf(first, perRow);
at = (vec2((first - textureRow * perRow) * channelPairs + channelPair, textureRow) + .5) * scale + float(column >> 1) * step;
`;

const tap = (row: string): string => `texture(filters, vec2(tapX, (float(${row}) + .5) * filterScale.y))`;

/** Sums over a row of taps, in loops. */
const rowInLoops = ({beginsOdd, endsEven, flat}: RowsKind): string => {
  const nextTexel = `
at += step;
column += 2;
next = columnsAt(at, column, inside);
f = ${tap('tapRow++')};
`;
  const first = 'sum0 += current * f.xyxy;', second = 'sum0 += vec4(current.zw, next.xy) * f.zwzw;';
  return `
int tapRow = (i * kernel.y + j) * tapPairs;
column = 2 * (pair + firstPair);
${linePlace(flat, 'top + j * tapStep.y')}
vec4 current = columnsAt(at, column, inside), next, f;
${beginsOdd ? `${nextTexel}${second} current = next;` : ''}
for (int m = 0; m < fullPairs; m++) {${nextTexel}${first}${second} current = next;}
${endsEven ? `f = ${tap('tapRow')};${first}` : ''}
`;
};

/** Sums over a plane of taps, each line of the source and row of taps read once, and where it is first needed. */
function planeUnrolled({beginsOdd, endsEven, flat}: RowsKind, unrolled: Unrolled): string {
  const {kernel: [, height, pairs]} = unrolled;
  const range = (count: number) => Array.from({length: count}, (_, n) => n);
  const texels = range(endsEven ? pairs : pairs + 1);
  const known = new Set<number>();
  const loadTaps = (row: number): string => {
    if (known.has(row)) return '';
    known.add(row);
    return range(pairs).map(n => `vec4 f${row}_${n} = ${tap(`(i * ${height} + ${row}) * ${pairs} + ${n}`)};`).join('\n');
  };
  return sourceLines(unrolled).map(({offset, meetings}, n) => `
${meetings.map(({tapRow}) => loadTaps(tapRow)).join('')}
${linePlace(flat, `top + ${offset}`)}
vec4 ${texels.map(q => `c${n}_${q} = columnsAt(at + ${q}. * step, column + ${2 * q}, inside)`).join(', ')};
${range(pairs).map(q => [
    !(q === 0 && beginsOdd) && meetings.map(({line, tapRow}) => `sum${line} += c${n}_${q} * f${tapRow}_${q}.xyxy;`),
    !(q === pairs - 1 && endsEven) && [
      `vec4 m${n}_${q} = vec4(c${n}_${q}.zw, c${n}_${q + 1}.xy);`,
      ...meetings.map(({line, tapRow}) => `sum${line} += m${n}_${q} * f${tapRow}_${q}.zwzw;`)],
  ].flat().filter(line => line !== false).join('\n')).join('\n')}`).join('\n');
}

/** Sums over all taps. */
const sums = (kind: RowsKind): string => kind.unrolled === undefined ?
    times(undefined, 'i', 'kernel.x', times(undefined, 'j', 'kernel.y', rowInLoops(kind))) :
    times(kind.unrolled.kernel[0], 'i', 'kernel.x', planeUnrolled(kind, kind.unrolled));

/** The program of the convolution. */
export function depthwiseRowsSource(kind: RowsKind): string {
  const lineCount = kind.unrolled?.lines ?? 1;
  return `${PRELUDE}${WHICH_TEXEL}${targets(lineCount)}
uniform sampler2D source, filters;
uniform ivec3 sourceSize, grid, sourceStep, sourceStart, tapStep, kernel;
uniform int channels, channelPairs, fullPairs, tapPairs, firstPair, perRow;
${epilogueFunction(kind.epilogue, 'pairs')}
${columns(kind.oddWidth)}
void main() {
  vec2 scale = 1. / vec2(textureSize(source, 0)), filterScale = 1. / vec2(textureSize(filters, 0));
  int texel = whichTexel();
  int resultPairs = (grid.z + 1) >> 1, sourcePairs = (sourceSize.z + 1) >> 1;
  int q = quotient(texel, channelPairs), channelPair = texel - q * channelPairs;
  int resultLine = quotient(q, resultPairs), pair = q - resultLine * resultPairs;
  resultLine *= ${lineCount};
  // From a pair of columns to the next: along a row of the texture, or, where that has one, to the next row.
  vec2 step = perRow == 1 ? vec2(0, scale.y) : vec2(float(channelPairs) * scale.x, 0);
  int plane = quotient(resultLine, grid.y);
  int top = (resultLine - plane * grid.y) * sourceStep.y + sourceStart.y;
  ${kind.flat ? 'int image = plane;' : `
  int image = quotient(plane, grid.x);
  int front = (plane - image * grid.x) * sourceStep.x + sourceStart.x;`}
  float tapX = (float(channelPair) + .5) * filterScale.x;
  vec4 ${lines(lineCount, i => `sum${i} = vec4(0)${i < lineCount - 1 ? ',' : ';'}`)}
  int column = 2 * (pair + firstPair), h, d, first, textureRow;
  bool inside;
  vec2 at;
  ${sums(kind)}
  int channel = 2 * channelPair;
  bool right = channel + 1 < channels, below = 2 * pair + 1 < grid.z;
  bvec4 exists = bvec4(true, right, below, right && below);
  ${lines(lineCount, i => `target${i} = mix(vec4(0), finished(sum${i}, channel), exists);`)}
}
`;
}
