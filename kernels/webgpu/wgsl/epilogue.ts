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
  prelu: rectified('slopesOf(channel)'),
};

/** The function finished(), for the channels from one on. */
export const epilogueFunction = ({bias, slopes, activation}: EpilogueKind): string => `
${bias ? perChannel('bias') : ''}
${slopes ? perChannel('slopes') : ''}
fn finished(sum : vec4<f32>, channel : i32) -> vec4<f32> {
  let y = sum${bias ? ' + biasOf(channel)' : ''};
  return ${!slopes && activation === 'prelu' ? 'y' : ACTIVATIONS[activation]};
}
`;
