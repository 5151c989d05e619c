import type {Filter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import type {Kind, State} from '../model/state.js';
import {inputNumbers, lines, numbers} from './numbers.js';
import type {Numbers} from './numbers.js';
import {refusal} from './refusals.js';

const FILTER_NAMES = ['w', 'w2'] as const;

const numpy = (name: string, {shape, values}: Numbers): string =>
  values === undefined
    ? `${name} = np.random.normal(size=(${shape.join(', ')})).astype('float32')`
    : `${name} = np.array([${lines({shape, values}, '    ')}], 'float32').reshape(${shape.join(', ')})`;

/** Arguments by name that are not at their defaults. */
const named = (all: readonly (readonly [string, string | number, string | number])[]): string =>
  all
    .filter(([, value, otherwise]) => value !== otherwise)
    .map(([name, value]) => `, ${name}=${typeof value === 'string' ? `'${value}'` : value}`)
    .join('');

const batched = ({shape, values}: Numbers): Numbers => ({shape: [1, ...shape], values});

const LAYER: {readonly [kind in Kind]: string} = {
  conv1d: 'Conv1D',
  conv2d: 'Conv2D',
  conv3d: 'Conv3D',
  pointwise: 'Conv2D',
  depthwise: 'DepthwiseConv2D',
  depthwiseSeparable: 'SeparableConv2D',
  spatial: 'Conv2D',
  transpose: 'Conv2DTranspose',
  transposeMatrix: 'Conv2DTranspose',
  transpose1d: 'Conv1DTranspose',
  transpose3d: 'Conv3DTranspose',
};

/** A layer of Keras whose weights are given, applied. */
const applied = (from: string, to: string, layer: string, weights: string): string[] => [
  `layer = layers.${layer}`,
  `layer.build(${from}.shape)`,
  `layer.set_weights([${weights}])`,
  `${to} = layer(${from})`,
];

/** The program with Keras, or why there is none. */
export function keras(s: State, filters: readonly Filter[]): string {
  const why = refusal('Keras', s);
  if (why !== undefined) return `# Keras has no ${why}.`;
  const {rank, transposed} = RULES[s.kind];
  const isPaddedByHand = typeof s.pad === 'number';
  const padding = isPaddedByHand ? 'valid' : s.pad;
  const program = ['import numpy as np', 'from keras import layers', '', numpy('x', batched(inputNumbers(s)))];
  filters.forEach(({shape, values}, i) => program.push(numpy(FILTER_NAMES[i], numbers(shape, values))));
  if (s.flip) {
    const backwards = Array.from({length: rank}, () => '::-1').join(', ');
    const flipped = s.kind === 'spatial' ? FILTER_NAMES : FILTER_NAMES.slice(0, 1);
    flipped.forEach(name => program.push(`${name} = ${name}[${backwards}]`));
  }
  if (isPaddedByHand && !transposed) program.push(`x = layers.ZeroPadding${rank}D(${s.pad})(x)`);
  if (s.kind === 'spatial') {
    const one = (kernel: string, strides: string, dilation: string, depth: number): string =>
      `Conv2D(${depth}, ${kernel}, strides=${strides}, padding='${padding}', dilation_rate=${dilation}, use_bias=False)`;
    program.push(
      ...applied('x', 'between', one(`(${s.kernel}, 1)`, `(${s.stride}, 1)`, `(${s.dilation}, 1)`, s.rank), 'w'),
      ...applied('between', 'y', one(`(1, ${s.kernel})`, `(1, ${s.stride})`, `(1, ${s.dilation})`, 1), 'w2'),
    );
  } else {
    const options = named([
      ['strides', s.stride, 1],
      ['padding', padding, 'valid'],
      ['dilation_rate', s.dilation, 1],
      ['groups', s.groups, 1],
      // Where windows leave gaps, Keras adds the last of them unless it is told not to.
      ['output_padding', s.outputPadding, transposed && s.kernel < s.stride && padding === 'valid' ? -1 : 0],
    ]);
    const sizes = s.kind === 'depthwise' ? `${s.kernel}` : `${s.filters}, ${s.kernel}`;
    const weights = s.kind === 'depthwiseSeparable' ? 'w, w2' : 'w';
    program.push(...applied('x', 'y', `${LAYER[s.kind]}(${sizes}${options}, use_bias=False)`, weights));
  }
  if (isPaddedByHand && transposed) program.push(`y = layers.Cropping${rank}D(${s.pad})(y)`);
  return [...program, 'print(np.array(y[0]))'].join('\n');
}

/** Channels first, as PyTorch has images: from [1, ..., channels]. */
const toFront = (rank: number): string =>
  `.permute(${[0, rank + 1, ...Array.from({length: rank}, (_, i) => i + 1)].join(', ')})`;

/** From [...kernel, in, out] to [out, in, ...kernel]; depthwise filters are [...kernel, out, 1] here. */
const filterToFront = (rank: number, isDepthwise: boolean): string => {
  const channels = isDepthwise ? [rank, rank + 1] : [rank + 1, rank];
  return `.permute(${[...channels, ...Array.from({length: rank}, (_, i) => i)].join(', ')})`;
};

const torchTensor = (name: string, {shape, values}: Numbers, permute: string): string =>
  values === undefined
    ? `${name} = torch.randn(${shape.join(', ')})${permute}`
    : `${name} = torch.tensor([${lines({shape, values: values}, '    ')}]).reshape(${shape.join(', ')})${permute}`;

/** Numbers of PyTorch are floats only if one of them is written as one. */
const asFloats = (line: string): string => line.replace(/\]\)\.reshape/, '], dtype=torch.float32).reshape');

/** Amounts of padding for F.pad, which has the last axis first. */
function padLine(s: State): string[] {
  const {rank} = RULES[s.kind];
  const amounts = passesOf({...s, kind: s.kind === 'spatial' ? 'conv2d' : s.kind})[0]
    .axes.slice(3 - rank)
    .reverse()
    .flatMap(({padBefore, padAfter}) => [padBefore, padAfter]);
  return amounts.some(amount => amount > 0) ? [`x = F.pad(x, (${amounts.join(', ')}))`] : [];
}

/** The call of PyTorch for a transposed convolution, cut to the size of 'same' where that is smaller. */
function torchTransposed(s: State): string[] {
  const {rank} = RULES[s.kind];
  const axis = passesOf(s)[0].axes[2];
  const whole = (axis.input - 1) * s.stride + (s.kernel - 1) * s.dilation + 1 - 2 * axis.padBefore;
  const options = named([
    ['stride', s.stride, 1],
    ['padding', axis.padBefore, 0],
    ['output_padding', Math.max(0, axis.output - whole), 0],
    ['groups', s.groups, 1],
    ['dilation', s.dilation, 1],
  ]);
  const cut = Array.from({length: rank}, () => `:${axis.output}`).join(', ');
  return [
    `y = F.conv_transpose${rank}d(x, w${options})`,
    ...(whole > axis.output ? [`y = y[..., ${cut}]  # 'same' cuts one more at the end`] : []),
  ];
}

/** The program with PyTorch. */
export function torch(s: State, filters: readonly Filter[]): string {
  const {rank, transposed} = RULES[s.kind];
  const isDepthwise = s.kind === 'depthwise' || s.kind === 'depthwiseSeparable';
  const program = ['import torch', 'from torch.nn import functional as F', ''];
  program.push(asFloats(torchTensor('x', batched(inputNumbers(s)), toFront(rank))));
  filters.forEach(({shape, values}, i) => {
    const depthwise = isDepthwise && i === 0;
    program.push(asFloats(torchTensor(FILTER_NAMES[i], numbers(shape, values), filterToFront(rank, depthwise))));
  });
  if (s.flip) {
    const flip = `.flip(${Array.from({length: rank}, (_, i) => i + 2).join(', ')})`;
    const flipped = s.kind === 'spatial' ? FILTER_NAMES : FILTER_NAMES.slice(0, 1);
    flipped.forEach(name => program.push(`${name} = ${name}${flip}`));
  }
  const isPaddedByHand = s.pad === 'causal' || (s.pad === 'same' && s.stride > 1);
  if (isPaddedByHand && !transposed) program.push(...padLine(s));
  const padding = isPaddedByHand || s.pad === 'valid' ? 0 : s.pad;
  const shared = [
    ['stride', s.stride, 1],
    ['padding', padding, 0],
    ['dilation', s.dilation, 1],
  ] as const;
  if (transposed) {
    program.push(...torchTransposed(s));
  } else if (s.kind === 'spatial') {
    const along = (first: boolean, value: number): string => (first ? `(${value}, 1)` : `(1, ${value})`);
    const pads = (first: boolean): string =>
      typeof padding === 'string' ? `'${padding}'` : first ? `(${padding}, 0)` : `(0, ${padding})`;
    const one = (from: string, w: string, first: boolean): string =>
      `F.conv2d(${from}, ${w}, stride=${along(first, s.stride)}, padding=${pads(first)}, dilation=${along(first, s.dilation)})`;
    program.push(`between = ${one('x', 'w', true)}`, `y = ${one('between', 'w2', false)}`);
  } else {
    const groups = isDepthwise ? s.channels : s.groups;
    program.push(`y = F.conv${rank}d(x, w${named([...shared, ['groups', groups, 1]])})`);
    if (s.kind === 'depthwiseSeparable') program.push('y = F.conv2d(y, w2)');
  }
  const back = [...Array.from({length: rank}, (_, i) => i + 1), 0].join(', ');
  return [...program, `print(y[0].permute(${back}))  # channels last, as above`].join('\n');
}
