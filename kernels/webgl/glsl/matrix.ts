import {PRELUDE, WHICH_TEXEL} from './prelude.js';
import {DIGITS} from './taps.js';
import {EACH_VALUE, tensorReader, tensorWriter} from './tensor.js';
import type {TensorAccess} from './tensor.js';

/**
 * The program of the explicit matrix: the element of result (o, c) and source (i, d) is the weight of the tap k with
 * i = o * stride - padBefore + k * dilation, if there is one and the channels are of one group.
 */
export const matrixSource = (
  access: TensorAccess,
  isPacked: boolean,
): string => `${PRELUDE}${WHICH_TEXEL}${DIGITS}${tensorReader('filters', access)}
uniform int columns, inChannels, outChannels, inPerGroup, outPerGroup;
uniform ivec3 sourceSize, resultGrid, kernel, stride, dilation, padBefore;
float valueAt(int e) {
  int row = quotient(e, columns), column = e - row * columns;
  int o = quotient(row, outChannels), outChannel = row - o * outChannels;
  int i = quotient(column, inChannels), inChannel = column - i * inChannels;
  int group = quotient(outChannel, outPerGroup), beyond;
  inChannel -= group * inPerGroup;
  ivec3 from = digits(i, sourceSize, beyond) + padBefore - digits(o, resultGrid, beyond) * stride;
  ivec3 k = ivec3(quotient(max(from.x, 0), dilation.x), quotient(max(from.y, 0), dilation.y), quotient(max(from.z, 0), dilation.z));
  bool reads = k * dilation == from && all(lessThan(k, kernel)) && inChannel >= 0 && inChannel < inPerGroup;
  float weight = filtersAt((((k.x * kernel.y + k.y) * kernel.z + k.z) * inPerGroup + inChannel) * outChannels + outChannel);
  return reads ? weight : 0.;
}
${EACH_VALUE}
${tensorWriter(isPacked)}
`;
