import type {Activation} from '../../../src/geometry/options.js';
import type {BindingKind} from './program.js';

/*
 * y = activation(y + bias) on four values at once. Comparisons are such that NaN stays NaN, which min(), max() and exp() do
 * not promise.
 */

/** What an epilogue consists of; each kind is a program of its own. */
export interface EpilogueKind {
  readonly bias: boolean;
  readonly slopes: boolean;
  readonly activation: Activation;
}

export const EPILOGUE_UNIFORMS = {biasSize: 'i32', slopesSize: 'i32', alpha: 'f32'} as const;

export const epilogueBindings = ({bias, slopes}: EpilogueKind): Record<string, BindingKind> => ({
  ...(bias ? {bias: 'values'} : {}),
  ...(slopes ? {slopes: 'values'} : {}),
});

/** The values of the channels from one on, of a tensor whose values repeat after so many channels. */
const perChannel = (name: string): string => `
fn ${name}Of(channel : i32) -> vec4<f32> {
  let at = (vec4<i32>(channel) + vec4<i32>(0, 1, 2, 3)) % u.${name}Size;
  return vec4<f32>(${name}[at.x], ${name}[at.y], ${name}[at.z], ${name}[at.w]);
}
`;

const rectified = (slope: string): string => `select(y, ${slope} * y, y < vec4<f32>())`;

const ACTIVATIONS: {readonly [A in Activation]: string} = {
  linear: 'y',
  relu: 'select(y, vec4<f32>(), y < vec4<f32>())',
  relu6: 'select(select(y, vec4<f32>(), y < vec4<f32>()), vec4<f32>(6.0), y > vec4<f32>(6.0))',
  elu: 'select(y, exp(y) - 1.0, y < vec4<f32>())',
  sigmoid: 'select(y, 1.0 / (1.0 + exp(-y)), y == y)',
  leakyrelu: rectified('u.alpha'),
  prelu: rectified('slopes'),
};

/** The functions that channelValues() and finished() call. */
export const epilogueFunctions = ({bias, slopes, activation}: EpilogueKind): string => `
${bias ? perChannel('bias') : ''}
${slopes ? perChannel('slopes') : ''}
fn activated(y : vec4<f32>${slopes ? ', slopes : vec4<f32>' : ''}) -> vec4<f32> {
  return ${!slopes && activation === 'prelu' ? 'y' : ACTIVATIONS[activation]};
}
`;

/** Reads what belongs to the channels from one on, once for all results of theirs, into variables of some number. */
export const channelValues = ({bias, slopes}: EpilogueKind, number: string, channel: string): string => `
  ${bias ? `let bias${number} = biasOf(${channel});` : ''}
  ${slopes ? `let slopes${number} = slopesOf(${channel});` : ''}`;

/** What is made of a sum, with the variables of that number. */
export const finished = ({bias, slopes}: EpilogueKind, sum: string, number: string): string =>
  `activated(${sum}${bias ? ` + bias${number}` : ''}${slopes ? `, slopes${number}` : ''})`;
