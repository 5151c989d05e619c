import {TILE} from './conv.js';
import type {Products} from './conv.js';
import {lines, PRELUDE, runsReader, targets, WHICH_TEXEL} from './prelude.js';
import {MADE_AT} from './store.js';
import {DIGITS} from './taps.js';
import {EACH_VALUE, tensorWriter} from './tensor.js';

/*
 * dfilter[tap, i, c] = sum over the results p of x[where tap reads for p, i] * dy[p, c]. A fragment sums a slice of the
 * results for four out channels, and as many targets: in channels, or, where each channel meets itself, taps. The slices
 * are added up when the tensor is written.
 */

const UNIFORMS = `
uniform ivec3 sourceSize, resultGrid, kernel, stride, dilation, padBefore, shift;
uniform int fragments, taps, results, perSlice, groups, inBlocks, inBlocksPerGroup, outBlocksPerGroup;
uniform int segments, dySegments;
`;

/** Sums start at 0, or at those of the parts before. */
const start = (adding: boolean): string => adding ? `
  vec2 here = gl_FragCoord.xy / vec2(textureSize(before0, 0));
  vec4 ${lines(TILE, i => `sum${i} = texture(before${i}, here)${i < TILE - 1 ? ',' : ';'}`)}` : `
  vec4 ${lines(TILE, i => `sum${i} = vec4(0)${i < TILE - 1 ? ',' : ';'}`)}`;

const BEFORE = `
uniform sampler2D ${Array.from({length: TILE}, (_, i) => `before${i}`).join(', ')};
`;

/** Sums over the results first ... last, whose place in the grid goes along. */
const sumOver = (body: string): string => `
  int first = slice * perSlice, last = min(first + perSlice, results);
  int image;
  ivec3 at = digits(first, resultGrid, image);
  for (int p = first; p < last; p++) {
    ${body}
    at.z++;
    if (at.z == resultGrid.z) { at.z = 0; at.y++; }
    if (at.y == resultGrid.y) { at.y = 0; at.x++; }
    if (at.x == resultGrid.x) { at.x = 0; image++; }
  }
  ${lines(TILE, i => `target${i} = sum${i};`)}
`;

const DENSE = `
  int out_ = quotient(fragment, outBlocksPerGroup), outBlock = fragment - out_ * outBlocksPerGroup;
  int q = quotient(out_, inBlocks), inBlock = out_ - q * inBlocks;
  int slice = quotient(q, taps), tap = q - slice * taps;
  int group = quotient(inBlock, inBlocksPerGroup);
  inBlock -= group * inBlocksPerGroup;
  int segment = quotient(inBlock, sourceLayout.x), dySegment = quotient(outBlock, dyLayout.x);
  float xStep = float(inBlock - segment * sourceLayout.x) * texelWidth(source);
  float dyStep = float(outBlock - dySegment * dyLayout.x) * texelWidth(dy);
  ivec3 offset = digits(tap, kernel, q) * dilation - padBefore + shift;
  ${sumOver(`
    ivec3 from = at * stride + offset;
    for (bool reads = inside(from); reads; reads = false) {
      vec2 xAt = sourcePlace((pixelOf(image, from) * groups + group) * segments + segment);
      vec2 dyAt = dyPlace((p * groups + group) * dySegments + dySegment);
      vec4 a = texture(source, vec2(xAt.x + xStep, xAt.y)), g = texture(dy, vec2(dyAt.x + dyStep, dyAt.y));
      ${lines(TILE, (i, c) => `sum${i} += a.${c} * g;`)}
    }
  `)}
`;

const DEPTHWISE = `
  int q = quotient(fragment, inBlocks), block = fragment - q * inBlocks;
  int tapTiles = (taps + ${TILE - 1}) / ${TILE};
  int slice = quotient(q, tapTiles), tap = ${TILE} * (q - slice * tapTiles);
  int segment = quotient(block, sourceLayout.x);
  float xStep = float(block - segment * sourceLayout.x) * texelWidth(source);
  float dyStep = float(block - segment * sourceLayout.x) * texelWidth(dy);
  ${lines(TILE, i => `ivec3 offset${i} = digits(tap + ${i}, kernel, q) * dilation - padBefore + shift;`)}
  ${sumOver(`
    ivec3 base = at * stride;
    vec2 dyAt = dyPlace(p * segments + segment);
    vec4 g = texture(dy, vec2(dyAt.x + dyStep, dyAt.y));
    ivec3 from;
    vec2 xAt;
    ${lines(TILE, i => `
    from = base + offset${i};
    for (bool reads = inside(from); reads; reads = false) {
      xAt = sourcePlace(pixelOf(image, from) * segments + segment);
      sum${i} += texture(source, vec2(xAt.x + xStep, xAt.y)) * g;
    }`)}
  `)}
`;

/** The program that makes the sums of slices; `adding`: those of the parts before are added. */
export const filterGradientSource = (products: Products, adding: boolean): string => `${PRELUDE}${WHICH_TEXEL}${targets(TILE)}${UNIFORMS}
${runsReader('source')}
${runsReader('dy')}
${adding ? BEFORE : ''}
${DIGITS}
bool inside(ivec3 i) { return all(greaterThanEqual(i, ivec3(0))) && all(lessThan(i, sourceSize)); }
int pixelOf(int image, ivec3 i) { return ((image * sourceSize.x + i.x) * sourceSize.y + i.y) * sourceSize.z + i.z; }
void main() {
  int fragment = whichTexel();
  if (fragment >= fragments) return;
  ${start(adding)}
  ${products === 'dense' ? DENSE : DEPTHWISE}
}
`;

/** Where an element of the filter is among the sums: fragment of the first slice, target, and component. */
const WHERE: {readonly [P in Products]: string} = {
  dense: `
int fragmentOf(int e, out int of, out int place) {
  int q = quotient(e, outChannels), outChannel = e - q * outChannels;
  int tap = quotient(q, inPerGroup), inChannel = q - tap * inPerGroup;
  int group = quotient(outChannel, outPerGroup);
  outChannel -= group * outPerGroup;
  of = inChannel & 3;
  place = outChannel & 3;
  return (tap * inBlocks + group * inBlocksPerGroup + (inChannel >> 2)) * outBlocksPerGroup + (outChannel >> 2);
}`,
  depthwise: `
int fragmentOf(int e, out int of, out int place) {
  int tap = quotient(e, outChannels), channel = e - tap * outChannels;
  of = tap & 3;
  place = channel & 3;
  return (tap >> 2) * inBlocks + (channel >> 2);
}`,
};

/** The program that adds the slices up and writes the tensor. */
export const storeFilterGradient = (products: Products, isPacked: boolean): string => `${PRELUDE}${WHICH_TEXEL}
uniform int inBlocks, inBlocksPerGroup, outBlocksPerGroup, inPerGroup, outPerGroup, outChannels, slices, sliceFragments;
${WHERE[products]}
${MADE_AT}
float valueAt(int e) {
  int of, place;
  int index = fragmentOf(e, of, place);
  vec4 sum = vec4(0);
  for (int slice = 0; slice < slices; slice++) sum += madeAt(of, texelPlace(made0, index + slice * sliceFragments));
  return place == 0 ? sum.x : place == 1 ? sum.y : place == 2 ? sum.z : sum.w;
}
${EACH_VALUE}
${tensorWriter(isPacked)}
`;
