import {FILTERS, INPUTS, isLarge, isPicture} from './state.js';
import type {FilterName, InputName, Kind, State} from './state.js';

/** What a kind of convolution lets one choose. */
export interface KindRules {
  /** Spatial axes. */
  readonly rank: 1 | 2 | 3;
  readonly transposed: boolean;
  readonly numbers: readonly NumberName[];
  readonly pads: readonly State['pad'][];
  readonly flip: boolean;
}

export type NumberName =
  'size' | 'channels' | 'filters' | 'kernel' | 'stride' | 'dilation' | 'groups' | 'outputPadding' | 'rank';

const WINDOW = ['size', 'kernel', 'stride', 'dilation'] as const;
const PADS = ['valid', 'same', 1, 2, 3] as const;
const CHANNELS = [...WINDOW, 'channels', 'filters', 'groups'] as const;
const PLAIN = {transposed: false, pads: PADS, flip: true} as const;
const TRANSPOSED = {transposed: true, pads: PADS, flip: true, numbers: [...CHANNELS, 'outputPadding']} as const;

export const RULES: {readonly [kind in Kind]: KindRules} = {
  conv2d: {...PLAIN, rank: 2, numbers: CHANNELS},
  pointwise: {...PLAIN, rank: 2, numbers: ['size', 'channels', 'filters', 'groups'], pads: ['valid'], flip: false},
  depthwise: {...PLAIN, rank: 2, numbers: [...WINDOW, 'channels']},
  depthwiseSeparable: {...PLAIN, rank: 2, numbers: [...WINDOW, 'channels', 'filters']},
  spatial: {...PLAIN, rank: 2, numbers: [...WINDOW, 'rank']},
  transpose: {...TRANSPOSED, rank: 2},
  transposeMatrix: {...TRANSPOSED, rank: 2},
  conv1d: {...PLAIN, rank: 1, numbers: CHANNELS, pads: ['valid', 'same', 'causal', 1, 2]},
  transpose1d: {...TRANSPOSED, rank: 1},
  conv3d: {...PLAIN, rank: 3, numbers: CHANNELS},
  transpose3d: {...TRANSPOSED, rank: 3},
};

/** Smallest and largest value of each number. */
export const RANGES: {readonly [name in NumberName]: readonly [number, number]} = {
  size: [2, 16],
  channels: [1, 8],
  filters: [1, 128],
  kernel: [1, 9],
  stride: [1, 4],
  dilation: [1, 4],
  groups: [1, 8],
  outputPadding: [0, 3],
  rank: [1, 9],
};

const VOLUME_RANGES = {kernel: [1, 5], channels: [1, 4], filters: [1, 8]} as const;

/** Ranges of kinds whose work, or whose matrix, grows faster than that of others. */
const NARROWER: {readonly [kind in Kind]?: {readonly [name in NumberName]?: readonly [number, number]}} = {
  transpose: {size: [1, 12]},
  transposeMatrix: {size: [1, 8], channels: [1, 4], filters: [1, 4]},
  transpose1d: {size: [1, 12]},
  conv3d: {...VOLUME_RANGES, size: [2, 8]},
  transpose3d: {...VOLUME_RANGES, size: [1, 5]},
};

/** The largest value that makes sense in this state. */
export function rangeOf(name: NumberName, s: State): readonly [number, number] {
  const [least, most] = NARROWER[s.kind]?.[name] ?? RANGES[name];
  // Enough to see how it works, and little enough for every frame.
  if (name === 'filters' && isLarge(s)) return [least, 8];
  if (name === 'dilation' && s.input === 'sound') return [1, 4000];
  if (name === 'rank') return [least, s.kernel];
  if (name === 'outputPadding') return [0, s.pad === 'same' ? 0 : Math.max(s.stride, s.dilation) - 1];
  return [least, most];
}

const ANY_RANK: readonly InputName[] = ['count', 'integers', 'pixel', 'ones', 'random', 'drawn'];

export function inputsOf(kind: Kind): readonly InputName[] {
  const {rank, transposed} = RULES[kind];
  if (rank === 1) return transposed ? ANY_RANK : [...ANY_RANK, 'sound'];
  if (rank === 3) return [...ANY_RANK, 'stack'];
  const flat = INPUTS.filter(name => name !== 'sound' && name !== 'stack');
  // A matrix has a column for each pixel.
  return kind === 'transposeMatrix' ? flat.filter(name => !isPicture(name)) : flat;
}

const ONLY_2D: readonly FilterName[] = ['article', 'sharpen', 'sobelX', 'sobelY', 'laplace'];

export function filtersOf(kind: Kind): readonly FilterName[] {
  return FILTERS.filter(name => {
    if (name === 'corner') return RULES[kind].rank === 3;
    if (name === 'echo') return RULES[kind].rank === 1;
    if (kind === 'pointwise') return ['count', 'integers', 'ones', 'random', 'typed'].includes(name);
    return RULES[kind].rank === 2 || !ONLY_2D.includes(name);
  });
}

const clamp = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, Math.round(value)));

/** Divisors of both channel counts. */
export const groupChoices = ({channels, filters}: State): number[] =>
  Array.from({length: channels}, (_, i) => i + 1).filter(g => channels % g === 0 && filters % g === 0);

/** The nearest state that the page can show: what a kind has not is at its default, numbers are within their ranges. */
export function tidyState(given: State): State {
  const rules = RULES[given.kind];
  const has = (name: NumberName): boolean => rules.numbers.includes(name);
  const number = (name: NumberName, otherwise: number): number =>
    has(name) && Number.isFinite(given[name]) ? clamp(given[name], rangeOf(name, given)) : otherwise;
  const inputs = inputsOf(given.kind);
  const input = inputs.includes(given.input) ? given.input : inputs[0];
  const filterNames = filtersOf(given.kind);
  const s = {...given, input, filter: filterNames.includes(given.filter) ? given.filter : filterNames[0]};
  const channels = isPicture(input) && has('channels') ? (given.channels === 1 ? 1 : 3) : number('channels', 1);
  const filters = given.kind === 'depthwise' ? channels : number('filters', 1);
  const kernel = given.kind === 'pointwise' ? 1 : number('kernel', 3);
  const groups =
    groupChoices({...s, channels, filters})
      .filter(g => has('groups') && g <= given.groups)
      .at(-1) ?? 1;
  const next = {
    ...s,
    size: number('size', 5),
    channels,
    filters,
    kernel,
    stride: number('stride', 1),
    dilation: number('dilation', 1),
    groups,
    rank: has('rank') ? clamp(given.rank, [1, kernel]) : 1,
    pad: rules.pads.includes(given.pad) ? given.pad : rules.pads[0],
    flip: rules.flip && given.flip,
  };
  return {
    ...next,
    outputPadding: has('outputPadding') ? clamp(given.outputPadding, rangeOf('outputPadding', next)) : 0,
  };
}
