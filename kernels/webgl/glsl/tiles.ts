import type {TileProducts} from '../plan/channel_blocks.js';
import type {Addressing} from '../plan/operand_layouts.js';
import {TILE} from '../plan/tiling.js';
import {epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {cachedSource, lines, PRELUDE, targets, textureReader, times, WHICH_TEXEL} from './prelude.js';
import {DIGITS, tapFunctions} from './taps.js';

/*
 * The program of the variant `tiles`. A fragment computes a tile of four results by four channels, one result per target:
 * that takes 8 texels for 64 multiplications, where a single target takes 5 for 16. Results are counted over batch and
 * space, so that tiles go across rows. What a tap reads beyond the source is the last row of its texture, which is 0.
 */

/** What is found out once for a line, before the taps along the width. */
const LINE: {readonly [A in Addressing]: string} = {
  lines: `
vec4 lineX, lineY;
sourcePlaces((image * sourceSize.x + dd) * sourceSize.y + hh, lineX, lineY);
vec2 lineFrom = filtersPlace((tapBlock * kernel.x + kernelStart.x + i * kernelStep.x) * kernel.y + kernelStart.y + j * kernelStep.y);
`,
  pixels: `
ivec4 row = ((image * sourceSize.x + dd) * sourceSize.y + hh) * sourceSize.z;
int tapRow = ((tapBlock * kernel.x + kernelStart.x + i * kernelStep.x) * kernel.y + kernelStart.y + j * kernelStep.y) * kernel.z;
`,
};

/** Four source channels times the weights that lead to four result channels, for each result of the tile. */
const denseSum = (backward: boolean, head: string): string => `
${head} {
  float step = float(c) * sourceTexel;
  float at = from.x + float(4 * c) * filtersTexel;
  vec4 f0 = texture(filters, vec2(at, from.y));
  vec4 f1 = texture(filters, vec2(at + filtersTexel, from.y));
  vec4 f2 = texture(filters, vec2(at + 2. * filtersTexel, from.y));
  vec4 f3 = texture(filters, vec2(at + 3. * filtersTexel, from.y));
  vec4 a;
  ${lines(
    TILE,
    (i, p) =>
      `a = texture(source, vec2(x.${p} + step, y.${p})); sum${i} += ${
        backward ? 'vec4(dot(a, f0), dot(a, f1), dot(a, f2), dot(a, f3))' : 'a.x * f0 + a.y * f1 + a.z * f2 + a.w * f3'
      };`,
  )}
}`;

/** One weight per channel, of the source's own or of its single one. */
const weightSum = (channel: '' | '.x'): string => `
vec4 f = texture(filters, from);
${lines(TILE, (i, p) => `sum${i} += texture(source, vec2(x.${p}, y.${p}))${channel} * f;`)}
`;

/** What is added at a tap. */
const sumOf = ({products, backward, oneBlock}: TilesKind): string => {
  if (products === 'dense') return denseSum(backward, oneBlock ? 'const int c = 0;' : 'for (int c = 0; c < end; c++)');
  return weightSum(products === 'single' ? '.x' : '');
};

/** The taps' places, for the products of one tap. `end` is 0 where a tap reads nothing, so that its loop is left out. */
const TAP: {readonly [A in Addressing]: {readonly [P in TileProducts]: (sum: string) => string}} = {
  lines: {
    dense: sum => `
vec4 x = lineX + vec4(ww * groups * perGroup + group * perGroup) * sourceTexel;
vec4 y = mix(zeroY, lineY, notEqual(inWidth, ivec4(0)));
vec2 from = vec2(lineFrom.x + float(4 * kw * perGroup) * filtersTexel, lineFrom.y);
int end = any(notEqual(inWidth, ivec4(0))) ? perGroup : 0;
${sum}`,
    depthwise: sum => `
vec4 x = lineX + vec4(ww * perGroup + blockNumber) * sourceTexel;
vec4 y = mix(zeroY, lineY, notEqual(inWidth, ivec4(0)));
vec2 from = vec2(lineFrom.x + float(kw * perGroup + blockNumber) * filtersTexel, lineFrom.y);
${sum}`,
    single: sum => `
vec4 x = lineX + vec4(ww) * sourceTexel;
vec4 y = mix(zeroY, lineY, notEqual(inWidth, ivec4(0)));
vec2 from = vec2(lineFrom.x + float(kw * perGroup + blockNumber) * filtersTexel, lineFrom.y);
${sum}`,
  },
  pixels: {
    dense: sum => `
for (int s = 0; s < segments; s++) {
  vec4 x, y;
  sourcePlaces(((row + ww) * groups + group) * segments + s, x, y);
  y = mix(zeroY, y, notEqual(inWidth, ivec4(0)));
  vec2 from = filtersPlace((tapRow + kw) * segments + s);
  int end = any(notEqual(inWidth, ivec4(0))) ? sourceLayout.x : 0;
  ${sum}
}`,
    depthwise: sum => `
vec4 x, y;
sourcePlaces((row + ww) * segments + segment, x, y);
x += float(position) * sourceTexel;
y = mix(zeroY, y, notEqual(inWidth, ivec4(0)));
vec2 from = filtersPlace((tapRow + kw) * segments + segment);
from.x += float(position) * filtersTexel;
${sum}`,
    single: sum => `
vec4 x, y;
sourcePlaces(row + ww, x, y);
y = mix(zeroY, y, notEqual(inWidth, ivec4(0)));
vec2 from = filtersPlace((tapRow + kw) * segments + segment);
from.x += float(position) * filtersTexel;
${sum}`,
  },
};

/** Where the fragment's block of channels is in a filter of one weight per channel. */
const WEIGHT_BLOCK = `
const int tapBlock = 0;
int segment = quotient(blockNumber, filtersLayout.x);
int position = blockNumber - segment * filtersLayout.x;
`;

/** Where the fragment's block of channels is. */
const BLOCK: {readonly [P in TileProducts]: string} = {
  dense: 'int tapBlock = block;',
  depthwise: WEIGHT_BLOCK,
  single: WEIGHT_BLOCK,
};

/** What of a convolution is written into the program: each kind is a program of its own. */
export interface TilesKind {
  /** The axes, outermost first, along which every result reads one tap. */
  readonly single: readonly [boolean, boolean, boolean];
  /** Whether the channels of a group are one block. */
  readonly oneBlock: boolean;
  readonly products: TileProducts;
  readonly addressing: Addressing;
  readonly backward: boolean;
  readonly epilogue: EpilogueKind;
}

/** The sum over the taps; a loop of one turn would cost as much as what is in it. */
function overTaps([depth, height, width]: TilesKind['single'], addressing: Addressing, tap: string): string {
  const one = (isSingle: boolean) => (isSingle ? 1 : undefined);
  return times(
    one(depth),
    'i',
    'count.x',
    `
    ivec4 dd = d + i * tapStep.x;
    ivec4 inDepth = exists * inside(dd, sourceSize.x);
    ${times(
      one(height),
      'j',
      'count.y',
      `
      ivec4 hh = h + j * tapStep.y;
      ivec4 inHeight = inDepth * inside(hh, sourceSize.y);
      int across = any(notEqual(inHeight, ivec4(0))) ? count.z : 0;
      ${LINE[addressing]}
      ${times(
        one(width),
        'k',
        'across',
        `
        ivec4 ww = w + k * tapStep.z;
        ivec4 inWidth = inHeight * inside(ww, sourceSize.z);
        int kw = kernelStart.z + k * kernelStep.z;
        ${tap}
      `,
      )}
    `,
    )}
  `,
  );
}

/** The source of the program. */
export const tilesSource = cachedSource((kind: TilesKind): string => {
  const {products, addressing, backward, epilogue, single} = kind;
  return `${PRELUDE}${WHICH_TEXEL}
${targets(TILE)}
uniform int blocks, firstBlock, blocksPerGroup, channelsPerGroup, tiles, results, fragments, groups, segments, perGroup;
uniform ivec3 shift;
${textureReader('source')}
${textureReader('filters')}
${tapFunctions(backward)}
${DIGITS}
${epilogueFunction(epilogue, 'four')}
ivec4 inside(ivec4 i, int size) {
  return ivec4(greaterThanEqual(i, ivec4(0))) * ivec4(lessThan(i, ivec4(size)));
}
void main() {
  int fragment = whichTexel();
  if (fragment >= fragments) return;
  float sourceTexel = texelWidth(source), filtersTexel = texelWidth(filters);
  vec4 zeroY = vec4(1. - .5 / float(textureSize(source, 0).y));
  int phaseTile = quotient(fragment, blocks), block = fragment - phaseTile * blocks;
  int phaseNumber = quotient(phaseTile, tiles), tile = phaseTile - phaseNumber * tiles;
  int blockNumber = firstBlock + block;
  int group = quotient(blockNumber, blocksPerGroup);
  int beyond;
  ivec3 kernelStart, count, sourceStart;
  tapsOf(digits(phaseNumber, phases, beyond), kernelStart, count, sourceStart);
  sourceStart += shift;
  ivec4 result = ${TILE} * tile + ivec4(0, 1, 2, 3);
  ivec4 line = quotient(result, grid.z), plane = quotient(line, grid.y), image = quotient(plane, grid.x);
  ivec4 d = (plane - image * grid.x) * sourceStep.x + sourceStart.x;
  ivec4 h = (line - plane * grid.y) * sourceStep.y + sourceStart.y;
  ivec4 w = (result - line * grid.z) * sourceStep.z + sourceStart.z;
  ivec4 exists = ivec4(lessThan(result, ivec4(results)));
  ${BLOCK[products]}
  vec4 ${lines(TILE, i => `sum${i} = vec4(0)${i < TILE - 1 ? ',' : ';'}`)}
  ${overTaps(single, addressing, TAP[addressing][products](sumOf(kind)))}
  int channel = group * channelsPerGroup + 4 * (blockNumber - group * blocksPerGroup);
  ${lines(TILE, i => `target${i} = finished(sum${i}, channel);`)}
}
`;
});
