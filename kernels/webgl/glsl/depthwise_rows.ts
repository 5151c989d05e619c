import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {PRELUDE, targets, times, WHICH_TEXEL} from './prelude.js';
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
  /** Planes, rows and whole pairs of taps where they are few, so that they are written out. */
  readonly unrolled: readonly [number, number, number]|undefined;
  /** Whether a row of either texture is a line. */
  readonly wholeLines: boolean;
  /** Whether images have one plane and every result meets it. */
  readonly flat: boolean;
}

const NEXT_TEXEL = `
at += step;
column += 2;
next = columnsAt(at, column, inside);
f = texture(filters, vec2(tapX, tapY));
tapY += filterScale.y;
`;

/** The products of a texel of the filter: with its first tap, and with its second one. */
const FIRST = 'sum += current * f.xyxy;';
const SECOND = 'sum += vec4(current.zw, next.xy) * f.zwzw;';

/** Both channels at an even column and the next one; beyond the image they are 0. */
const columns = (oddWidth: boolean): string => `
vec4 columnsAt(vec2 place, int column, bool inside) {
  bool left = inside && uint(column) < uint(sourceSize.z);
  bool right = ${oddWidth ? 'left && column + 1 < sourceSize.z' : 'left'};
  return mix(vec4(0), texture(source, place), bvec4(left, left, right, right));
}
`;

/** Where a row of taps begins: the row of the texture that the line of the source is, or what has it among others. */
const LINE_PLACE = {
  whole: `
vec2 at = (vec2(left, line) + .5) * scale;`,
  parts: `
int first = line * sourcePairs, textureRow = rowOf(first, perRow);
vec2 at = (vec2((first - textureRow * perRow) * channelPairs + channelPair, textureRow) + .5) * scale + float(pair + firstPair) * step;`,
};

/** Sums over a row of taps. */
const row = ({beginsOdd, endsEven, unrolled, wholeLines, flat}: RowsKind): string => `
int h = top + j * tapStep.y;
bool inside = uint(h) < uint(sourceSize.y);
${flat ? 'int line = image * sourceSize.y + h;' : `
int d = front + i * tapStep.x;
inside = inside && uint(d) < uint(sourceSize.x);
int line = (image * sourceSize.x + d) * sourceSize.y + h;`}
${LINE_PLACE[wholeLines ? 'whole' : 'parts']}
float tapY = (float((i * kernel.y + j) * tapPairs) + .5) * filterScale.y;
int column = 2 * (pair + firstPair);
vec4 current = columnsAt(at, column, inside), next, f;
${beginsOdd ? `${NEXT_TEXEL}${SECOND} current = next;` : ''}
${times(unrolled?.[2], 'm', 'fullPairs', `${NEXT_TEXEL}${FIRST}${SECOND} current = next;`)}
${endsEven ? `f = texture(filters, vec2(tapX, tapY));${FIRST}` : ''}
`;

/** The pair of columns and of channels, and the line of results, that the fragment is. */
const WHICH_RESULT = {
  whole: `
int left = int(gl_FragCoord.x), resultLine = int(gl_FragCoord.y);
int pair = rowOf(left, channelPairs), channelPair = left - pair * channelPairs;
left += firstPair * channelPairs;
vec2 step = vec2(float(channelPairs) * scale.x, 0);`,
  parts: `
int texel = whichTexel();
int resultPairs = (grid.z + 1) >> 1, sourcePairs = (sourceSize.z + 1) >> 1;
int q = quotient(texel, channelPairs), channelPair = texel - q * channelPairs;
int resultLine = quotient(q, resultPairs), pair = q - resultLine * resultPairs;
// From a pair of columns to the next: along a row of the texture, or, where that has one, to the next row.
vec2 step = perRow == 1 ? vec2(0, scale.y) : vec2(float(channelPairs) * scale.x, 0);`,
};

/** The program of the convolution. */
export const depthwiseRowsSource = (kind: RowsKind): string => `${PRELUDE}${WHICH_TEXEL}${targets(1)}
uniform sampler2D source, filters;
uniform ivec3 sourceSize, grid, sourceStep, sourceStart, tapStep, kernel;
uniform int channels, channelPairs, fullPairs, tapPairs, firstPair, perRow;
${epilogueFunction(kind.epilogue, 'pairs')}
${columns(kind.oddWidth)}
void main() {
  vec2 scale = 1. / vec2(textureSize(source, 0)), filterScale = 1. / vec2(textureSize(filters, 0));
  ${WHICH_RESULT[kind.wholeLines ? 'whole' : 'parts']}
  int plane = quotient(resultLine, grid.y);
  int top = (resultLine - plane * grid.y) * sourceStep.y + sourceStart.y;
  ${kind.flat ? 'int image = plane;' : `
  int image = quotient(plane, grid.x);
  int front = (plane - image * grid.x) * sourceStep.x + sourceStart.x;`}
  float tapX = (float(channelPair) + .5) * filterScale.x;
  vec4 sum = vec4(0);
  ${times(kind.unrolled?.[0], 'i', 'kernel.x', times(kind.unrolled?.[1], 'j', 'kernel.y', row(kind)))}
  int channel = 2 * channelPair;
  bool right = channel + 1 < channels, below = 2 * pair + 1 < grid.z;
  target0 = mix(vec4(0), finished(sum, channel), bvec4(true, right, below, right && below));
}
`;
