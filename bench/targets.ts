import {geometricMean, speedup, speedups} from './compare.js';
import type {Comparison} from './compare.js';
import {COMPARISONS, NETWORK_COMPARISONS} from './comparisons.js';
import type {FirstCalls} from './first_call.js';
import type {RuntimeResult} from './runtime.js';
import {PASSES} from './measure_gradients.js';
import {gflopsOf} from './measure_layer.js';
import {ours} from './peers/backends.js';

/** What the library is measured by. */
export interface Target {
  readonly title: string;
  /** NaN where it was not measured. */
  readonly value: (runtime: RuntimeResult) => number;
  /** Ratios that should be small have `atMost`, the others `atLeast`. */
  readonly limit: 'atLeast' | 'atMost';
  /** null where there is no target. */
  readonly least: number | null;
  readonly aim: number | null;
  readonly percent?: boolean;
}

const worst = (values: readonly number[]): number => (values.length === 0 ? NaN : Math.min(...values));
const most = (values: readonly number[]): number => (values.length === 0 ? NaN : Math.max(...values));

const mean =
  (comparison: Comparison) =>
  ({layers}: RuntimeResult): number =>
    geometricMean(speedups(layers, comparison));

/** 3x3 layers of stride 1, dilated ones too. */
const isPlain3x3 = ({name}: {name: string}): boolean => name.startsWith('3x3 ') && !name.includes('stride');
const is1x1 = ({name}: {name: string}): boolean => name.startsWith('1x1 ');

/** Time of a gradient over that of the forward, of the slowest layer. */
const gradient =
  (pass: string) =>
  ({gradients}: RuntimeResult): number =>
    most(gradients.map(({timings}) => timings[pass].median / timings[PASSES.forward].median));

const network =
  (name: string) =>
  ({networks}: RuntimeResult): number => {
    const result = networks.find(one => one.name.startsWith(name));
    return result === undefined ? NaN : (speedup(result, NETWORK_COMPARISONS.tfjs) ?? NaN);
  };

const slowestFirst = (calls: FirstCalls): number =>
  most(Object.values(calls).map(({[ours.wasm.name]: {first, later}}) => first / later));

const peers = 'the best WASM peer';

export const TARGETS: readonly Target[] = [
  {
    title: `geometric mean of the layers, against ${peers} of each`,
    value: mean(COMPARISONS.wasm),
    limit: 'atLeast',
    least: 2,
    aim: 2.5,
  },
  {
    title: `slowest layer, against ${peers}`,
    value: ({layers}) => worst(speedups(layers, COMPARISONS.wasm)),
    limit: 'atLeast',
    least: 1.05,
    aim: 1.2,
  },
  {
    title: `slowest 3x3 layer of stride 1, against ${peers}`,
    value: ({layers}) => worst(speedups(layers.filter(isPlain3x3), COMPARISONS.wasm)),
    limit: 'atLeast',
    least: 2.5,
    aim: 3.5,
  },
  {
    title: 'slowest 1x1 layer, of the ceiling of the microkernel',
    value: ({layers}) => worst(layers.filter(is1x1).map(layer => gflopsOf(layer, ours.wasm.name) / layer.ceiling)),
    limit: 'atLeast',
    least: 0.8,
    aim: 0.9,
    percent: true,
  },
  {
    title: 'geometric mean against native onnxruntime-node',
    value: mean(COMPARISONS.native),
    limit: 'atLeast',
    least: 0.45,
    aim: 0.7,
  },
  {title: '`cpu`, geometric mean against tfjs-cpu', value: mean(COMPARISONS.cpu), limit: 'atLeast', least: 40, aim: 80},
  {
    title: 'slowest filter gradient, over the forward',
    value: gradient(PASSES.filter),
    limit: 'atMost',
    least: 1.5,
    aim: 1.2,
  },
  {
    title: 'slowest input gradient, over the forward',
    value: gradient(PASSES.input),
    limit: 'atMost',
    least: 1.5,
    aim: 1.2,
  },
  {title: 'ResNet-50, against tfjs-wasm', value: network('ResNet-50'), limit: 'atLeast', least: 1.5, aim: 1.8},
  {title: 'MobileNetV2, against tfjs-wasm', value: network('MobileNetV2'), limit: 'atLeast', least: 1.2, aim: 1.5},
  {title: 'U-Net, against tfjs-wasm', value: network('U-Net'), limit: 'atLeast', least: 2.5, aim: 4},
  {
    title: 'slowest first call in a process, over a later one',
    value: ({firstCalls}) => slowestFirst(firstCalls),
    limit: 'atMost',
    least: 3,
    aim: null,
  },
  {
    title: 'slowest first call of a layer in a warm process, over a later one',
    value: ({warmFirstCalls}) => slowestFirst(warmFirstCalls),
    limit: 'atMost',
    least: 3,
    aim: null,
  },
  {
    title: `other layers: geometric mean against ${peers}`,
    value: ({others}) => geometricMean(speedups(others, COMPARISONS.wasm)),
    limit: 'atLeast',
    least: null,
    aim: null,
  },
  {
    title: `other layers: slowest against ${peers}`,
    value: ({others}) => worst(speedups(others, COMPARISONS.wasm)),
    limit: 'atLeast',
    least: null,
    aim: null,
  },
];

const format = (value: number | null, percent = false): string => {
  if (value === null || Number.isNaN(value)) return '-';
  return percent ? `${(100 * value).toFixed(0)} %` : `${value.toFixed(value < 10 ? 2 : 1)}x`;
};

/** A limit as the table shows it. */
export const limitOf = ({limit, percent}: Target, value: number | null): string =>
  value === null ? '-' : `${limit === 'atLeast' ? '≥' : '≤'} ${format(value, percent)}`;

/** A value and whether it holds: ✓ what is asked for at least, ✓✓ the aim, ✗ neither. */
export function verdict({value, limit, least, aim, percent}: Target, runtime: RuntimeResult): string {
  const measured = value(runtime);
  const holds = (bound: number | null) =>
    bound !== null && (limit === 'atLeast' ? measured >= bound : measured <= bound);
  const text = format(measured, percent);
  if (Number.isNaN(measured) || least === null) return text;
  return `${text} ${holds(aim) ? '✓✓' : holds(least) ? '✓' : '✗'}`;
}
