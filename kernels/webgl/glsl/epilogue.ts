import type {Activation} from '../../../src/geometry/options.js';
import {tensorReader} from './tensor.js';

/*
 * y = activation(y + bias) on four channels at once. Comparisons are such that NaN stays NaN, which min() and max() do not
 * promise.
 */

/** What an epilogue consists of, which makes programs of their own. */
export interface EpilogueKind {
  readonly bias: boolean;
  readonly activation: Activation;
}

/** The values of four channels in a tensor of one per channel; channels count anew every `channelPeriod`. */
const perChannel = (name: string): string => `${tensorReader(name)}
vec4 ${name}Of(int channel) {
  if (channelPeriod == 0) return ${name}Four(channel, channelCount - channel);
  ivec4 all = channel + ivec4(0, 1, 2, 3);
  all -= quotient(all, channelPeriod) * channelPeriod;
  return vec4(${name}At(all.x), ${name}At(all.y), ${name}At(all.z), ${name}At(all.w));
}
`;

const rectified = (slope: string): string => `mix(y, ${slope} * y, lessThan(y, vec4(0)))`;

const ACTIVATIONS: {readonly [A in Activation]: {readonly declarations?: string, readonly value: string}} = {
  linear: {value: 'y'},
  relu: {value: 'mix(y, vec4(0), lessThan(y, vec4(0)))'},
  relu6: {value: 'mix(mix(y, vec4(0), lessThan(y, vec4(0))), vec4(6), greaterThan(y, vec4(6)))'},
  elu: {value: 'mix(exp(y) - 1., y, greaterThanEqual(y, vec4(0)))'},
  sigmoid: {value: '1. / (1. + exp(-y))'},
  leakyrelu: {declarations: 'uniform float alpha;', value: rectified('alpha')},
  prelu: {
    declarations: `${perChannel('slopes')}uniform int slopeCount;`,
    value: rectified('(slopeCount == 1 ? vec4(slopesAt(0)) : slopesOf(channel))'),
  },
};

/** The function vec4 finished(vec4 sum, int channel), for the four channels from one on. */
export function epilogueFunction({bias, activation}: EpilogueKind): string {
  const {declarations = '', value} = ACTIVATIONS[activation];
  return `
uniform int channelCount, channelPeriod;
${bias ? perChannel('bias') : ''}
${declarations}
vec4 finished(vec4 y, int channel) {
  ${bias ? 'y += biasOf(channel);' : ''}
  return ${value};
}
`;
}
