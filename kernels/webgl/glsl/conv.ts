import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {lines, PRELUDE, runsReader, targets} from './prelude.js';
import {DIGITS, tapFunctions} from './taps.js';

/*
 * The program of every convolution and input gradient. A fragment makes a tile of four results by four channels, one
 * result per target: that takes 8 texels for 64 multiplications, where a single target takes 5 for 16. Results are counted
 * over batch and space, so that tiles do not care for rows. What a tap reads beyond the source is the texel behind the
 * last pixel, which is 0.
 */

/** Results of a tile, as many as there are targets. */
export const TILE = 4;

/** How a tap's products are summed. */
export type Products = 'dense' | 'depthwise';

/** Four source channels times the weights that lead to four result channels, for each result of the tile. */
const dense = (backward: boolean): string => {
  const product = backward ? 'vec4(dot(a, f0), dot(a, f1), dot(a, f2), dot(a, f3))' :
                             'a.x * f0 + a.y * f1 + a.z * f2 + a.w * f3';
  return `
for (int s = 0; s < segments; s++) {
  vec4 x, y;
  sourcePlaces((pixel * groups + group) * segments + s, x, y);
  vec2 from = filtersPlace((block * taps + tap) * segments + s);
  for (int c = 0; c < sourceLayout.x; c++) {
    float step = float(c) * sourceTexel;
    float at = from.x + float(4 * c) * filtersTexel;
    vec4 f0 = texture(filters, vec2(at, from.y));
    vec4 f1 = texture(filters, vec2(at + filtersTexel, from.y));
    vec4 f2 = texture(filters, vec2(at + 2. * filtersTexel, from.y));
    vec4 f3 = texture(filters, vec2(at + 3. * filtersTexel, from.y));
    vec4 a;
    ${lines(TILE, (i, p) => `a = texture(source, vec2(x.${p} + step, y.${p})); sum${i} += ${product};`)}
  }
}`;
};

/** One weight per channel. */
const DEPTHWISE = `
vec4 x, y;
sourcePlaces(pixel * segments + segment, x, y);
vec2 from = filtersPlace(tap * segments + segment);
vec4 f = texture(filters, vec2(from.x + float(position) * filtersTexel, from.y));
float step = float(position) * sourceTexel;
${lines(TILE, (i, p) => `sum${i} += texture(source, vec2(x.${p} + step, y.${p})) * f;`)}
`;

const DEPTHWISE_BLOCK = `
int segment = quotient(block, sourceLayout.x);
int position = block - segment * sourceLayout.x;
`;

/** The source of the program. */
export function convSource(products: Products, backward: boolean, epilogue: EpilogueKind): string {
  const isDense = products === 'dense';
  return `${PRELUDE}
${targets(TILE)}
uniform int targetWidth, blocks, blocksPerGroup, channelsPerGroup, tiles, results, fragments, groups, segments, taps, zeroPixel;
${runsReader('source')}
${runsReader('filters')}
${tapFunctions(backward)}
${DIGITS}
${epilogueFunction(epilogue)}
ivec4 inside(ivec4 i, int size) {
  return ivec4(greaterThanEqual(i, ivec4(0))) * ivec4(lessThan(i, ivec4(size)));
}
void main() {
  float sourceTexel = texelWidth(source), filtersTexel = texelWidth(filters);
  int fragment = int(gl_FragCoord.y) * targetWidth + int(gl_FragCoord.x);
  if (fragment >= fragments) return;
  int rest = quotient(fragment, blocks), block = fragment - rest * blocks;
  int phaseNumber = quotient(rest, tiles), tile = rest - phaseNumber * tiles;
  int group = quotient(block, blocksPerGroup);
  ivec3 kernelStart, count, sourceStart;
  tapsOf(digits(phaseNumber, phases, rest), kernelStart, count, sourceStart);
  ivec4 result = ${TILE} * tile + ivec4(0, 1, 2, 3);
  ivec4 line = quotient(result, grid.z), plane = quotient(line, grid.y), image = quotient(plane, grid.x);
  ivec4 d = (plane - image * grid.x) * sourceStep.x + sourceStart.x;
  ivec4 h = (line - plane * grid.y) * sourceStep.y + sourceStart.y;
  ivec4 w = (result - line * grid.z) * sourceStep.z + sourceStart.z;
  ivec4 exists = ivec4(lessThan(result, ivec4(results)));
  ${isDense ? '' : DEPTHWISE_BLOCK}
  vec4 ${lines(TILE, i => `sum${i} = vec4(0)${i < TILE - 1 ? ',' : ';'}`)}
  for (int i = 0; i < count.x; i++, d += tapStep.x) {
    ivec4 inDepth = exists * inside(d, sourceSize.x);
    ivec4 hh = h;
    for (int j = 0; j < count.y; j++, hh += tapStep.y) {
      ivec4 inHeight = inDepth * inside(hh, sourceSize.y);
      if (inHeight == ivec4(0)) continue;
      ivec4 row = ((image * sourceSize.x + d) * sourceSize.y + hh) * sourceSize.z;
      int tapRow = ((kernelStart.x + i * kernelStep.x) * kernel.y + kernelStart.y + j * kernelStep.y) * kernel.z + kernelStart.z;
      ivec4 ww = w;
      for (int k = 0; k < count.z; k++, ww += tapStep.z) {
        ivec4 inWidth = inHeight * inside(ww, sourceSize.z);
        if (inWidth == ivec4(0)) continue;
        ivec4 pixel = zeroPixel + inWidth * (row + ww - zeroPixel);
        int tap = tapRow + k * kernelStep.z;
        ${isDense ? dense(backward) : DEPTHWISE}
      }
    }
  }
  int channel = group * channelsPerGroup + 4 * (block - group * blocksPerGroup);
  ${lines(TILE, i => `target${i} = finished(sum${i}, channel);`)}
}
`;
}
