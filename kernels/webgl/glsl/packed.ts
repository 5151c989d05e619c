import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {cachedSource, PRELUDE, targets, textureReader, times, WHICH_TEXEL} from './prelude.js';

/*
 * Convolution in one draw, from packed to packed texels: a fragment computes two columns by two channels. For eight products it
 * reads the texels of both columns' sources and one of the filter.
 */

/** What of a convolution is written into the program: each kind is a program of its own. */
interface PackedKind {
  readonly epilogue: EpilogueKind;
  readonly backward: boolean;
  /** The axes, outermost first, along which there is one tap. */
  readonly single: readonly boolean[];
  /** Whether the last source channel has no neighbour in its texel, where there may be anything. */
  readonly oddChannels: boolean;
  /** Whether the source has one pair of channels, or one channel. */
  readonly onePair: boolean;
}

/** The sources that some results read at a tap along an axis; backward, -1 stands for none. */
const sourcesOf = (backward: boolean): string =>
  backward
    ? `
ivec2 sourcesOf(ivec2 result, int tap, int a) {
  ivec2 from = result + padBefore[a] - tap * dilation[a], some = max(from, ivec2(0));
  ivec2 at = rowOf(some.xyxy, stride[a]).xy;
  return at - (at + 1) * ivec2(notEqual(at * stride[a], from));
}`
    : `
ivec2 sourcesOf(ivec2 result, int tap, int a) { return result * stride[a] + tap * dilation[a] - padBefore[a]; }
`;

/** The products of a pair of source channels: of both, or of the first one. */
const products = (c: string, both: boolean): string => `
vec2 on = vec2(float(${c}) * scale.x, 0);
vec4 first = texture(source, left + on), second = texture(source, right + on);
vec4 f = texture(filters, vec2(from.x + float(${c}) * filterScale.x, from.y));
vec4 v = mix(vec4(0), vec4(odd.x ? first.zw : first.xy, odd.y ? second.zw : second.xy), exists.xxyy);
sum += v.xxzz * f.xyxy${both ? ' + v.yyww * f.zwzw' : ''};
`;

/** All products of a tap. */
function tapProducts({oddChannels, onePair}: PackedKind): string {
  if (onePair) return products('0', !oddChannels);
  return `for (int c = 0; c < end; c++) {${products('c', true)}}
  ${oddChannels ? products('end', false) : ''}`;
}

const tap = (kind: PackedKind): string => `
ivec2 column = sourcesOf(columns, k, 2);
bvec2 exists = bvec2(isLine && uint(column.x) < uint(sourceSize.z), isLine && uint(column.y) < uint(sourceSize.z));
bvec2 odd = bvec2((column.x & 1) == 1, (column.y & 1) == 1);
vec2 left = lineAt + float(column.x >> 1) * columnStep, right = lineAt + float(column.y >> 1) * columnStep;
vec2 from = vec2(filterColumn, (float((i * kernel.y + j) * kernel.z + k) + .5) * filterScale.y);
${tapProducts(kind)}
`;

/** The program of the convolution. */
export const packedSource = cachedSource((kind: PackedKind): string => {
  const [depth, height, width] = kind.single.map(one => (one ? 1 : undefined));
  return `${PRELUDE}${WHICH_TEXEL}${targets(1)}
uniform ivec3 sourceSize, resultSize, kernel, stride, dilation, padBefore;
uniform int channels, sourcePairs, resultPairs, end;
uniform sampler2D filters;
${textureReader('source')}
${epilogueFunction(kind.epilogue, 'pairs')}
${sourcesOf(kind.backward)}
void main() {
  vec2 scale = 1. / vec2(textureSize(source, 0)), filterScale = 1. / vec2(textureSize(filters, 0));
  // From a pair of columns to the next: along a row of the texture, or, where that has one, to the next row.
  vec2 columnStep = sourceLayout.y == 1 ? vec2(0, scale.y) : vec2(float(sourcePairs) * scale.x, 0);
  int sourceColumnPairs = (sourceSize.z + 1) >> 1, columnPairs = (resultSize.z + 1) >> 1;
  int texel = whichTexel();
  int q = rowOf(texel, resultPairs), channelPair = texel - q * resultPairs;
  int line = rowOf(q, columnPairs), plane = rowOf(line, resultSize.y), image = rowOf(plane, resultSize.x);
  float filterColumn = (float(channelPair * sourcePairs) + .5) * filterScale.x;
  ivec2 columns = 2 * (q - line * columnPairs) + ivec2(0, 1);
  ivec2 depths = ivec2(plane - image * resultSize.x), heights = ivec2(line - plane * resultSize.y);
  vec4 sum = vec4(0);
  ${times(
    depth,
    'i',
    'kernel.x',
    `
    int d = sourcesOf(depths, i, 0).x;
    ${times(
      height,
      'j',
      'kernel.y',
      `
      int h = sourcesOf(heights, j, 1).x;
      bool isLine = uint(d) < uint(sourceSize.x) && uint(h) < uint(sourceSize.y);
      vec2 lineAt = sourcePlace(((image * sourceSize.x + d) * sourceSize.y + h) * sourceColumnPairs);
      ${times(width, 'k', 'kernel.z', tap(kind))}
    `,
    )}
  `,
  )}
  int channel = 2 * channelPair;
  bool second = channel + 1 < channels, below = columns.y < resultSize.z;
  target0 = mix(vec4(0), finished(sum, channel), bvec4(true, second, below, second && below));
}
`;
});
