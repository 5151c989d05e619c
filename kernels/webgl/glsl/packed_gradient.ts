import {cachedSource, PRELUDE, targets, textureReader, times, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';

/*
 * The filter's gradient in one draw, from packed to packed texels. A fragment sums two by two channels of a tap over all
 * results: `v` are two columns of x, `g` those of dy.
 */

const COLUMNS = `
ivec2 result = 2 * pair + ivec2(0, 1), column = result * stride.z + offset.z;
bvec2 exists = bvec2(isLine && uint(column.x) < uint(sourceSize.z),
    isLine && uint(column.y) < uint(sourceSize.z) && result.y < resultSize.z);
vec4 first = texture(source, xAt + float(column.x >> 1) * xStep), second = texture(source, xAt + float(column.y >> 1) * xStep);
vec4 v = mix(vec4(0), vec4((column.x & 1) == 1 ? first.zw : first.xy, (column.y & 1) == 1 ? second.zw : second.xy), exists.xxyy);
vec4 g = mix(vec4(0), texture(dy, dyAt + float(pair) * dyStep), exists.xxyy);
`;

/** The program; `onePair`: whether a line of results has one pair of columns. */
export const packedGradientSource = cachedSource(
  (onePair: boolean): string => `${PRELUDE}${WHICH_TEXEL}${targets(1)}${DIGITS}
uniform ivec3 sourceSize, resultSize, kernel, stride, dilation, padBefore;
uniform int inChannels, outChannels, inPairs, outPairs, resultLines;
${textureReader('source')}
${textureReader('dy')}
// From a pair of columns to the next: along a row of the texture, or, where that has one, to the next row.
vec2 stepOf(sampler2D t, ivec2 runs) {
  vec2 scale = 1. / vec2(textureSize(t, 0));
  return runs.y == 1 ? vec2(0, scale.y) : vec2(float(runs.x) * scale.x, 0);
}
void main() {
  int texel = whichTexel(), beyond;
  int q = rowOf(texel, outPairs), outPair = texel - q * outPairs;
  int tap = rowOf(q, inPairs), inPair = q - tap * inPairs;
  ivec3 offset = digits(tap, kernel, beyond) * dilation - padBefore;
  vec2 xStep = stepOf(source, sourceLayout), dyStep = stepOf(dy, dyLayout);
  vec2 xChannel = vec2(float(inPair) * texelWidth(source), 0), dyChannel = vec2(float(outPair) * texelWidth(dy), 0);
  int sourceColumnPairs = (sourceSize.z + 1) >> 1, columnPairs = (resultSize.z + 1) >> 1;
  vec4 sum = vec4(0);
  for (int line = 0; line < resultLines; line++) {
    int plane = rowOf(line, resultSize.y), image = rowOf(plane, resultSize.x);
    int d = (plane - image * resultSize.x) * stride.x + offset.x, h = (line - plane * resultSize.y) * stride.y + offset.y;
    bool isLine = uint(d) < uint(sourceSize.x) && uint(h) < uint(sourceSize.y);
    vec2 xAt = sourcePlace(((image * sourceSize.x + d) * sourceSize.y + h) * sourceColumnPairs) + xChannel;
    vec2 dyAt = dyPlace(line * columnPairs) + dyChannel;
    ${times(onePair ? 1 : undefined, 'pair', 'columnPairs', `${COLUMNS} sum += v.xxyy * g.xyxy + v.zzww * g.zwzw;`)}
  }
  bool below = 2 * inPair + 1 < inChannels, right = 2 * outPair + 1 < outChannels;
  target0 = mix(vec4(0), sum, bvec4(true, right, below, right && below));
}
`,
);
