import {cachedSource, PRELUDE, targets, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';
import {EACH_VALUE, tensorReader, tensorWriter} from './tensor.js';
import type {TensorAccess} from './tensor.js';

/*
 * Programs that lay tensors out for the others, four channels to a texel. Channels that do not exist are 0, so that
 * they add nothing.
 */

/** What programs begin with that lay a tensor out, a texel with the element at its place. */
export const layOutHead = (
  access: TensorAccess,
): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', access)}${targets(1)}
vec4 only(vec4 values, int count) { return mix(vec4(0), values, lessThan(ivec4(0, 1, 2, 3), ivec4(count))); }
`;

/** Four neighbours, or elements that are channels apart, each of which may be read several times. */
const FOUR_CHANNELS = {
  neighbours: 'tensorFour(first + channel)',
  apart: 'vec4(tensorAt(e.x), tensorAt(e.y), tensorAt(e.z), tensorAt(e.w))',
};

/** How many channels of a texel are read: fewer than four where these are all of a pixel, which is one texel then. */
export type ChannelsRead = 1 | 2 | 3 | 4;

/** The first channels of a pixel, followed by zeros. */
const firstChannels = (count: ChannelsRead, neighbours: boolean): string =>
  `vec4(${(['x', 'y', 'z', 'w'] as const)
    .map((p, i) => (i >= count ? '0' : neighbours ? `tensorAt(first + ${i})` : `tensorAt(e.${p})`))
    .join(', ')})`;

/** Which block of channels of which pixel a texel is. */
const WHICH_CHANNELS = `
int pixel = quotient(texel, groups * perGroup);
texel -= pixel * groups * perGroup;
int group = quotient(texel, perGroup);
int channel = 4 * (texel - group * perGroup);
int count = pixel < zeroPixel ? channelsPerGroup - channel : 0;
channel += group * channelsPerGroup;
`;

const ONE_TEXEL = `
int pixel = texel;
int count = pixel < zeroPixel ? 4 : 0;
const int channel = 0;
`;

/** The pixel of the image that is a pixel of the part. */
const CROPPED_PIXEL = `
int batch;
ivec3 at = digits(pixel, partSize, batch) + partFrom;
pixel = (((batch + batchFrom) * imageSize.x + at.x) * imageSize.y + at.y) * imageSize.z + at.z;
`;

/**
 * An image in the order [pixel, group, block of four channels], a group having `perGroup` texels; what follows the last
 * pixel is 0. `neighbours`: whether channels are neighbours, and each is read once. `cropped`: whether pixels are those
 * of a part of the image. `read`: how many channels are read.
 */
export const imageTextureSource = cachedSource(
  (
    access: TensorAccess,
    neighbours: boolean,
    cropped: boolean,
    read: ChannelsRead,
  ): string => `${layOutHead(access)}${DIGITS}
uniform int groups, perGroup, channelsPerGroup, imagePixels, zeroPixel, multiplier, batchFrom;
uniform ivec3 strides, partSize, partFrom, imageSize;
void main() {
  int texel = whichTexel();
  ${read < 4 ? ONE_TEXEL : WHICH_CHANNELS}
  ${cropped ? CROPPED_PIXEL : ''}
  ${
    neighbours
      ? 'int first = pixel * strides.y;'
      : `
  int image = quotient(pixel, imagePixels);
  int first = image * strides.x + (pixel - image * imagePixels) * strides.y;
  ivec4 e = first + quotient(channel + ivec4(0, 1, 2, 3), multiplier) * strides.z;`
  }
  target0 = only(${read < 4 ? firstChannels(read, neighbours) : FOUR_CHANNELS[neighbours ? 'neighbours' : 'apart']}, count);
}
`,
);

/** A tensor in packed texels, out of any layout. */
export const packedImageSource = cachedSource(
  (access: TensorAccess): string => `${PRELUDE}${WHICH_TEXEL}${tensorReader('tensor', access)}
float valueAt(int e) { return tensorAt(e); }
${EACH_VALUE}
${tensorWriter(true)}
`,
);
