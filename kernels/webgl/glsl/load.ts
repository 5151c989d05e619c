import {PRELUDE, RUNS_FRAGMENT, targets} from './prelude.js';
import {tensorReader} from './tensor.js';
import type {Way} from './tensor.js';

/*
 * Programs that lay tensors out for the others, four channels to a texel. Channels that do not exist are 0, so that
 * they add nothing.
 */

const head = (way: Way): string => `${PRELUDE}${RUNS_FRAGMENT}${tensorReader('tensor', way)}${targets(1)}
vec4 only(vec4 values, int count) { return mix(vec4(0), values, lessThan(ivec4(0, 1, 2, 3), ivec4(count))); }
`;

/** Four neighbours, or elements that are channels apart, of which each may come several times. */
const FOUR_CHANNELS = {
  neighbours: 'tensorFour(first + channel)',
  apart: 'vec4(tensorAt(e.x), tensorAt(e.y), tensorAt(e.z), tensorAt(e.w))',
};

/**
 * Run number (pixel * groups + group) * segments + segment of an image; the last pixel is one too many, and 0.
 * `neighbours`: whether channels are neighbours, and come once each.
 */
export const loadImageSource = (way: Way, neighbours: boolean): string => `${head(way)}
uniform int groups, segments, channelsPerGroup, imagePixels, zeroPixel, multiplier;
uniform ivec3 strides;
void main() {
  int run, position;
  whichTexel(run, position);
  int q = quotient(run, segments), segment = run - q * segments;
  int pixel = quotient(q, groups), group = q - pixel * groups;
  int channel = 4 * (segment * targetLayout.x + position);
  int count = pixel < zeroPixel ? channelsPerGroup - channel : 0;
  channel += group * channelsPerGroup;
  int image = quotient(pixel, imagePixels);
  int first = image * strides.x + (pixel - image * imagePixels) * strides.y;
  ${neighbours ? '' : 'ivec4 e = first + quotient(channel + ivec4(0, 1, 2, 3), multiplier) * strides.z;'}
  target0 = only(${FOUR_CHANNELS[neighbours ? 'neighbours' : 'apart']}, count);
}
`;

/**
 * Run number (block * taps + tap) * segments + segment of a filter [taps, inChannels / groups, outChannels], where the
 * blocks are those of the result. A texel holds the weights of four out channels, which are those of the result or,
 * backward, of the source; position 4 c + i is the source's channel 4 c + i or, backward, block c of it for the result's
 * channel i.
 */
export const loadFilterSource = (way: Way, backward: boolean): string => `${head(way)}
uniform int taps, segments, blocks, blocksPerGroup, inPerGroup, outPerGroup, outChannels;
void main() {
  int run, position;
  whichTexel(run, position);
  int q = quotient(run, segments), segment = run - q * segments;
  int block = quotient(q, taps), tap = q - block * taps;
  int group = quotient(block, blocksPerGroup), local = block - group * blocksPerGroup;
  position += segment * targetLayout.x;
  int inChannel = ${backward ? '4 * local + (position & 3)' : 'position'};
  int outChannel = ${backward ? 'position & ~3' : '4 * local'};
  int count = block < blocks && inChannel < inPerGroup ? outPerGroup - outChannel : 0;
  target0 = only(tensorFour((tap * inPerGroup + inChannel) * outChannels + group * outPerGroup + outChannel), count);
}
`;
