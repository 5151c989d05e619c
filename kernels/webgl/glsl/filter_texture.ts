import {layOutHead} from './image_texture.js';
import {PRELUDE, targets, WHICH_TEXEL} from './prelude.js';
import {tensorReader} from './tensor.js';
import type {TensorAccess} from './tensor.js';

/*
 * Programs that lay filters out for the others.
 */

/**
 * A filter [taps, inChannels / groups, outChannels] in the order [block, tap, position], where the blocks are those of the
 * result and positions four for each block of the source. A texel holds the weights of four out channels, which are
 * those of the result or, backward, of the source; position 4 c + i is the source's channel 4 c + i or, backward, block
 * c of it for the result's channel i.
 */
export const filterTextureSource = (access: TensorAccess, backward: boolean): string => `${layOutHead(access)}
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
export const tapPairsSource = (
  access: TensorAccess,
  reversed: boolean,
): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', access)}${targets(1)}
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

/**
 * The filter as texels (pair of source channels, pair of result channels, tap): from the first source channel to both results,
 * and from the second one.
 */
export const weightPairsSource = (
  access: TensorAccess,
  backward: boolean,
): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', access)}${targets(1)}
uniform int sourcePairs, resultPairs, taps, sourceChannels, resultChannels, outChannels;
vec2 weightsAt(int tap, int channel, int result) {
  ${backward ? 'int e = (tap * resultChannels + result) * outChannels + channel, step = outChannels;' : 'int e = (tap * sourceChannels + channel) * outChannels + result, step = 1;'}
  bool exists = tap < taps && channel < sourceChannels && result < resultChannels;
  return mix(vec2(0), vec2(tensorAt(e), tensorAt(e + step)), bvec2(exists, exists && result + 1 < resultChannels));
}
void main() {
  int texel = whichTexel();
  int run = quotient(texel, sourcePairs), channel = 2 * (texel - run * sourcePairs);
  int tap = quotient(run, resultPairs), result = 2 * (run - tap * resultPairs);
  target0 = vec4(weightsAt(tap, channel, result), weightsAt(tap, channel + 1, result));
}
`;
