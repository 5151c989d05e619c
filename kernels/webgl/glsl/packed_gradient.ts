import type {GradientChannels} from '../plan/packed_gradient.js';
import {cachedSource, PRELUDE, targets, textureReader, times, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';

/*
 * The filter's gradient in one draw, from packed to packed texels: a fragment sums a texel of a tap over all results. Places are
 * counted in floats, as the emulated GPU of Chromium takes twice as long for integers.
 */

/** What of a gradient is written into the program: each kind is a program of its own. */
interface PackedGradientKind {
  readonly channels: GradientChannels;
  /** Whether a line of results has one pair of columns. */
  readonly onePair: boolean;
  /** Whether neighbouring results read neighbouring columns. */
  readonly neighbours: boolean;
}

/** Two columns of dy, by the channels that the texel is of: `g`, or those of either input channel. */
const DY = {
  dense: 'vec4 g = texture(dy, at);',
  one: 'vec4 g = texture(dy, at);',
  row: 'vec4 g = texture(dy, at);',
  even: 'vec4 g0 = texture(dy, at), g1 = texture(dy, at + second);',
  odd: `
vec4 g0 = texture(dy, at), g2 = texture(dy, at + second), g3 = texture(dy, at + second + vec2(texelWidth(dy), 0));
vec4 g1 = vec4(g2.y, g3.x, g2.w, g3.z);`,
};

const OF_BOTH = `
g0 = mix(vec4(0), g0, exists.xxyy);
g1 = mix(vec4(0), g1, exists.xxyy);
sum += v.xxyy * vec4(g0.xy, g1.xy) + v.zzww * vec4(g0.zw, g1.zw);`;

const PRODUCTS = {
  dense: 'g = mix(vec4(0), g, exists.xxyy); sum += v.xxyy * g.xyxy + v.zzww * g.zwzw;',
  one: 'g = mix(vec4(0), g, exists.xxyy); sum.xz += v.xy * g.xy + v.zw * g.zw;',
  row: 'g = mix(vec4(0), g, exists.xxyy); sum.xy += v.xy * g.xy + v.zw * g.zw;',
  even: OF_BOTH,
  odd: OF_BOTH,
};

/** The texel of dy, of a pair of columns, with the first channel; and how far that of the second input channel is from it. */
const FIRST = {
  dense: 'float first = float(outPair);',
  one: 'float first = float(inPair);',
  row: 'float first = float(outPair);',
  even: `
float first = float(inPair * multiplier + outPair);
vec2 second = vec2(float(multiplier / 2) * texelWidth(dy), 0);`,
  odd: `
float first = float(inPair * multiplier + outPair);
vec2 second = vec2(float(multiplier / 2) * texelWidth(dy), 0);`,
};

/** Two columns of x, of which the first is column.x. */
const X = {
  neighbours: `
vec4 next = texture(source, xAt + xStep);
vec4 v = odd.x > .5 ? vec4(current.zw, next.xy) : current;
current = next;
xAt += xStep;`,
  apart: `
vec2 pairAt = floor(column * .5), odd = column - 2. * pairAt;
vec4 x0 = texture(source, xAt + pairAt.x * xStep), x1 = texture(source, xAt + pairAt.y * xStep);
vec4 v = vec4(odd.x > .5 ? x0.zw : x0.xy, odd.y > .5 ? x1.zw : x1.xy);`,
};

const START = {
  neighbours: `
vec2 pairAt = floor(column * .5), odd = column - 2. * pairAt;
xAt += pairAt.x * xStep;
vec4 current = texture(source, xAt);`,
  apart: '',
};

/** The program. */
export const packedGradientSource = cachedSource(
  ({channels, onePair, neighbours}: PackedGradientKind): string => `${PRELUDE}${WHICH_TEXEL}${targets(1)}${DIGITS}
uniform ivec3 sourceSize, resultSize, kernel, stride, dilation, padBefore;
uniform int inChannels, outChannels, inPairs, outPairs, resultLines, multiplier;
${textureReader('source')}
${textureReader('dy')}
void main() {
  int texel = whichTexel(), beyond;
  int q = rowOf(texel, outPairs), outPair = texel - q * outPairs;
  int tap = rowOf(q, inPairs), inPair = q - tap * inPairs;
  vec3 offset = vec3(digits(tap, kernel, beyond) * dilation - padBefore), steps = vec3(stride);
  vec3 size = vec3(sourceSize), results = vec3(resultSize);
  vec2 xStep = sourceRunStep(), dyStep = dyRunStep();
  ${FIRST[channels]}
  vec2 xChannel = vec2(float(${channels === 'row' ? 'outPair' : 'inPair'}) * texelWidth(source), 0), dyChannel = vec2(first * texelWidth(dy), 0);
  float sourcePairs = ceil(size.z * .5), pairs = ceil(results.z * .5), run = 0., image = 0.;
  int columnPairs = int(pairs);
  // Where a line of results is in its image, and the last columns that both of a pair read.
  vec2 place = vec2(0), last = min(size.zz, vec2(size.z, offset.z + steps.z * results.z)) - .5;
  vec4 sum = vec4(0);
  for (int line = 0; line < resultLines; line++) {
    vec2 of = place * steps.xy + offset.xy;
    bool isLine = all(equal(clamp(of, vec2(0), size.xy - .5), of));
    vec2 xAt = sourceRun(((image * size.x + of.x) * size.y + of.y) * sourcePairs) + xChannel;
    vec2 at = dyRun(run) + dyChannel, column = vec2(offset.z, offset.z + steps.z);
    ${START[neighbours ? 'neighbours' : 'apart']}
    column = isLine ? column : vec2(-16777216);
    ${times(
      onePair ? 1 : undefined,
      'pair',
      'columnPairs',
      `
      bvec2 exists = equal(clamp(column, vec2(0), last), column);
      ${X[neighbours ? 'neighbours' : 'apart']}
      v = mix(vec4(0), v, exists.xxyy);
      ${DY[channels]}
      ${PRODUCTS[channels]}
      column += 2. * steps.z;
      at += dyStep;
    `,
    )}
    run += pairs;
    place.y++;
    float over = step(results.y, place.y);
    place += vec2(over, -over * results.y);
    over = step(results.x, place.x);
    place.x -= over * results.x;
    image += over;
  }
  bool below = 2 * inPair + 1 < inChannels, right = 2 * outPair + 1 < outChannels;
  target0 = mix(vec4(0), sum, bvec4(true, right, below, right && below));
}
`,
);
