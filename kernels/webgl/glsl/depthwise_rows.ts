import type {LoopedTaps} from '../plan/depthwise_taps.js';
import type {UnrolledTaps} from '../plan/unrolled_taps.js';
import {unrolledSums} from './depthwise_unrolled.js';
import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {cachedSource, lines, PRELUDE, targets, WHICH_TEXEL} from './prelude.js';

/*
 * Depthwise convolution from packed texels to packed texels, two columns by two channels each, with nothing to be laid out
 * before or after.
 */

/** What of a convolution is written into the program: each kind is a program of its own. */
interface DepthwiseRowsKind {
  readonly epilogue: EpilogueKind;
  /** Whether images have one plane and every result reads it. */
  readonly flat: boolean;
  readonly taps: LoopedTaps | UnrolledTaps;
}

/** Both channels at an even column and the next one, of which those that do not exist are 0. */
const READS = `
vec4 columnsAt(vec2 place, bool left, bool right) {
  return mix(vec4(0), texture(source, place), bvec4(left, left, right, right));
}
// Of a pair of columns.
bool isColumn(int pair, int second) { return uint(2 * pair + second) < uint(sourceSize.z); }
`;

/** Where line h of the source begins, in the plane that tap i reads; and whether there is such a plane. */
const linePlace =
  (flat: boolean) =>
  (h: string): string => `
int h = ${h};
${
  flat
    ? 'const bool inPlane = true; int line = image * sourceSize.y + h;'
    : `
int d = front + i * tapStep.x;
bool inPlane = uint(d) < uint(sourceSize.x);
int line = (image * sourceSize.x + d) * sourceSize.y + h;`
}
int first = line * sourcePairs, textureRow = rowOf(first, perRow);
vec2 at = (vec2((first - textureRow * perRow) * channelPairs + channelPair, textureRow) + .5) * scale;
`;

/** The sums of loops. */
function loopSums({beginsOdd, endsEven}: LoopedTaps, flat: boolean): string {
  const nextTexel = `
at += step;
texel++;
next = columnsAt(at, inside && isColumn(texel, 0), inside && isColumn(texel, 1));
f = tapsAt(row++);
`;
  const first = 'sum0 += current * f.xyxy;',
    second = 'sum0 += vec4(current.zw, next.xy) * f.zwzw;';
  return `
for (int i = 0; i < kernel.x; i++) {
  for (int j = 0; j < kernel.y; j++) {
    ${linePlace(flat)('top + j * tapStep.y')}
    bool inside = inPlane && uint(h) < uint(sourceSize.y);
    int row = (i * kernel.y + j) * tapPairs, texel = firstTexel;
    at += float(texel) * step;
    vec4 current = columnsAt(at, inside && isColumn(texel, 0), inside && isColumn(texel, 1)), next, f;
    ${beginsOdd ? `${nextTexel}${second} current = next;` : ''}
    for (int m = 0; m < fullPairs; m++) {${nextTexel}${first}${second} current = next;}
    ${endsEven ? `f = tapsAt(row);${first}` : ''}
  }
}`;
}

/** Which results a fragment computes: its targets have a line in each row, where they are several. */
const WHICH_RESULTS = {
  one: `
int index = whichTexel(), resultPairs = (grid.z + 1) >> 1;
int q = quotient(index, channelPairs), channelPair = index - q * channelPairs;
int resultLine = quotient(q, resultPairs), pair = q - resultLine * resultPairs;`,
  several: (count: number) => `
int pair = rowOf(int(gl_FragCoord.x), channelPairs), channelPair = int(gl_FragCoord.x) - pair * channelPairs;
int resultLine = ${count} * int(gl_FragCoord.y);`,
};

/** The program of the convolution. */
export const depthwiseRowsSource = cachedSource(
  ({taps, flat, epilogue}: DepthwiseRowsKind): string => `${PRELUDE}${WHICH_TEXEL}${targets(taps.lines)}
uniform sampler2D source, filters;
uniform ivec3 sourceSize, grid, sourceStep, sourceStart, tapStep, kernel;
uniform int channels, channelPairs, fullPairs, tapPairs, firstPair, perRow;
${epilogueFunction(epilogue, 'pairs')}
${READS}
float tapX, tapScale;
vec4 tapsAt(int row) { return texture(filters, vec2(tapX, (float(row) + .5) * tapScale)); }
// So many lines on from the beginning of a line.
vec2 lineStep, nextRow;
vec2 linesOn(vec2 at, float count) {
  at += count * lineStep;
  return at + floor(at.x) * nextRow;
}
void main() {
  vec2 scale = 1. / vec2(textureSize(source, 0)), filterScale = 1. / vec2(textureSize(filters, 0));
  ${taps.lines === 1 ? WHICH_RESULTS.one : WHICH_RESULTS.several(taps.lines)}
  int sourcePairs = (sourceSize.z + 1) >> 1, firstTexel = pair * sourceStep.z + firstPair;
  // From a pair of columns to the next: along a row of the texture, or, where that has one, to the next row.
  vec2 step = perRow == 1 ? vec2(0, scale.y) : vec2(float(channelPairs) * scale.x, 0);
  lineStep = float(sourcePairs) * step;
  nextRow = vec2(-1, scale.y);
  int plane = quotient(resultLine, grid.y);
  int top = (resultLine - plane * grid.y) * sourceStep.y + sourceStart.y;
  ${
    flat
      ? 'int image = plane;'
      : `
  int image = quotient(plane, grid.x);
  int front = (plane - image * grid.x) * sourceStep.x + sourceStart.x;`
  }
  tapX = (float(channelPair) + .5) * filterScale.x;
  tapScale = filterScale.y;
  vec4 ${lines(taps.lines, i => `sum${i} = vec4(0)${i < taps.lines - 1 ? ',' : ';'}`)}
  ${'kernel' in taps ? unrolledSums(taps, linePlace(flat)) : loopSums(taps, flat)}
  int channel = 2 * channelPair;
  bool right = channel + 1 < channels, below = 2 * pair + 1 < grid.z;
  bvec4 exists = bvec4(true, right, below, right && below);
  ${lines(taps.lines, i => `target${i} = mix(vec4(0), finished(sum${i}, channel), exists);`)}
}
`,
);
