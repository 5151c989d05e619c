import {PRELUDE, RUNS_FRAGMENT, targets} from './prelude.js';
import {tensorReader} from './tensor.js';

/*
 * Programs that lay tensors out for the others, four channels to a texel. Channels that do not exist are 0, so that
 * they add nothing.
 */

const HEAD = `${PRELUDE}${RUNS_FRAGMENT}${tensorReader('tensor')}${targets(1)}
vec4 only(vec4 values, int count) { return mix(vec4(0), values, lessThan(ivec4(0, 1, 2, 3), ivec4(count))); }
`;

/** Run number (pixel * groups + group) * segments + segment of an image; the last pixel is one too many, and 0. */
export const LOAD_IMAGE = `${HEAD}
uniform int groups, segments, channelsPerGroup, channels, pixels, imagePixels, zeroPixel, multiplier;
uniform ivec3 strides;
void main() {
  int run, position;
  whichTexel(run, position);
  int q = quotient(run, segments), segment = run - q * segments;
  int pixel = quotient(q, groups), group = q - pixel * groups;
  int channel = 4 * (segment * targetLayout.x + position);
  int count = channelsPerGroup - channel;
  target0 = vec4(0);
  if (pixel >= zeroPixel || count <= 0) return;
  channel += group * channelsPerGroup;
  int image = quotient(pixel, imagePixels);
  int first = image * strides.x + (pixel - image * imagePixels) * strides.y;
  if (strides.z == 1 && multiplier == 1) {
    target0 = only(tensorFour(first + channel, count), count);
    return;
  }
  ivec4 e = first + quotient(channel + ivec4(0, 1, 2, 3), multiplier) * strides.z;
  target0 = vec4(
      tensorAt(e.x), count > 1 ? tensorAt(e.y) : 0., count > 2 ? tensorAt(e.z) : 0., count > 3 ? tensorAt(e.w) : 0.);
}
`;

/**
 * Run number (block * taps + tap) * segments + segment of a filter [taps, inChannels / groups, outChannels], where the
 * blocks are those of the result. A texel holds the weights of four out channels, which are those of the result or,
 * backward, of the source; position 4 c + i is the source's channel 4 c + i or, backward, block c of it for the result's
 * channel i.
 */
export const LOAD_FILTER = `${HEAD}
uniform int taps, segments, blocks, blocksPerGroup, inPerGroup, outPerGroup, outChannels;
uniform int backward;
void main() {
  int run, position;
  whichTexel(run, position);
  int q = quotient(run, segments), segment = run - q * segments;
  int block = quotient(q, taps), tap = q - block * taps;
  int group = quotient(block, blocksPerGroup), local = block - group * blocksPerGroup;
  position += segment * targetLayout.x;
  int inChannel = backward == 1 ? 4 * local + (position & 3) : position;
  int outChannel = backward == 1 ? position & ~3 : 4 * local;
  int count = outPerGroup - outChannel;
  target0 = vec4(0);
  if (block >= blocks || inChannel >= inPerGroup || count <= 0) return;
  target0 = only(tensorFour((tap * inPerGroup + inChannel) * outChannels + group * outPerGroup + outChannel, count), count);
}
`;
