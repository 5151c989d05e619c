import {TILE} from '../plan/tiling.js';
import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {cachedSource, lines, PRELUDE, targets, textureReader, WHICH_TEXEL} from './prelude.js';

/*
 * Convolution by one tap as a product of matrices, from packed texels to packed texels. A fragment computes a pair of channels
 * of a pair of columns in each quarter of the image, for which it reads 5 texels for 32 multiplications.
 */

/** What of a convolution is written into the program: each kind is a program of its own. */
interface PointwiseKind {
  readonly epilogue: EpilogueKind;
  /** Source channels beyond the last whole four. */
  readonly remainder: number;
  /** Whether the last column has no neighbour in its texel, and there may be anything. */
  readonly oddWidth: boolean;
}

/** The products of a texel of the filter and the sources: both channels', or the first one's. */
const products = (c: string, both: boolean): string => `
f = texture(filters, vec2(from.x + float(${c}) * filtersTexel, from.y));
${lines(TILE, (i, p) => `a = texture(source, vec2(x.${p} + float(${c}) * sourceTexel, y.${p})); sum${i} += a.xxzz * f.xyxy${both ? ' + a.yyww * f.zwzw' : ''};`)}
`;

/** The program of the convolution. */
export const pointwiseSource = cachedSource(
  ({epilogue, remainder, oddWidth}: PointwiseKind): string => `${PRELUDE}${WHICH_TEXEL}
${targets(TILE)}
uniform int end, resultPairs, quarter, columnPairs, width, channels;
${textureReader('source')}
${textureReader('filters')}
${epilogueFunction(epilogue, 'pairs')}
void main() {
  float sourceTexel = texelWidth(source), filtersTexel = texelWidth(filters);
  int texel = whichTexel();
  int first = quotient(texel, resultPairs), channel = 2 * (texel - first * resultPairs);
  ivec4 run = first + quarter * ivec4(0, 1, 2, 3);
  vec4 x, y, a, f, ${lines(TILE, i => `sum${i} = vec4(0)${i < TILE - 1 ? ',' : ';'}`)}
  sourcePlaces(run, x, y);
  vec2 from = filtersPlace(channel >> 1);
  for (int c = 0; c < end; c += 2) {${products('c', true)}${products('c + 1', true)}}
  ${remainder > 0 ? products('end', remainder > 1) : ''}
  ${remainder > 2 ? products('end + 1', false) : ''}
  bool right = channel + 1 < channels;
  bvec4 below = ${oddWidth ? 'lessThan(2 * (run - quotient(run, columnPairs) * columnPairs) + 1, ivec4(width))' : 'bvec4(true)'};
  ${lines(TILE, (i, p) => `target${i} = mix(vec4(0), finished(sum${i}, channel), bvec4(true, right, below.${p}, right && below.${p}));`)}
}
`,
);
