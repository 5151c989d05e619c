import {chosenFilter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import {inputShape} from '../model/inputs.js';
import {RULES} from '../model/rules.js';
import type {State} from '../model/state.js';

export const LIBRARIES = ['tfjs-conv', 'TensorFlow.js', 'Keras', 'PyTorch'] as const;
export type Library = (typeof LIBRARIES)[number];

/** Options that differ from their defaults, as `name: value` or name=value. */
type Options = readonly (readonly [
  name: string,
  value: string | number | boolean,
  otherwise: string | number | boolean,
])[];

const quote = (value: string | number | boolean): string => (typeof value === 'string' ? `'${value}'` : String(value));

function given(options: Options, join: (name: string, value: string) => string): string[] {
  return options.filter(([, value, otherwise]) => value !== otherwise).map(([name, value]) => join(name, quote(value)));
}

const OURS: {readonly [kind in State['kind']]: string} = {
  conv1d: 'conv1d',
  conv2d: 'conv2d',
  conv3d: 'conv3d',
  pointwise: 'pointwiseConv2d',
  depthwise: 'depthwiseConv2d',
  depthwiseSeparable: 'depthwiseSeparableConv2d',
  spatial: 'spatiallySeparableConv2d',
  transpose: 'conv2dTranspose',
};

function shapeOfInput(s: State): number[] {
  const {depth, height, width, channels} = inputShape(s);
  return [...[depth, height, width].slice(3 - RULES[s.kind].rank), channels];
}

function ours(s: State): string {
  const options = given(
    [
      ['strides', s.stride, 1],
      ['pad', s.pad, 'valid'],
      ['dilations', s.dilation, 1],
      ['groups', s.groups, 1],
      ['outputPadding', s.outputPadding, 0],
      ['flipFilter', s.flip, false],
    ],
    (name, value) => `${name}: ${value}`,
  );
  const tail = options.length > 0 ? `, {${options.join(', ')}}` : '';
  const op = OURS[s.kind];
  const x = `const x = tf.randomNormal([${shapeOfInput(s).join(', ')}]);`;
  const filter = `const filter = tf.randomNormal([${chosenFilter(s).shape.join(', ')}]);`;
  const head = (names: string): string =>
    `import * as tf from '@tensorflow/tfjs';\nimport {${names}} from 'tfjs-conv';\nimport 'tfjs-conv/cpu';\n\n${x}`;
  switch (s.kind) {
    case 'spatial':
      return `${head(`separateFilter, ${op}`)}\n${filter.replace(/, 1, 1\]/, ']')}\nconst {columnFilter, rowFilter} = separateFilter(filter, {rank: ${s.rank}});\nconst y = ${op}(x, columnFilter, rowFilter${tail});`;
    case 'depthwiseSeparable':
      return `${head(op)}\n${filter}\nconst pointwise = tf.randomNormal([1, 1, ${s.channels}, ${s.filters}]);\nconst y = ${op}(x, filter, pointwise${tail});`;
    default:
      return `${head(op)}\n${filter}\nconst y = ${op}(x, filter${tail});`;
  }
}

/** Why TensorFlow.js has no call for a state; undefined where it has one. */
export function refusal(s: State): string | undefined {
  if (s.groups > 1) return 'groups';
  if (s.stride > 1 && s.dilation > 1) return 'strides together with dilations';
  if (s.kind === 'transpose' && s.dilation > 1) return 'dilations of transposed convolutions';
  if (s.kind === 'transpose' && s.outputPadding > 0 && s.pad === 'same') return 'output padding';
  if (s.pad === 'causal') return 'causal padding of ops';
  if ((s.kind === 'conv1d' || s.kind === 'conv3d') && typeof s.pad === 'number')
    return 'numbers of padding in 1-D and 3-D';
  if (s.kind === 'conv3d' && s.dilation > 1) return 'dilations in 3-D on most backends';
  return undefined;
}

function tfjs(s: State): string {
  const why = refusal(s);
  if (why !== undefined) return `// TensorFlow.js has no ${why}.`;
  const filter = s.flip ? 'tf.reverse(filter, [0, 1])' : 'filter';
  const pad = quote(s.pad);
  const dilated = s.dilation > 1 ? `, 'NHWC', ${s.dilation}` : '';
  switch (s.kind) {
    case 'conv1d':
      return `const y = tf.conv1d(x, ${filter.replace('[0, 1]', '[0]')}, ${s.stride}, ${pad}${s.dilation > 1 ? `, 'NWC', ${s.dilation}` : ''});`;
    case 'conv3d':
      return `const y = tf.conv3d(x, ${filter.replace('[0, 1]', '[0, 1, 2]')}, ${s.stride}, ${pad});`;
    case 'depthwise':
      return `const y = tf.depthwiseConv2d(x, ${filter}, ${s.stride}, ${pad}${dilated});`;
    case 'depthwiseSeparable':
      return `const y = tf.separableConv2d(x, ${filter}, pointwise, ${s.stride}, ${pad}, ${s.dilation});`;
    case 'spatial':
      return `// Two calls; finding the column and the row is left to you.\nconst y = tf.conv2d(tf.conv2d(x, column, [${s.stride}, 1], ${pad}), row, [1, ${s.stride}], ${pad});`;
    case 'transpose': {
      const [{axes}] = passesOf(s);
      return `const y = tf.conv2dTranspose(x, ${filter}, [${axes[1].output}, ${axes[2].output}, ${s.filters}], ${s.stride}, ${pad});`;
    }
    default:
      return `const y = tf.conv2d(x, ${filter}, ${s.stride}, ${pad}${dilated});`;
  }
}

const KERAS: {readonly [kind in State['kind']]: string} = {
  conv1d: 'Conv1D',
  conv2d: 'Conv2D',
  conv3d: 'Conv3D',
  pointwise: 'Conv2D',
  depthwise: 'DepthwiseConv2D',
  depthwiseSeparable: 'SeparableConv2D',
  spatial: 'Conv2D',
  transpose: 'Conv2DTranspose',
};

const assign = (name: string, value: string): string => `${name}=${value}`;

function keras(s: State): string {
  const pad = typeof s.pad === 'number' ? 'valid' : s.pad;
  const options = given(
    [
      ['strides', s.stride, 1],
      ['padding', pad, 'valid'],
      ['dilation_rate', s.dilation, 1],
      ['groups', s.groups, 1],
      ...(s.kind === 'transpose' ? ([['output_padding', s.outputPadding, 0]] as const) : []),
      ['use_bias', false, true],
    ],
    (name, value) => assign(name, value === 'false' ? 'False' : value),
  );
  const lines = ['from keras import layers', ''];
  const padded = typeof s.pad === 'number' && s.kind !== 'transpose';
  if (padded) lines.push(`x = layers.ZeroPadding${RULES[s.kind].rank}D(${s.pad})(x)`);
  if (s.kind === 'transpose' && typeof s.pad === 'number') lines.push(`# then layers.Cropping2D(${s.pad})`);
  if (s.flip) lines.push('# Keras does not flip: reverse the weights beforehand.');
  const layer = `layers.${KERAS[s.kind]}`;
  if (s.kind === 'spatial') {
    lines.push(
      `x = layers.Conv2D(${s.rank}, (${s.kernel}, 1), strides=(${s.stride}, 1), padding='${pad}', use_bias=False)(x)`,
    );
    lines.push(`y = layers.Conv2D(1, (1, ${s.kernel}), strides=(1, ${s.stride}), padding='${pad}', use_bias=False)(x)`);
  } else {
    const sizes = s.kind === 'depthwise' ? `${s.kernel}` : `${s.filters}, ${s.kernel}`;
    lines.push(`y = ${layer}(${[sizes, ...options].join(', ')})(x)`);
  }
  return lines.join('\n');
}

function torch(s: State): string {
  const {rank, transposed} = RULES[s.kind];
  const pad = s.pad === 'valid' || s.pad === 'causal' ? 0 : s.pad;
  const options = given(
    [
      ['stride', s.stride, 1],
      ['padding', pad, 0],
      ['dilation', s.dilation, 1],
      ['groups', s.kind === 'depthwise' ? s.channels : s.groups, 1],
      ...(transposed ? ([['output_padding', s.outputPadding, 0]] as const) : []),
      ['bias', false, true],
    ],
    (name, value) => assign(name, value === 'false' ? 'False' : value),
  );
  const lines = ['from torch import nn', ''];
  if (s.pad === 'causal') lines.push(`x = nn.functional.pad(x, (${(s.kernel - 1) * s.dilation}, 0))`);
  if (s.pad === 'same' && (s.stride > 1 || transposed)) lines.push("# 'same' only at stride 1: pad by hand.");
  if (s.flip) lines.push('# PyTorch does not flip: weight.flip(-1, -2) beforehand.');
  const layer = `nn.Conv${transposed ? 'Transpose' : ''}${rank}d`;
  const call = (...parts: (string | number)[]): string => `${layer}(${[...parts, ...options].join(', ')})`;
  if (s.kind === 'spatial') {
    lines.push(`column = nn.Conv2d(1, ${s.rank}, (${s.kernel}, 1), stride=(${s.stride}, 1), bias=False)`);
    lines.push(`row = nn.Conv2d(${s.rank}, 1, (1, ${s.kernel}), stride=(1, ${s.stride}), bias=False)`);
    lines.push('y = row(column(x))');
  } else if (s.kind === 'depthwiseSeparable') {
    lines.push(`depthwise = nn.Conv2d(${s.channels}, ${s.channels}, ${s.kernel}, groups=${s.channels}, bias=False)`);
    lines.push(`pointwise = nn.Conv2d(${s.channels}, ${s.filters}, 1, bias=False)`);
    lines.push('y = pointwise(depthwise(x))');
  } else {
    lines.push(`y = ${call(s.channels, s.filters, s.kernel)}(x)  # channels first`);
  }
  return lines.join('\n');
}

const WRITE: {readonly [library in Library]: (s: State) => string} = {
  'tfjs-conv': ours,
  'TensorFlow.js': tfjs,
  Keras: keras,
  PyTorch: torch,
};

/** The call of a state in a library. */
export const codeOf = (library: Library, s: State): string => WRITE[library](s);
