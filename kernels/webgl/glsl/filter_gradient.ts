import type {Products} from '../../gpu/products.js';
import type {Addressing} from '../plan/operand_layouts.js';
import {TILE} from '../plan/tiling.js';
import {cachedSource, lines, PRELUDE, targets, textureReader, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';

/*
 * dfilter[tap, i, c] = sum over the results p of x[where tap reads for p, i] * dy[p, c]. A fragment sums a slice of the
 * results for four out channels, and as many targets: in channels, or, where each channel is multiplied by itself, taps. The slices
 * are added up when the tensor is written.
 */

const UNIFORMS = `
uniform ivec3 sourceSize, resultGrid, kernel, stride, dilation, padBefore, shift;
uniform int fragments, taps, resultLines, linesPerSlice, columnsPerSlice, columnSlices;
uniform int groups, inBlocks, inBlocksPerGroup, outBlocksPerGroup, segments, dySegments, perGroup, dyPerGroup;
`;

/** Sums start at 0, or at those of the regions before. */
const start = (adding: boolean): string =>
  adding
    ? `
  vec2 here = gl_FragCoord.xy / vec2(textureSize(before0, 0));
  vec4 ${lines(TILE, i => `sum${i} = texture(before${i}, here)${i < TILE - 1 ? ',' : ';'}`)}`
    : `
  vec4 ${lines(TILE, i => `sum${i} = vec4(0)${i < TILE - 1 ? ',' : ';'}`)}`;

const BEFORE = `
uniform sampler2D ${Array.from({length: TILE}, (_, i) => `before${i}`).join(', ')};
`;

/** The lines and columns of the results that are a slice. */
const SLICE = `
  int lineSlice = quotient(slice, columnSlices);
  int first = lineSlice * linesPerSlice, last = min(first + linesPerSlice, resultLines);
  int left = (slice - lineSlice * columnSlices) * columnsPerSlice, right = min(left + columnsPerSlice, resultGrid.z);
  float sourceTexel = texelWidth(source), dyTexel = texelWidth(dy);
`;

/** Where a line of results is in depth and height. */
const LINE = `
    int plane = quotient(line, resultGrid.y), image = quotient(plane, resultGrid.x);
    int d = (plane - image * resultGrid.x) * stride.x, h = (line - plane * resultGrid.y) * stride.y;
`;

/** The places of a line, and those of a column in it, see glsl/conv.ts. */
interface Places {
  readonly line: string;
  readonly column: string;
}

const DENSE_PLACES: {readonly [A in Addressing]: Places} = {
  lines: {
    line: `
    vec2 xLine = sourcePlace(sourceLine) + vec2(float(group * perGroup + inBlock) * sourceTexel, 0);
    vec2 dyLine = dyPlace(line) + vec2(float(group * dyPerGroup + outBlock) * dyTexel, 0);`,
    column: `
      vec2 xAt = vec2(xLine.x + float((w * stride.z + offset.z) * groups * perGroup) * sourceTexel, xLine.y);
      vec2 dyAt = vec2(dyLine.x + float(w * groups * dyPerGroup) * dyTexel, dyLine.y);`,
  },
  pixels: {
    line: `
    int segment = quotient(inBlock, sourceLayout.x), dySegment = quotient(outBlock, dyLayout.x);
    float xStep = float(inBlock - segment * sourceLayout.x) * sourceTexel;
    float dyStep = float(outBlock - dySegment * dyLayout.x) * dyTexel;`,
    column: `
      int pixel = sourceLine * sourceSize.z + w * stride.z + offset.z;
      vec2 xAt = sourcePlace((pixel * groups + group) * segments + segment) + vec2(xStep, 0);
      vec2 dyAt = dyPlace(((line * resultGrid.z + w) * groups + group) * dySegments + dySegment) + vec2(dyStep, 0);`,
  },
};

/** One tap; columns that it reads beyond the source are left out. */
const dense = ({line, column}: Places): string => `
  int q = quotient(fragment, outBlocksPerGroup), outBlock = fragment - q * outBlocksPerGroup;
  int r = quotient(q, inBlocks), inBlock = q - r * inBlocks;
  int slice = quotient(r, taps), tap = r - slice * taps;
  int group = quotient(inBlock, inBlocksPerGroup);
  inBlock -= group * inBlocksPerGroup;
  ivec3 offset = digits(tap, kernel, r) * dilation - padBefore + shift;
  ${SLICE}
  left = max(left, quotient(max(0, stride.z - 1 - offset.z), stride.z));
  right = min(right, quotient(max(0, sourceSize.z - offset.z + stride.z - 1), stride.z));
  for (int line = first; line < last; line++) {
    ${LINE}
    d += offset.x;
    h += offset.y;
    bool reads = d >= 0 && d < sourceSize.x && h >= 0 && h < sourceSize.y;
    int sourceLine = (image * sourceSize.x + d) * sourceSize.y + h;
    ${line}
    int end = reads ? right : left;
    for (int w = left; w < end; w++) {
      ${column}
      vec4 a = texture(source, xAt), g = texture(dy, dyAt);
      ${lines(TILE, (i, c) => `sum${i} += a.${c} * g;`)}
    }
  }
`;

const DEPTHWISE_PLACES: {readonly [A in Addressing]: Places} = {
  lines: {
    line: `
    vec4 lineX, lineY;
    sourcePlaces(sourceLine, lineX, lineY);
    lineX += float(block) * sourceTexel;
    vec2 dyLine = dyPlace(line) + vec2(float(block) * dyTexel, 0);`,
    column: `
      vec4 x = lineX + vec4(ww * perGroup) * sourceTexel, y = lineY;
      vec2 dyAt = vec2(dyLine.x + float(w * perGroup) * dyTexel, dyLine.y);`,
  },
  pixels: {
    line: `
    int segment = quotient(block, sourceLayout.x);
    float position = float(block - segment * sourceLayout.x);`,
    column: `
      vec4 x, y;
      sourcePlaces((sourceLine * sourceSize.z + ww) * segments + segment, x, y);
      x += position * sourceTexel;
      vec2 dyAt = dyPlace((line * resultGrid.z + w) * segments + segment) + vec2(position * dyTexel, 0);`,
  },
};

/** Four taps at once; what they read beyond the source is the row of zeros after it. */
const depthwise = ({line, column}: Places): string => `
  int q = quotient(fragment, inBlocks), block = fragment - q * inBlocks;
  int tapTiles = (taps + ${TILE - 1}) / ${TILE};
  int slice = quotient(q, tapTiles);
  ivec4 tap = ${TILE} * (q - slice * tapTiles) + ivec4(0, 1, 2, 3);
  ivec4 tapLine = quotient(tap, kernel.z), tapPlane = quotient(tapLine, kernel.y);
  ivec4 depths = tapPlane * dilation.x - padBefore.x + shift.x;
  ivec4 heights = (tapLine - tapPlane * kernel.y) * dilation.y - padBefore.y + shift.y;
  ivec4 widths = (tap - tapLine * kernel.z) * dilation.z - padBefore.z + shift.z;
  vec4 zeroY = vec4(1. - .5 / float(textureSize(source, 0).y));
  ${SLICE}
  for (int line = first; line < last; line++) {
    ${LINE}
    ivec4 inLine = within(d + depths, sourceSize.x) * within(h + heights, sourceSize.y);
    ivec4 sourceLine = (image * sourceSize.x + d + depths) * sourceSize.y + h + heights;
    ${line}
    for (int w = left; w < right; w++) {
      ivec4 ww = w * stride.z + widths;
      ${column}
      y = mix(zeroY, y, notEqual(inLine * within(ww, sourceSize.z), ivec4(0)));
      vec4 g = texture(dy, dyAt);
      ${lines(TILE, (i, p) => `sum${i} += texture(source, vec2(x.${p}, y.${p})) * g;`)}
    }
  }
`;

const BODY: {readonly [P in Products]: (addressing: Addressing) => string} = {
  dense: addressing => dense(DENSE_PLACES[addressing]),
  depthwise: addressing => depthwise(DEPTHWISE_PLACES[addressing]),
};

/** The program that computes the sums of slices; `adding`: whether those of the regions before are added. */
export const filterGradientSource = cachedSource(
  (
    products: Products,
    addressing: Addressing,
    adding: boolean,
  ): string => `${PRELUDE}${WHICH_TEXEL}${targets(TILE)}${UNIFORMS}
${textureReader('source')}
${textureReader('dy')}
${adding ? BEFORE : ''}
${DIGITS}
ivec4 within(ivec4 i, int size) {
  return ivec4(greaterThanEqual(i, ivec4(0))) * ivec4(lessThan(i, ivec4(size)));
}
void main() {
  int fragment = whichTexel();
  if (fragment >= fragments) return;
  ${start(adding)}
  ${BODY[products](addressing)}
  ${lines(TILE, i => `target${i} = sum${i};`)}
}
`,
);
