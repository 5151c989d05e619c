import type {AttrValue, NodeDef} from '../../src/graph_model/optimize/types.js';
import {numbers} from '../support/data.js';
import {float, integers, node, placeholder, sizes, text, weight} from '../support/graphs.js';
import type {Graph, Weight} from '../support/graphs.js';
import {product} from '../support/sums.js';

/*
 * Random graphs: a chain of ops on x [1, 8, 8, 4], each of 4 channels, with integers and powers of two, so that float32
 * holds every sum exactly.
 */

const SHAPE = [1, 8, 8, 4] as const;
const CHANNELS = 4;

/** What a link is made of: nodes from the input `from` to the node `name`, and their weights. */
interface Made {
  readonly nodes: readonly NodeDef[];
  readonly weights: Readonly<Record<string, Weight>>;
}

type Make = (name: string, from: string, salt: string) => Made;

const FLOAT = {T: {type: 'DT_FLOAT'}};
const op = (name: string, type: string, input: readonly string[], attrs: Record<string, AttrValue> = {}): NodeDef =>
  node(name, type, [...input], {...FLOAT, ...attrs});

/** Mostly zeros, and small: sums of six layers stay exact. */
const sparse = (salt: string, shape: readonly number[]): Weight => {
  const values = numbers(salt, product(shape), true);
  return weight(
    shape,
    values.map(value => (Math.abs(value) < 4 ? 0 : Math.sign(value))),
  );
};
const power = (salt: string, shape: readonly number[]): Weight =>
  weight(
    shape,
    numbers(salt, product(shape), true).map(value => [1, 2, -1, 0.5][Math.abs(value) % 4]),
  );

const conv =
  (type: string, filter: readonly number[], attrs: Record<string, AttrValue>): Make =>
  (name, from, salt) => ({
    nodes: [op(name, type, [from, `${name}_f`], {strides: integers(1, 1, 1, 1), data_format: text('NHWC'), ...attrs})],
    weights: {[`${name}_f`]: sparse(salt, filter)},
  });

const SAME = {padding: text('SAME')};

const constant =
  (type: string, make: (salt: string) => Weight, isFirst = false): Make =>
  (name, from, salt) => ({
    nodes: [op(name, type, isFirst ? [`${name}_c`, from] : [from, `${name}_c`])],
    weights: {[`${name}_c`]: make(salt)},
  });

const plain =
  (type: string, attrs: Record<string, AttrValue> = {}): Make =>
  (name, from) => ({nodes: [op(name, type, [from], attrs)], weights: {}});

const dilated: Make = (name, from, salt) => ({
  nodes: [
    op(`${name}_b`, 'SpaceToBatchND', [from, `${name}_block`, `${name}_pads`]),
    ...conv('Conv2D', [3, 3, CHANNELS, CHANNELS], {padding: text('VALID')})(`${name}_y`, `${name}_b`, salt).nodes,
    op(name, 'BatchToSpaceND', [`${name}_y`, `${name}_block`, `${name}_crops`]),
  ],
  weights: {
    [`${name}_y_f`]: sparse(salt, [3, 3, CHANNELS, CHANNELS]),
    [`${name}_block`]: sizes([2, 3]),
    [`${name}_pads`]: {shape: [2, 2], values: [2, 2, 3, 4], dtype: 'int32'},
    [`${name}_crops`]: {shape: [2, 2], values: [0, 0, 0, 1], dtype: 'int32'},
  },
});

const padded: Make = (name, from, salt) => ({
  nodes: [
    op(`${name}_p`, 'Pad', [from, `${name}_pads`]),
    ...conv('Conv2D', [3, 2, CHANNELS, CHANNELS], {padding: text('VALID')})(name, `${name}_p`, salt).nodes,
  ],
  weights: {
    [`${name}_f`]: sparse(salt, [3, 2, CHANNELS, CHANNELS]),
    [`${name}_pads`]: {shape: [4, 2], values: [0, 0, 2, 0, 0, 1, 0, 0], dtype: 'int32'},
  },
});

const normalized: Make = (name, from, salt) => ({
  nodes: [
    op(name, 'FusedBatchNormV3', [from, `${name}_s`, `${name}_o`, `${name}_m`, `${name}_v`], {
      epsilon: float(0),
      is_training: {b: false},
      data_format: text('NHWC'),
    }),
  ],
  weights: {
    [`${name}_s`]: power(`${salt} s`, [CHANNELS]),
    [`${name}_o`]: sparse(`${salt} o`, [CHANNELS]),
    [`${name}_m`]: sparse(`${salt} m`, [CHANNELS]),
    [`${name}_v`]: weight([CHANNELS], [1, 0.25, 4, 1]),
  },
});

/** relu(x) + a relu(-x) */
const prelu: Make = (name, from, salt) => ({
  nodes: [
    op(`${name}_p`, 'Relu', [from]),
    op(`${name}_n`, 'Neg', [from]),
    op(`${name}_r`, 'Relu', [`${name}_n`]),
    op(`${name}_m`, 'Mul', [`${name}_a`, `${name}_r`]),
    op(name, 'AddV2', [`${name}_p`, `${name}_m`]),
  ],
  weights: {[`${name}_a`]: power(salt, [1, 1, CHANNELS])},
});

const clipped: Make = (name, from) => ({
  nodes: [op(`${name}_m`, 'Minimum', [from, `${name}_six`]), op(name, 'Maximum', [`${name}_m`, `${name}_zero`])],
  weights: {[`${name}_six`]: weight([], [6]), [`${name}_zero`]: weight([], [0])},
});

const permuted: Make = (name, from) => ({
  nodes: [
    op(`${name}_t`, 'Transpose', [from, `${name}_first`]),
    op(`${name}_r`, 'Relu', [`${name}_t`]),
    op(name, 'Transpose', [`${name}_r`, `${name}_last`]),
  ],
  weights: {[`${name}_first`]: sizes([0, 3, 1, 2]), [`${name}_last`]: sizes([0, 2, 3, 1])},
});

const MAKES: Readonly<Record<string, Make>> = {
  convolution: conv('Conv2D', [3, 2, CHANNELS, CHANNELS], SAME),
  'one tap': conv('Conv2D', [1, 1, CHANNELS, CHANNELS], SAME),
  grouped: conv('Conv2D', [3, 3, 2, CHANNELS], SAME),
  depthwise: conv('DepthwiseConv2dNative', [3, 3, CHANNELS, 1], SAME),
  'dilated by blocks': dilated,
  'padded before': padded,
  bias: constant('BiasAdd', salt => sparse(salt, [CHANNELS])),
  'added number': constant('AddV2', salt => sparse(salt, [])),
  'subtracted from': constant('Sub', salt => sparse(salt, [1, 1, 1, CHANNELS]), true),
  scale: constant('Mul', salt => power(salt, [CHANNELS])),
  quotient: constant('RealDiv', salt => power(salt, [])),
  'batch normalization': normalized,
  identity: plain('Identity'),
  relu: plain('Relu'),
  relu6: plain('Relu6'),
  leakyrelu: plain('LeakyRelu', {alpha: float(0.5)}),
  prelu: constant('Prelu', salt => power(salt, [1, 1, CHANNELS])),
  'signed prelu': prelu,
  clipped,
  permuted,
};

/** Links of a chain by their names. */
export const LINKS: readonly string[] = Object.keys(MAKES);

/** A chain of links behind a convolution; `branches` are the links whose results are added to that of the chain. */
export function chainOf(
  links: readonly string[],
  branches: readonly number[],
  salt: number,
): {readonly graph: Graph; readonly shape: readonly number[]} {
  const names = ['x', 'n0', ...links.map((_, n) => `n${n + 1}`)];
  const made = ['convolution', ...links].map((link, n) => MAKES[link](names[n + 1], names[n], `${salt} ${n}`));
  const ends = branches.map(branch => names[Math.min(branch, names.length - 1)]);
  const sums = ends.map((end, n) => op(`s${n}`, 'AddV2', [n === 0 ? (names.at(-1) ?? 'x') : `s${n - 1}`, end]));
  return {
    shape: SHAPE,
    graph: {
      nodes: [placeholder('x'), ...made.flatMap(({nodes}) => nodes), ...sums],
      weights: Object.assign({}, ...made.map(({weights}) => weights)) as Record<string, Weight>,
      outputs: [sums.at(-1)?.name ?? names.at(-1) ?? 'x'],
    },
  };
}
