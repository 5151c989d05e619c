import {COMPONENTS, lines, programsOf} from './program.js';
import type {TexelWriter} from './program.js';

/*
 * Images as the other programs read them: texels of four neighbouring channels of a group, in the order
 * [pixel, group, block]. Channels that do not exist are 0, so that they add nothing, and so are the texels after those
 * that the image fills, which stand for what is beyond its borders.
 */

export interface ImageKind {
  /** Whether the four channels of a texel are aligned neighbours in the tensor. */
  readonly aligned: boolean;
  readonly to: TexelWriter;
}

/** Element (image, pixel, channel) of the tensor is at image * imageStep + pixel * pixelStep + channel * channelStep. */
const UNIFORM_TYPES = {
  filled: 'i32',
  blocks: 'i32',
  groups: 'i32',
  channelsPerGroup: 'i32',
  multiplier: 'i32',
  pixels: 'i32',
  imageStep: 'i32',
  pixelStep: 'i32',
  channelStep: 'i32',
} as const;

export const imageProgram = programsOf('image', ({aligned, to}: ImageKind) => ({
  bindings: {values: aligned ? 'texels' : 'values', image: to},
  uniforms: UNIFORM_TYPES,
  body: aligned
    ? `
  let exists = index < u.filled;
  imageSet(index, select(vec4<f32>(), values[select(0, index, exists)], exists));`
    : `
  let groupPixel = index / u.blocks;
  let channel = 4 * (index - groupPixel * u.blocks);
  let pixelNumber = groupPixel / u.groups;
  let group = groupPixel - pixelNumber * u.groups;
  let number = pixelNumber / u.pixels;
  let base = number * u.imageStep + (pixelNumber - number * u.pixels) * u.pixelStep;
  var texel = vec4<f32>();
  ${lines(
    4,
    i => `{
    let c = channel + ${i};
    let exists = (index < u.filled) & (c < u.channelsPerGroup);
    let at = base + (group * u.channelsPerGroup + c) / u.multiplier * u.channelStep;
    texel.${COMPONENTS[i]} = select(0.0, values[select(0, at, exists)], exists);
  }`,
  )}
  imageSet(index, texel);
`,
}));
