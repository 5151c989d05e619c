import type {Activation} from '../../../src/geometry/options.js';
import {tensorReader} from './tensor.js';
import type {TensorAccess} from './tensor.js';

/*
 * y = activation(y + bias) on four values at once. Comparisons are such that NaN stays NaN, which min(), max() and exp() do
 * not promise.
 */

/** A tensor of one value, of one per channel, or of one per channel where channels count anew every `channelPeriod`. */
export interface PerChannel {
  readonly access: TensorAccess;
  readonly spread: 'one' | 'channels' | 'period';
}

/** What an epilogue consists of; each kind is a program of its own. */
export interface EpilogueKind {
  readonly bias: PerChannel | undefined;
  readonly slopes: PerChannel | undefined;
  readonly activation: Activation;
}

/** Which channels the components of a vector are: four neighbours, or two neighbours of two results. */
export type Arrangement = 'four' | 'pairs';

const SPREADS: {readonly [S in PerChannel['spread']]: (name: string) => string} = {
  one: name => `vec4(${name}At(0))`,
  channels: name => `${name}Four(channel)`,
  period: name => `vec4(${name}At(all.x), ${name}At(all.y), ${name}At(all.z), ${name}At(all.w))`,
};

/** The values of the channels from one on. */
const perChannel = (
  name: string,
  {access, spread}: PerChannel,
  arrangement: Arrangement,
): string => `${tensorReader(name, access)}
vec4 ${name}Of(int channel) {
  ${spread === 'period' ? 'ivec4 all = channel + ivec4(0, 1, 2, 3); all -= quotient(all, channelPeriod) * channelPeriod;' : ''}
  return (${SPREADS[spread](name)})${arrangement === 'pairs' ? '.xyxy' : ''};
}
`;

const rectified = (slope: string): string => `mix(y, ${slope} * y, lessThan(y, vec4(0)))`;

const LOGISTIC = '1. / (1. + exp(-y))';

const ACTIVATIONS: {readonly [A in Activation]: string} = {
  linear: 'y',
  relu: 'mix(y, vec4(0), lessThan(y, vec4(0)))',
  relu6: 'mix(mix(y, vec4(0), lessThan(y, vec4(0))), vec4(6), greaterThan(y, vec4(6)))',
  elu: 'mix(y, exp(y) - 1., lessThan(y, vec4(0)))',
  sigmoid: `mix(mix(y, ${LOGISTIC}, lessThan(y, vec4(0))), ${LOGISTIC}, greaterThanEqual(y, vec4(0)))`,
  leakyrelu: rectified('alpha'),
  prelu: rectified('slopesOf(channel)'),
};

/** The function vec4 finished(vec4 sum, int channel), for the channels from one on. */
export const epilogueFunction = ({bias, slopes, activation}: EpilogueKind, arrangement: Arrangement): string => `
uniform int channelPeriod;
uniform float alpha;
${bias === undefined ? '' : perChannel('bias', bias, arrangement)}
${slopes === undefined ? '' : perChannel('slopes', slopes, arrangement)}
vec4 finished(vec4 y, int channel) {
  ${bias === undefined ? '' : 'y += biasOf(channel);'}
  return ${slopes === undefined && activation === 'prelu' ? 'y' : ACTIVATIONS[activation]};
}
`;
