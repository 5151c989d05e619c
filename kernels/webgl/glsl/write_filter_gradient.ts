import type {Products} from '../../gpu/products.js';
import {cachedSource, PRELUDE, WHICH_TEXEL} from './prelude.js';
import {EACH_VALUE, tensorWriter} from './tensor.js';
import {TILE_AT} from './write_tensor.js';

/** Where an element of the filter is among the sums: fragment of the first slice, target, and component. */
const WHERE: {readonly [P in Products]: string} = {
  dense: `
int fragmentOf(int e, out int target, out int place) {
  int q = quotient(e, outChannels), outChannel = e - q * outChannels;
  int tap = quotient(q, inPerGroup), inChannel = q - tap * inPerGroup;
  int group = quotient(outChannel, outPerGroup);
  outChannel -= group * outPerGroup;
  target = inChannel & 3;
  place = outChannel & 3;
  return (tap * inBlocks + group * inBlocksPerGroup + (inChannel >> 2)) * outBlocksPerGroup + (outChannel >> 2);
}`,
  depthwise: `
int fragmentOf(int e, out int target, out int place) {
  int tap = quotient(e, outChannels), channel = e - tap * outChannels;
  target = tap & 3;
  place = channel & 3;
  return (tap >> 2) * inBlocks + (channel >> 2);
}`,
};

/** The program that adds the slices up and writes the tensor. */
export const writeFilterGradientSource = cachedSource(
  (products: Products, isPacked: boolean): string => `${PRELUDE}${WHICH_TEXEL}
uniform int inBlocks, inBlocksPerGroup, outBlocksPerGroup, inPerGroup, outPerGroup, outChannels, slices, sliceFragments;
${WHERE[products]}
${TILE_AT}
float valueAt(int e) {
  int target, place;
  int index = fragmentOf(e, target, place);
  vec4 sum = vec4(0);
  for (int slice = 0; slice < slices; slice++) sum += tileAt(target, texelPlace(tile0, index + slice * sliceFragments));
  return place == 0 ? sum.x : place == 1 ? sum.y : place == 2 ? sum.z : sum.w;
}
${EACH_VALUE}
${tensorWriter(isPacked)}
`,
);
