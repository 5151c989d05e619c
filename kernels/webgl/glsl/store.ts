import {lines, PRELUDE, RUNS_FRAGMENT, targets} from './prelude.js';
import {DIGITS} from './taps.js';
import {TARGET_WIDTH, tensorWriter} from './tensor.js';
import {TILE} from './conv.js';

/** Reads what glsl/conv.ts made: four channels of a result, by its number within its phase. */
const RESULTS = `
uniform sampler2D ${Array.from({length: TILE}, (_, i) => `made${i}`).join(', ')};
uniform int blocks, blocksPerGroup, channelsPerGroup, tiles;
vec4 madeAt(int phaseNumber, int result, int block) {
  int tile = result >> 2, of = result & 3;
  int index = (phaseNumber * tiles + tile) * blocks + block;
  ${lines(TILE - 1, i => `if (of == ${i}) return texelOf(made${i}, index);`)}
  return texelOf(made${TILE - 1}, index);
}
// The block with a channel, and the place of the channel in it.
int blockOf(int channel, out int place) {
  int group = quotient(channel, channelsPerGroup);
  int local = channel - group * channelsPerGroup;
  place = local & 3;
  return group * blocksPerGroup + (local >> 2);
}
`;

/** Writes results as the image tensor that they are. */
export const storeImage = (isPacked: boolean): string => `${PRELUDE}${TARGET_WIDTH}${RESULTS}${DIGITS}
uniform int channels, imagePixels, channelsLast;
uniform ivec3 imageSize, phases, grid, stride;
vec4 blockAt(int pixel, int block) {
  if (phases == ivec3(1)) return madeAt(0, pixel, block);
  int image;
  ivec3 at = digits(pixel, imageSize, image);
  ivec3 t = ivec3(quotient(at.x, stride.x), quotient(at.y, stride.y), quotient(at.z, stride.z));
  ivec3 phase = at - t * stride;
  return madeAt(
      (phase.x * phases.y + phase.y) * phases.z + phase.z,
      ((image * grid.x + t.x) * grid.y + t.y) * grid.z + t.z, block);
}
// Channel number \`channel\` of a pixel, and the next one where that is in the same block.
vec2 channelsAt(int pixel, int channel) {
  int place;
  vec4 four = blockAt(pixel, blockOf(channel, place));
  return place == 0 ? four.xy : place == 1 ? four.yz : place == 2 ? four.zw : four.ww;
}
float valueAt(int e) {
  if (channelsLast == 1) {
    int pixel = quotient(e, channels);
    return channelsAt(pixel, e - pixel * channels).x;
  }
  int plane = quotient(e, imagePixels), image = quotient(plane, channels);
  return channelsAt(image * imagePixels + e - plane * imagePixels, plane - image * channels).x;
}
vec2 valuesAt(int e, bool both) {
  if (both && channelsLast == 1) {
    int pixel = quotient(e, channels), channel = e - pixel * channels;
    int local = channel - quotient(channel, channelsPerGroup) * channelsPerGroup;
    if ((local & 3) != 3 && local + 1 < channelsPerGroup && channel + 1 < channels) return channelsAt(pixel, channel);
  }
  return vec2(valueAt(e), both ? valueAt(e + 1) : 0.);
}
${tensorWriter(isPacked)}
`;

/**
 * Lays results of one phase out as the image that the next convolution reads, see LOAD_IMAGE in glsl/load.ts; in one
 * texel where the blocks of both are the same.
 */
export const RELOAD_IMAGE = `${PRELUDE}${RUNS_FRAGMENT}${RESULTS}${targets(1)}
uniform int groups, segments, zeroPixel, multiplier, sourcePerGroup, sameBlocks;
float channelAt(int pixel, int channel) {
  int place;
  vec4 four = madeAt(0, pixel, blockOf(quotient(channel, multiplier), place));
  return place == 0 ? four.x : place == 1 ? four.y : place == 2 ? four.z : four.w;
}
void main() {
  int run, position;
  whichTexel(run, position);
  int q = quotient(run, segments), segment = run - q * segments;
  int pixel = quotient(q, groups), group = q - pixel * groups;
  int local = segment * targetLayout.x + position;
  int count = sourcePerGroup - 4 * local;
  target0 = vec4(0);
  if (pixel >= zeroPixel || count <= 0) return;
  if (sameBlocks == 1) {
    vec4 values = madeAt(0, pixel, group * blocksPerGroup + local);
    target0 = mix(vec4(0), values, lessThan(ivec4(0, 1, 2, 3), ivec4(count)));
    return;
  }
  int channel = group * sourcePerGroup + 4 * local;
  target0 = vec4(
      channelAt(pixel, channel), count > 1 ? channelAt(pixel, channel + 1) : 0.,
      count > 2 ? channelAt(pixel, channel + 2) : 0., count > 3 ? channelAt(pixel, channel + 3) : 0.);
}
`;
