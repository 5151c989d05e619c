import type {Filter} from '../model/filters.js';
import {chosenFilter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import type {Kind, State} from '../model/state.js';
import {inputNumbers, lines, numbers} from './numbers.js';
import type {Numbers} from './numbers.js';
import {refusal} from './refusals.js';

const declare = (name: string, {shape, values}: Numbers): string =>
  values === undefined
    ? `const ${name} = tf.randomNormal([${shape.join(', ')}]);`
    : `const ${name} = tf.tensor([${lines({shape, values}, '  ')}], [${shape.join(', ')}]);`;

const quote = (value: string | number | boolean): string => (typeof value === 'string' ? `'${value}'` : String(value));

const OP: {readonly [kind in Kind]: string} = {
  conv1d: 'conv1d',
  conv2d: 'conv2d',
  conv3d: 'conv3d',
  pointwise: 'pointwiseConv2d',
  depthwise: 'depthwiseConv2d',
  depthwiseSeparable: 'depthwiseSeparableConv2d',
  spatial: 'spatiallySeparableConv2d',
  transpose: 'conv2dTranspose',
  transposeMatrix: 'conv2dTransposeMatrix',
  transpose1d: 'conv1dTranspose',
  transpose3d: 'conv3dTranspose',
};

/** The options that are not at their defaults, as the last argument. */
function optionsOf(s: State, more: readonly string[] = []): string {
  const all: readonly (readonly [string, string | number | boolean, string | number | boolean])[] = [
    ['strides', s.stride, 1],
    ['pad', s.pad, 'valid'],
    ['dilations', s.dilation, 1],
    ['groups', s.groups, 1],
    ['outputPadding', s.outputPadding, 0],
    ['flipFilter', s.flip, false],
  ];
  const given = all.filter(([, value, otherwise]) => value !== otherwise);
  const written = [...given.map(([name, value]) => `${name}: ${quote(value)}`), ...more];
  return written.length === 0 ? '' : `, {${written.join(', ')}}`;
}

/** The transposed convolution step by step, by the matrix of the convolution that goes the other way. */
function fourSteps(s: State): string[] {
  const [{axes, inChannels, outChannels}] = passesOf(s);
  const [, h, w] = axes;
  const isPadded = [h, w].some(({padBefore, padAfter}) => padBefore + padAfter > 0);
  const pad = isPadded ? `[[${h.padBefore}, ${h.padAfter}], [${w.padBefore}, ${w.padAfter}]]` : 'valid';
  const options = optionsOf({...s, pad: 'valid', outputPadding: 0}, isPadded ? [`pad: ${pad}`] : []);
  const [rows, columns] = [h.input * w.input * inChannels, h.output * w.output * outChannels];
  return [
    `const C = convMatrix(filter, [${h.output}, ${w.output}]${options}); // 1. rearranged: ${rows}×${columns}`,
    `const column = tf.reshape(x, [${rows}, 1]); // 2. flattened`,
    'const product = tf.matMul(C, column, true); // 3. multiplied by the transpose',
    `const y = tf.reshape(product, [${h.output}, ${w.output}, ${outChannels}]); // 4. reshaped`,
    `// In one call: ${OP.transposeMatrix}(x, filter${optionsOf(s)})`,
  ];
}

/** The program with tfjs-conv. */
export function ours(s: State, filters: readonly Filter[]): string {
  const op = OP[s.kind];
  const names = s.kind === 'spatial' ? `separateFilter, ${op}` : s.kind === 'transposeMatrix' ? 'convMatrix' : op;
  const head = [
    "import * as tf from '@tensorflow/tfjs';",
    `import {${names}} from 'tfjs-conv';`,
    "import 'tfjs-conv/cpu';",
    '',
    "await tf.setBackend('cpu');",
    declare('x', inputNumbers(s)),
  ];
  const chosen = chosenFilter(s);
  const tail = 'y.print();';
  switch (s.kind) {
    case 'spatial':
      return [
        ...head,
        declare('filter', numbers([s.kernel, s.kernel], chosen.values)),
        `const {columnFilter, rowFilter} = separateFilter(filter, {rank: ${s.rank}});`,
        `const y = ${op}(x, columnFilter, rowFilter${optionsOf(s)});`,
        tail,
      ].join('\n');
    case 'depthwiseSeparable':
      return [
        ...head,
        declare('filter', numbers(chosen.shape, chosen.values)),
        declare('pointwise', numbers(filters[1].shape, filters[1].values)),
        `const y = ${op}(x, filter, pointwise${optionsOf(s)});`,
        tail,
      ].join('\n');
    case 'transposeMatrix':
      return [...head, declare('filter', numbers(chosen.shape, chosen.values)), ...fourSteps(s), tail].join('\n');
    default:
      return [
        ...head,
        declare('filter', numbers(chosen.shape, chosen.values)),
        `const y = ${op}(x, filter${optionsOf(s)});`,
        tail,
      ].join('\n');
  }
}

/** The filters' declarations in TensorFlow.js, which flips none by itself. */
function declareFilters(s: State, filters: readonly Filter[]): string[] {
  const names = s.kind === 'spatial' ? ['column', 'row'] : ['filter', 'pointwise'];
  const axes = Array.from({length: RULES[s.kind].rank}, (_, i) => i).join(', ');
  return filters.flatMap(({shape, values}, i) => {
    const line = declare(names[i], numbers(shape, values));
    return s.flip && (i === 0 || s.kind === 'spatial')
      ? [line.replace(/^const (\w+) = ([^]*);$/, `const $1 = tf.reverse($2, [${axes}]);`)]
      : [line];
  });
}

/** The call of TensorFlow.js, after what has to be done by hand before. */
function builtinCall(s: State): string[] {
  const {rank} = RULES[s.kind];
  const [{axes}] = passesOf(s);
  const outputShape = [...axes.slice(3 - rank).map(({output}) => output), s.filters].join(', ');
  const isPaddedByHand = s.pad === 'causal' || (typeof s.pad === 'number' && rank !== 2);
  const pads = axes.slice(3 - rank).map(({padBefore, padAfter}) => `[${padBefore}, ${padAfter}]`);
  const before = isPaddedByHand ? [`const padded = tf.pad(x, [${[...pads, '[0, 0]'].join(', ')}]);`] : [];
  const [x, pad] = isPaddedByHand ? ['padded', "'valid'"] : ['x', quote(s.pad)];
  const dilated = s.dilation > 1 ? `, '${['NWC', 'NHWC', 'NDHWC'][rank - 1]}', ${s.dilation}` : '';
  const call = (op: string, ...args: (string | number)[]): string =>
    `const y = tf.${op}(${[x, ...args].join(', ')}${dilated});`;
  switch (s.kind) {
    case 'conv1d':
    case 'conv3d':
      return [...before, call(s.kind, 'filter', s.stride, pad)];
    case 'depthwise':
      return [call('depthwiseConv2d', 'filter', s.stride, pad)];
    case 'depthwiseSeparable':
      return [`const y = tf.separableConv2d(x, filter, pointwise, ${s.stride}, ${pad}, ${s.dilation});`];
    case 'spatial': {
      const p = s.pad;
      const [first, second] =
        typeof p === 'number'
          ? [`[[0, 0], [${p}, ${p}], [0, 0], [0, 0]]`, `[[0, 0], [0, 0], [${p}, ${p}], [0, 0]]`]
          : [pad, pad];
      const along = (values: string): string => (s.dilation > 1 ? `, 'NHWC', ${values}` : '');
      return [
        `const between = tf.conv2d(x, column, [${s.stride}, 1], ${first}${along(`[${s.dilation}, 1]`)});`,
        `const y = tf.conv2d(between, row, [1, ${s.stride}], ${second}${along(`[1, ${s.dilation}]`)});`,
      ];
    }
    case 'transpose':
    case 'transposeMatrix':
      return [`const y = tf.conv2dTranspose(x, filter, [${outputShape}], ${s.stride}, ${pad});`];
    case 'transpose3d':
      return [`const y = tf.conv3dTranspose(x, filter, [${outputShape}], ${s.stride}, ${pad});`];
    default:
      return [call('conv2d', 'filter', s.stride, pad)];
  }
}

/** The program with TensorFlow.js alone, or why there is none. */
export function builtin(s: State, filters: readonly Filter[]): string {
  const why = refusal('TensorFlow.js', s);
  if (why !== undefined) return `// TensorFlow.js has no ${why}.`;
  return [
    "import * as tf from '@tensorflow/tfjs';",
    '',
    declare('x', inputNumbers(s)),
    ...declareFilters(s, filters),
    ...builtinCall(s),
    'y.print();',
  ].join('\n');
}
