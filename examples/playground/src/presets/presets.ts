import {DEFAULTS} from '../model/state.js';
import type {State} from '../model/state.js';
import type {Position} from '../model/window.js';

/** A worked figure: a state, and what to look at beside it. */
export interface Preset {
  readonly name: PresetName;
  readonly state: State;
  /** The output that is looked at first. */
  readonly at: Position;
  /** The panel that it is about. */
  readonly panel: 'code' | 'matrix' | 'gradient' | 'field' | 'separable' | 'measure';
}

const FIGURES = {
  kernel: {state: {}, panel: 'code'},
  flip: {state: {input: 'pixel', filter: 'count', flip: true}, panel: 'code'},
  overlap: {state: {input: 'count', size: 8, kernel: 2, filter: 'ones'}, panel: 'code'},
  touch: {state: {input: 'count', size: 8, kernel: 2, filter: 'ones', stride: 2}, panel: 'code'},
  skip: {state: {input: 'count', size: 8, kernel: 2, filter: 'ones', stride: 3}, panel: 'code'},
  padding: {state: {pad: 'same'}, panel: 'code'},
  channels: {state: {channels: 3, input: 'integers', filter: 'integers'}, panel: 'measure'},
  filters: {state: {channels: 3, filters: 4, input: 'integers', filter: 'integers'}, panel: 'measure'},
  pointwise: {
    state: {kind: 'pointwise', channels: 8, filters: 2, input: 'integers', filter: 'integers'},
    panel: 'measure',
  },
  causal: {state: {kind: 'conv1d', input: 'count', filter: 'placesBack', pad: 'causal'}, panel: 'code'},
  sound: {
    state: {kind: 'conv1d', input: 'sound', filter: 'echo', kernel: 3, dilation: 2400, pad: 'causal'},
    panel: 'code',
  },
  volume: {state: {kind: 'conv3d', input: 'count', size: 3, kernel: 2, filter: 'corner'}, panel: 'code'},
  stack: {state: {kind: 'conv3d', input: 'stack', size: 8, kernel: 3, filter: 'blur'}, panel: 'code'},
  dilated: {
    state: {input: 'outer', size: 7, filter: 'places', stride: 2, pad: 1, dilation: 2},
    panel: 'field',
  },
  field: {state: {input: 'integers', size: 9, filter: 'ones', dilation: 2}, panel: 'field'},
  matrix: {state: {kind: 'transposeMatrix', input: 'count', size: 2, filter: 'count'}, panel: 'matrix'},
  transposed: {
    state: {kind: 'transpose', input: 'count', size: 2, kernel: 2, filter: 'ones', stride: 2, outputPadding: 1},
    panel: 'matrix',
  },
  gradient: {state: {input: 'integers', size: 6}, panel: 'gradient'},
  separable: {state: {kind: 'spatial', input: 'article', filter: 'sobelX'}, panel: 'separable'},
  lowRank: {
    state: {kind: 'spatial', input: 'photo', kernel: 7, filter: 'random', rank: 2, pad: 'same'},
    panel: 'separable',
  },
  depthwise: {state: {kind: 'depthwise', channels: 3, input: 'integers', filter: 'integers'}, panel: 'measure'},
  depthwiseSeparable: {
    state: {kind: 'depthwiseSeparable', size: 7, channels: 3, filters: 128, input: 'integers', filter: 'integers'},
    panel: 'measure',
  },
  grouped: {
    state: {channels: 4, filters: 6, groups: 2, input: 'integers', filter: 'integers'},
    panel: 'measure',
  },
  edges: {state: {input: 'photo', filter: 'sobelX', pad: 'same'}, panel: 'measure'},
} as const satisfies {readonly [name: string]: {state: Partial<State>; panel: Preset['panel']}};

export type PresetName = keyof typeof FIGURES;

/** The output that is looked at first, where the one at the corner says little. */
const FIRST: {readonly [name in PresetName]?: Position} = {
  sound: [0, 0, 5300],
  stack: [0, 2, 2],
  lowRank: [0, 60, 44],
  edges: [0, 60, 44],
};

/** In the order in which one learns them. */
export const PRESETS: readonly Preset[] = (Object.keys(FIGURES) as PresetName[]).map(name => ({
  name,
  panel: FIGURES[name].panel,
  at: FIRST[name] ?? [0, 0, 0],
  state: {...DEFAULTS, ...FIGURES[name].state},
}));
