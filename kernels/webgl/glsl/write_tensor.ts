import {TILE} from '../plan/tiling.js';
import {cachedSource, lines, PRELUDE, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';
import {EACH_VALUE, tensorWriter} from './tensor.js';

/** One of the textures that a fragment of glsl/tiles.ts or glsl/filter_gradient.ts wrote at once. */
export const TILE_AT = `
uniform sampler2D ${Array.from({length: TILE}, (_, i) => `tile${i}`).join(', ')};
vec4 tileAt(int i, vec2 place) {
  ${lines(TILE, i => `vec4 v${i} = texture(tile${i}, place);`)}
  return i < 2 ? (i == 0 ? v0 : v1) : (i == 2 ? v2 : v3);
}
`;

/** Reads what glsl/tiles.ts computed: four channels of a result, by its number within its phase. */
const RESULTS = `${TILE_AT}
uniform int blocks, firstBlock, blocksPerGroup, channelsPerGroup, tiles;
vec4 resultAt(int phaseNumber, int result, int block) {
  return tileAt(result & 3, texelPlace(tile0, (phaseNumber * tiles + (result >> 2)) * blocks + block));
}
// The block with a channel, and the place of the channel in it.
int blockOf(int channel, out int place) {
  int group = quotient(channel, channelsPerGroup);
  int local = channel - group * channelsPerGroup;
  place = local & 3;
  return group * blocksPerGroup + (local >> 2);
}
`;

/** What of the result is written into the program: each kind is a program of its own. */
export interface WriteTensorKind {
  readonly isPacked: boolean;
  readonly channelsLast: boolean;
  /** Whether two channels of a pixel that share a packed texel share a block too. */
  readonly paired: boolean;
  readonly results: 'onePhase' | 'phases' | 'region';
  /** Whether a packed texel is of two channels of two results of one tile. */
  readonly within: boolean;
}

const BLOCK_OF_ONE_PHASE = `
vec4 blockAt(int pixel, int block) { return resultAt(0, pixel, block); }
`;

const BLOCK_OF_PHASES = `${DIGITS}
uniform ivec3 imageSize, phases, grid, stride;
vec4 blockAt(int pixel, int block) {
  int image;
  ivec3 at = digits(pixel, imageSize, image);
  ivec3 t = ivec3(quotient(at.x, stride.x), quotient(at.y, stride.y), quotient(at.z, stride.z));
  ivec3 phase = at - t * stride;
  return resultAt(
      (phase.x * phases.y + phase.y) * phases.z + phase.z,
      ((image * grid.x + t.x) * grid.y + t.y) * grid.z + t.z, block);
}
`;

/** The same of a region, and whether an element is in it. */
const BLOCK_OF_REGION = `${DIGITS}
uniform ivec3 imageSize, phases, grid, stride, gridFrom;
uniform int batchFrom, batch;
void findInPart(int pixel, out int image, out ivec3 t, out ivec3 phase) {
  ivec3 at = digits(pixel, imageSize, image);
  t = ivec3(quotient(at.x, stride.x), quotient(at.y, stride.y), quotient(at.z, stride.z));
  phase = at - t * stride;
  t -= gridFrom;
  image -= batchFrom;
}
vec4 blockAt(int pixel, int block) {
  int image;
  ivec3 t, phase;
  findInPart(pixel, image, t, phase);
  return resultAt(
      (phase.x * phases.y + phase.y) * phases.z + phase.z,
      ((image * grid.x + t.x) * grid.y + t.y) * grid.z + t.z, block - firstBlock);
}
bool isInPart(int pixel, int block) {
  int image;
  ivec3 t, phase;
  findInPart(pixel, image, t, phase);
  return image >= 0 && image < batch && all(greaterThanEqual(t, ivec3(0))) && all(lessThan(t, grid)) &&
      block >= firstBlock && block < firstBlock + blocks;
}
`;

/** Which pixel and channel an element is. */
const CHANNELS_LAST = `
int pixel = quotient(e, channels), channel = e - pixel * channels;
`;
const CHANNELS_FIRST = `
int plane = quotient(e, imagePixels), image = quotient(plane, channels);
int pixel = image * imagePixels + e - plane * imagePixels, channel = plane - image * channels;
`;

/** Leaves elements of other regions as they are. */
const discarding = (channelsLast: boolean): string => `
void discardOthers(int e) {
  ${channelsLast ? CHANNELS_LAST : CHANNELS_FIRST}
  int place;
  if (!isInPart(pixel, blockOf(channel, place))) discard;
}
`;

const PAIR = `
vec2 valuesAt(int e) {
  ${CHANNELS_LAST}
  int place;
  vec4 four = blockAt(pixel, blockOf(channel, place));
  return place == 0 ? four.xy : four.zw;
}
`;

const valueFunction = (channelsLast: boolean): string => `
float valueAt(int e) {
  ${channelsLast ? CHANNELS_LAST : CHANNELS_FIRST}
  int place;
  vec4 four = blockAt(pixel, blockOf(channel, place));
  return place < 2 ? (place == 0 ? four.x : four.y) : (place == 2 ? four.z : four.w);
}
`;

/** A packed texel from the two results in it, which are a half of a tile: one place in all textures. */
const WITHIN = `
uniform ivec2 resultSizes;
out vec4 result;
void main() {
  int texel = whichTexel();
  int halves = resultSizes.y >> 1;
  int half_ = quotient(texel, halves), channel = 2 * (texel - half_ * halves), local;
  vec2 at = texelPlace(tile0, (half_ >> 1) * blocks + blockOf(channel, local));
  ${lines(TILE, i => `vec4 v${i} = texture(tile${i}, at);`)}
  vec4 first = (half_ & 1) == 0 ? v0 : v2, second = (half_ & 1) == 0 ? v1 : v3;
  result = local == 0 ? vec4(first.xy, second.xy) : vec4(first.zw, second.zw);
}
`;

const BLOCK_OF: {readonly [R in WriteTensorKind['results']]: string} = {
  onePhase: BLOCK_OF_ONE_PHASE,
  phases: BLOCK_OF_PHASES,
  region: BLOCK_OF_REGION,
};

/** Writes results as the image tensor that they are. */
export const writeTensorSource = cachedSource(
  ({isPacked, channelsLast, paired, results, within}: WriteTensorKind): string =>
    within
      ? `${PRELUDE}${WHICH_TEXEL}${RESULTS}${WITHIN}`
      : `${PRELUDE}${WHICH_TEXEL}${RESULTS}
uniform int channels, imagePixels;
${BLOCK_OF[results]}
${paired ? PAIR : valueFunction(channelsLast) + EACH_VALUE}
${results === 'region' ? discarding(channelsLast) : ''}
${tensorWriter(isPacked, results === 'region')}
`,
);
