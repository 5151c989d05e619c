import {PRELUDE, remembered, targets, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';
import {EACH_VALUE, tensorReader, tensorWriter} from './tensor.js';
import type {Way} from './tensor.js';

/*
 * Programs that lay tensors out for the others, four channels to a texel. Channels that do not exist are 0, so that
 * they add nothing.
 */

const head = (way: Way): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', way)}${targets(1)}
vec4 only(vec4 values, int count) { return mix(vec4(0), values, lessThan(ivec4(0, 1, 2, 3), ivec4(count))); }
`;

/** Four neighbours, or elements that are channels apart, of which each may come several times. */
const FOUR_CHANNELS = {
  neighbours: 'tensorFour(first + channel)',
  apart: 'vec4(tensorAt(e.x), tensorAt(e.y), tensorAt(e.z), tensorAt(e.w))',
};

/** The pixel of the image that is a pixel of the part. */
const CROPPED_PIXEL = `
int batch;
ivec3 at = digits(pixel, partSize, batch) + partFrom;
pixel = (((batch + batchFrom) * imageSize.x + at.x) * imageSize.y + at.y) * imageSize.z + at.z;
`;

/**
 * An image in the order [pixel, group, block of four channels], a group having `perGroup` texels; what stands behind the
 * last pixel is 0. `neighbours`: whether channels are neighbours, and come once each. `cropped`: whether pixels are those
 * of a part of the image.
 */
export const loadImageSource = remembered(
  (way: Way, neighbours: boolean, cropped: boolean): string => `${head(way)}${DIGITS}
uniform int groups, perGroup, channelsPerGroup, imagePixels, zeroPixel, multiplier, batchFrom;
uniform ivec3 strides, partSize, partFrom, imageSize;
void main() {
  int texel = whichTexel();
  int pixel = quotient(texel, groups * perGroup);
  texel -= pixel * groups * perGroup;
  int group = quotient(texel, perGroup);
  int channel = 4 * (texel - group * perGroup);
  int count = pixel < zeroPixel ? channelsPerGroup - channel : 0;
  channel += group * channelsPerGroup;
  ${cropped ? CROPPED_PIXEL : ''}
  ${
    neighbours
      ? 'int first = pixel * strides.y;'
      : `
  int image = quotient(pixel, imagePixels);
  int first = image * strides.x + (pixel - image * imagePixels) * strides.y;
  ivec4 e = first + quotient(channel + ivec4(0, 1, 2, 3), multiplier) * strides.z;`
  }
  target0 = only(${FOUR_CHANNELS[neighbours ? 'neighbours' : 'apart']}, count);
}
`,
);

/**
 * A filter [taps, inChannels / groups, outChannels] in the order [block, tap, position], where the blocks are those of the
 * result and positions four for each block of the source. A texel holds the weights of four out channels, which are
 * those of the result or, backward, of the source; position 4 c + i is the source's channel 4 c + i or, backward, block
 * c of it for the result's channel i.
 */
export const loadFilterSource = (way: Way, backward: boolean): string => `${head(way)}
uniform int taps, perTap, blocks, firstBlock, blocksPerGroup, inPerGroup, outPerGroup, outChannels;
void main() {
  int texel = whichTexel();
  int q = quotient(texel, perTap), position = texel - q * perTap;
  int block = quotient(q, taps), tap = q - block * taps;
  bool exists = block < blocks;
  block += firstBlock;
  int group = quotient(block, blocksPerGroup), local = block - group * blocksPerGroup;
  int inChannel = ${backward ? '4 * local + (position & 3)' : 'position'};
  int outChannel = ${backward ? 'position & ~3' : '4 * local'};
  int count = exists && inChannel < inPerGroup ? outPerGroup - outChannel : 0;
  target0 = only(tensorFour((tap * inPerGroup + inChannel) * outChannels + group * outPerGroup + outChannel), count);
}
`;

/**
 * A depthwise filter as texels (pair of channels, row of taps and pair of taps in it): the weights of both channels at both
 * taps.
 */
export const loadTapPairs = (
  way: Way,
  reversed: boolean,
): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', way)}${targets(1)}
uniform int channelPairs, channels, tapPairs, width, parity;
vec2 weightsAt(int row, int tap, int channel) {
  int k = ${reversed ? 'width - 1 - tap' : 'tap'};
  int e = (row * width + k) * channels + channel;
  bool exists = tap >= 0 && tap < width;
  return mix(vec2(0), vec2(tensorAt(e), tensorAt(e + 1)), bvec2(exists, exists && channel + 1 < channels));
}
void main() {
  int texel = whichTexel();
  int line = quotient(texel, channelPairs), channel = 2 * (texel - line * channelPairs);
  int row = quotient(line, tapPairs), tap = 2 * (line - row * tapPairs) - parity;
  target0 = vec4(weightsAt(row, tap, channel), weightsAt(row, tap + 1, channel));
}
`;

/** A tensor in packed texels, out of any layout. */
export const repackSource = remembered(
  (way: Way): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', way)}
float valueAt(int e) { return tensorAt(e); }
${EACH_VALUE}
${tensorWriter(true)}
`,
);
