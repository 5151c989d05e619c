import {RULES} from '../model/rules.js';
import type {State} from '../model/state.js';

export type Other = 'TensorFlow.js' | 'Keras' | 'PyTorch';

const isGappedSame3d = ({kind, pad, kernel, stride}: State): boolean =>
  RULES[kind].rank === 3 && pad === 'same' && kernel < stride;

/** What a library has not, and when a state needs it. */
const MISSING: {readonly [library in Other]: readonly (readonly [what: string, isNeeded: (s: State) => boolean])[]} = {
  'TensorFlow.js': [
    ['groups', ({groups}) => groups > 1],
    ['strides together with dilations', ({stride, dilation}) => stride > 1 && dilation > 1],
    ['transposed convolution in 1-D', ({kind}) => kind === 'transpose1d'],
    ['dilations of transposed convolutions', ({kind, dilation}) => RULES[kind].transposed && dilation > 1],
    ['numbers of padding in transposed 3-D', ({kind, pad}) => kind === 'transpose3d' && typeof pad === 'number'],
    // It reckons with a padding below 0.
    ["right result for 'same' in 3-D where windows leave gaps", isGappedSame3d],
    ['dilations in 3-D on most backends', ({kind, dilation}) => kind === 'conv3d' && dilation > 1],
  ],
  Keras: [
    ['strides together with dilations', ({stride, dilation}) => stride > 1 && dilation > 1],
    ['groups in transposed convolutions', ({kind, groups}) => RULES[kind].transposed && groups > 1],
    ['dilations of transposed convolutions on CPUs', ({kind, dilation}) => RULES[kind].transposed && dilation > 1],
  ],
  PyTorch: [],
};

/** Why a library has no call for a state; undefined where it has one. */
export const refusal = (library: Other, s: State): string | undefined =>
  MISSING[library].find(([, isNeeded]) => isNeeded(s))?.[0];
