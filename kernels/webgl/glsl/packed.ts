import {columnsRead, range, sourceTexels} from '../plan/unrolled_taps.js';
import type {UnrolledTaps} from '../plan/unrolled_taps.js';
import {valuesAt} from './depthwise_unrolled.js';
import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {cachedSource, PRELUDE, targets, textureReader, times} from './prelude.js';

/*
 * Convolution in one draw, from packed to packed texels: a fragment computes two columns by two channels for each of its targets.
 * For eight products of a target it reads a texel of the filter, and for all of them those of both columns' sources. Places are
 * counted in floats, as the emulated GPU of Chromium takes twice as long for integers.
 */

/** How products are summed: over the source channels; or each channel by itself, of which four have a texel of the filter. */
export type PackedProducts = 'dense' | 'depthwise';

/** What of a convolution is written into the program: each kind is a program of its own. */
export interface PackedKind {
  readonly products: PackedProducts;
  readonly epilogue: EpilogueKind;
  readonly backward: boolean;
  /** The axes, outermost first, along which there is one tap. */
  readonly single: readonly boolean[];
  /** Whether the last source channel has no neighbour in its texel, where there may be anything. */
  readonly oddChannels: boolean;
  /** Whether the source has one pair of channels, or one channel. */
  readonly onePair: boolean;
  /** Targets, each of which has as many neighbouring pairs of channels of every result. */
  readonly targets: number;
  /** The taps along the width where they are written out. */
  readonly taps: UnrolledTaps | undefined;
}

/** The sources that some results read at a tap along an axis; backward, -1 stands for none. */
const sourcesOf = (backward: boolean): string =>
  backward
    ? `
vec2 sourcesOf(vec2 result, float tap, int a) {
  vec2 from = result + float(padBefore[a]) - tap * float(dilation[a]), at = floor((from + .5) / float(stride[a]));
  return mix(vec2(-1), at, equal(at * float(stride[a]), from));
}`
    : `
vec2 sourcesOf(vec2 result, float tap, int a) {
  return result * float(stride[a]) + (tap * float(dilation[a]) - float(padBefore[a]));
}
`;

/** The products of two columns of a pair of source channels `v`, of both or of the first one, for all targets. */
const products = (kind: PackedKind, both: boolean, v: string, tap: string): string =>
  kind.products === 'depthwise'
    ? `f = texture(filters, with + vec2(0, ${tap}) * filterStep); sum0 += ${v} * (isSecond ? f.zwzw : f.xyxy);`
    : range(kind.targets)
        .map(
          t => `
f = texture(filters, with + vec2(${t}, ${tap}) * filterStep);
sum${t} += ${v}.xxzz * f.xyxy${both ? ` + ${v}.yyww * f.zwzw` : ''};`,
        )
        .join('');

/** All taps of a line of a pair of source channels, written out. */
const unrolled = (kind: PackedKind, taps: UnrolledTaps, both: boolean): string => `
vec4 f, v;
${[...sourceTexels(taps)]
  .map(
    q => `vec4 c${q} = mix(vec4(0), texture(source, from + float(${q}) * columnStep), lessThan(outside, inside${q}));`,
  )
  .join('\n')}
${range(taps.kernel[2])
  .map(
    tap =>
      `v = ${valuesAt(columnsRead(taps, tap))};${products(kind, both, 'v', `${kind.backward ? taps.kernel[2] - 1 - tap : tap}`)}`,
  )
  .join('\n')}
`;

/** The same in a loop. */
const looped = (kind: PackedKind, both: boolean): string =>
  times(
    kind.single[2] ? 1 : undefined,
    'k',
    'kernel.z',
    `
vec2 column = sourcesOf(columns, float(k), 2), pairAt = floor(column * .5), odd = column - 2. * pairAt;
column -= outside;
bvec2 exists = equal(clamp(column, vec2(0), vec2(size.z - .5)), column);
vec4 left = texture(source, from + pairAt.x * columnStep), right = texture(source, from + pairAt.y * columnStep);
vec4 v = mix(vec4(0), vec4(odd.x > .5 ? left.zw : left.xy, odd.y > .5 ? right.zw : right.xy), exists.xxyy), f;
${products(kind, both, 'v', 'float(k)')}`,
  );

/** The products of a line of taps. */
function line(kind: PackedKind): string {
  const {taps, oddChannels, onePair} = kind;
  const of = (both: boolean) => (taps === undefined ? looped(kind, both) : unrolled(kind, taps, both));
  const pair = (c: string, both: boolean) => `
vec2 from = vec2(sourceAt.x + float(${c}) * scale.x, sourceAt.y), with = filterAt;
${kind.products === 'depthwise' || c === '0' ? '' : `with.x += float(${c}) * filterScale.x;`}
${of(both)}`;
  if (kind.products === 'depthwise') return pair('channelPair', true);
  if (onePair) return pair('0', !oddChannels);
  return `for (int c = 0; c < end; c++) {${pair('c', true)}}
  ${oddChannels ? `{${pair('end', false)}}` : ''}`;
}

/** Which columns of the texels of a line exist, each for both channels. */
const insides = (taps: UnrolledTaps): string =>
  [...sourceTexels(taps)]
    .map(
      q => `
vec2 column${q} = 2. * (firstTexel + ${q}.) + vec2(0, 1);
vec4 inside${q} = vec2(equal(clamp(column${q}, vec2(0), vec2(size.z - .5)), column${q})).xxyy;`,
    )
    .join('');

/** Which results a fragment computes: of one target they are counted in rows, of several a row has one pair of columns. */
const WHICH_RESULTS = {
  one: `
float texel = floor(gl_FragCoord.y) * float(targetWidth) + floor(gl_FragCoord.x);
float q = floor((texel + .5) / float(resultPairs)), channelPair = texel - q * float(resultPairs);`,
  several: 'float q = floor(gl_FragCoord.y), channelPair = floor(gl_FragCoord.x);',
};

/** The program of the convolution. */
export const packedSource = cachedSource((kind: PackedKind): string => {
  const [depth, height] = kind.single.map(one => (one ? 1 : undefined));
  return `${PRELUDE}${targets(kind.targets)}
uniform ivec3 sourceSize, resultSize, kernel, stride, dilation, padBefore;
uniform int channels, sourcePairs, resultPairs, end, targetWidth, firstPair;
uniform sampler2D filters;
${textureReader('source')}
${epilogueFunction(kind.epilogue, 'pairs')}
${sourcesOf(kind.backward)}
void main() {
  vec2 scale = 1. / vec2(textureSize(source, 0)), filterScale = 1. / vec2(textureSize(filters, 0));
  vec2 columnStep = sourceRunStep();
  vec3 size = vec3(sourceSize), results = vec3(resultSize);
  float sourceColumnPairs = ceil(size.z * .5), columnPairs = ceil(results.z * .5);
  ${kind.targets === 1 ? WHICH_RESULTS.one : WHICH_RESULTS.several}
  // The filter of the next target is as many pairs of result channels on.
  vec2 filterStep = vec2(float(targetWidth * sourcePairs), 1) * filterScale;
  ${
    kind.products === 'depthwise'
      ? `
  float block = floor(channelPair * .5), filterColumn = (block + .5) * filterScale.x;
  bool isSecond = channelPair > 2. * block;`
      : 'float filterColumn = (channelPair * float(sourcePairs) + .5) * filterScale.x;'
  }
  float resultLine = floor((q + .5) / columnPairs), pair = q - resultLine * columnPairs;
  float plane = floor((resultLine + .5) / results.y), image = floor((plane + .5) / results.x);
  vec2 columns = 2. * pair + vec2(0, 1), depths = vec2(plane - image * results.x), heights = vec2(resultLine - plane * results.y);
  ${kind.taps === undefined ? '' : `float firstTexel = pair * float(${kind.backward ? '1' : 'stride.z'}) + float(firstPair);${insides(kind.taps)}`}
  ${range(kind.targets)
    .map(t => `vec4 sum${t} = vec4(0);`)
    .join(' ')}
  ${times(
    depth,
    'i',
    'kernel.x',
    `
    float d = sourcesOf(depths, float(i), 0).x;
    ${times(
      height,
      'j',
      'kernel.y',
      `
      vec2 at = vec2(d, sourcesOf(heights, float(j), 1).x);
      bool isLine = all(equal(clamp(at, vec2(0), size.xy - .5), at));
      vec2 sourceAt = sourceRun(((image * size.x + at.x) * size.y + at.y) * sourceColumnPairs);
      vec2 filterAt = vec2(filterColumn, (float((i * kernel.y + j) * kernel.z) + .5) * filterScale.y);
      ${
        kind.taps === undefined
          ? 'float outside = isLine ? 0. : 16777216.;'
          : 'vec4 outside = vec4(isLine ? .5 : 2.); sourceAt += firstTexel * columnStep;'
      }
      ${line(kind)}
    `,
    )}
  `,
  )}
  bool below = columns.y < results.z;
  ${range(kind.targets)
    .map(
      t => `
  int channel${t} = 2 * (int(channelPair) + ${t} * targetWidth);
  bool second${t} = channel${t} + 1 < channels;
  target${t} = mix(vec4(0), finished(sum${t}, channel${t}), bvec4(true, second${t}, below, second${t} && below));`,
    )
    .join('')}
}
`;
});
