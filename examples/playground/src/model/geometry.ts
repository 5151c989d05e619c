import {convAxis, span, transposedAxis, UNIT} from './axis.js';
import type {Axis} from './axis.js';
import {RULES} from './rules.js';
import {sizeOf} from './state.js';
import type {State} from './state.js';

/** One convolution of the page: three axes, of which an image or a line leaves the first ones at 1. */
export interface Geometry {
  readonly axes: readonly [Axis, Axis, Axis];
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly transposed: boolean;
  readonly flip: boolean;
}

function axesOf(s: State, kernel: readonly number[]): [Axis, Axis, Axis] {
  const {rank, transposed} = RULES[s.kind];
  const inner = kernel.map(k => {
    const options = {input: sizeOf(s), kernel: k, stride: s.stride, dilation: s.dilation, pad: s.pad};
    return transposed ? transposedAxis(options, s.outputPadding) : convAxis(options);
  });
  const all = [...Array.from({length: 3 - rank}, () => UNIT), ...inner];
  return [all[0], all[1], all[2]];
}

/** An axis that a filter of 1 leaves as it is. */
const passThrough = (size: number): Axis => ({...UNIT, input: size, output: size});

/** The passes of a state, of which each takes what the one before it makes. */
export function passesOf(s: State): readonly Geometry[] {
  const {rank, transposed} = RULES[s.kind];
  const {channels, filters, flip} = s;
  const cube = Array.from({length: rank}, () => s.kernel);
  const axes = axesOf(s, cube);
  const whole = {axes, inChannels: channels, outChannels: filters, groups: s.groups, transposed, flip};
  switch (s.kind) {
    case 'depthwise':
      return [{...whole, outChannels: channels, groups: channels}];
    case 'depthwiseSeparable': {
      const [d, h, w] = axes.map(({output}) => passThrough(output));
      return [
        {...whole, outChannels: channels, groups: channels},
        {...whole, axes: [d, h, w], groups: 1, flip: false},
      ];
    }
    case 'spatial':
      return [
        {...whole, axes: [axes[0], axes[1], passThrough(axes[2].input)], outChannels: s.rank},
        {...whole, axes: [axes[0], passThrough(axes[1].output), axes[2]], inChannels: s.rank},
      ];
    default:
      return [whole];
  }
}

export const parameters = ({axes, inChannels, outChannels, groups}: Geometry): number =>
  (axes.reduce((n, {kernel}) => n * kernel, 1) * inChannels * outChannels) / groups;

/** Of the direct algorithm, taps in the padding included: as often as the filter is laid on. */
export function multiplications(g: Geometry): number {
  const positions = g.axes.reduce((n, axis) => n * (g.transposed ? axis.input : axis.output), 1);
  return positions * parameters(g);
}

/** Whether every axis has room for one window. */
export const isPossible = (passes: readonly Geometry[]): boolean =>
  passes.every(({axes}) => axes.every(axis => axis.output >= 1));

/** Elements that `layers` such convolutions, one on the other, see along an axis: 1 + sum of (span - 1) * strides so far. */
export function receptiveField(axis: Axis, layers: number): number {
  let [size, step] = [1, 1];
  for (let layer = 0; layer < layers; layer++) {
    size += (span(axis) - 1) * step;
    step *= axis.stride;
  }
  return size;
}
