import {CASES} from '../cases/index.js';
import type {Case, OpName} from '../cases/index.js';
import type {AttrValue, NodeDef} from '../../src/graph_model/optimize/types.js';
import {float, integer, integers, node, placeholder, sizes, text, texts, weight} from './graphs.js';
import type {Graph, Weight} from './graphs.js';
import {isChannelsLast} from './reference.js';
import type {Model} from './model.js';

/* Cases as graphs, as TensorFlow and its converter write them. */

interface NodeKind {
  readonly rank: 1 | 2 | 3;
  readonly op: string;
  /** With `fused_ops`; transposed convolutions have none. */
  readonly fused?: string;
}

const PLANAR: NodeKind = {rank: 2, op: 'Conv2D', fused: '_FusedConv2D'};

/** The nodes that compute the ops. One-dimensional convolutions are two-dimensional ones between two changes of shape. */
const KINDS: {readonly [O in OpName]?: NodeKind} = {
  conv1d: {...PLANAR, rank: 1},
  conv2d: PLANAR,
  conv3d: {rank: 3, op: 'Conv3D', fused: '_FusedConv3D'},
  pointwiseConv2d: PLANAR,
  dilatedConv2d: PLANAR,
  groupedConv2d: PLANAR,
  depthwiseConv2d: {rank: 2, op: 'DepthwiseConv2dNative', fused: 'FusedDepthwiseConv2dNative'},
  conv1dTranspose: {rank: 1, op: 'Conv2DBackpropInput'},
  conv2dTranspose: {rank: 2, op: 'Conv2DBackpropInput'},
  conv3dTranspose: {rank: 3, op: 'Conv3DBackpropInputV2'},
};

/** The names of activations in `fused_ops`. */
const FUSED_NAMES: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

const activationOf = ({options}: Case): string | undefined => FUSED_NAMES[options?.activation ?? ''];

function isGraphCase(one: Case): boolean {
  const {op, x, options = {}} = one;
  const kind = KINDS[op];
  const {strides = 1, outputPadding = 0} = options;
  return (
    kind !== undefined &&
    x.length === kind.rank + 2 &&
    !options.flipFilter &&
    (kind.fused !== undefined || (!options.bias && activationOf(one) === undefined)) &&
    // TensorFlow takes no size that the convolution does not lead back from.
    Math.max(...[outputPadding].flat()) < Math.max(1, Math.min(...[strides].flat()))
  );
}

/** The cases that a graph can have. */
export const GRAPH_CASES: readonly Case[] = CASES.filter(isGraphCase);

type Pairs = readonly (readonly [number, number])[];

/** Padding per spatial axis, or its name. */
function padOf(one: Case, rank: number): string | Pairs {
  const {pad = 'valid', dilations = 1} = one.options ?? {};
  if (pad === 'causal') return [[(one.filters[0][0] - 1) * [dilations].flat()[0], 0]];
  if (typeof pad === 'string') return pad;
  if (typeof pad === 'number') return new Array(rank).fill([pad, pad]);
  return pad.length === rank ? pad : pad.slice(isChannelsLast(one.options ?? {}) ? 1 : 2).slice(0, rank);
}

function attributes(one: Case, {rank}: NodeKind): Record<string, AttrValue> {
  const {strides = 1, dilations = 1, leakyreluAlpha} = one.options ?? {};
  const last = isChannelsLast(one.options ?? {});
  /** For all axes of x, a leading spatial one if there is only one. */
  const everywhere = <T>(spatial: readonly T[], other: T): T[] => {
    const axes = rank === 1 ? [other, ...spatial] : spatial;
    return last ? [other, ...axes, other] : [other, other, ...axes];
  };
  const steps = (value: number | number[]): AttrValue =>
    integers(...everywhere(Array.isArray(value) ? value : new Array<number>(rank).fill(value), 1));
  const pad = padOf(one, rank);
  const format = rank === 3 ? 'NDHWC' : 'NHWC';
  return {
    strides: steps(strides),
    dilations: steps(dilations),
    data_format: text(last ? format : format === 'NHWC' ? 'NCHW' : 'NCDHW'),
    padding: text(typeof pad === 'string' ? pad.toUpperCase() : 'EXPLICIT'),
    explicit_paddings: integers(...(typeof pad === 'string' ? [] : everywhere(pad, [0, 0] as const).flat())),
    ...(leakyreluAlpha === undefined ? {} : {leakyrelu_alpha: float(leakyreluAlpha)}),
  };
}

/** x as the node takes it, and its result as the case has it. */
function between(one: Case, rank: number, inner: (x: string) => NodeDef): NodeDef[] {
  if (rank !== 1) return [placeholder('x'), {...inner('x'), name: 'y'}];
  const axis = isChannelsLast(one.options ?? {}) ? 1 : 2;
  return [
    placeholder('x'),
    node('lifted', 'ExpandDims', ['x', 'axis']),
    inner('lifted'),
    node('y', 'Squeeze', ['inner'], {squeeze_dims: integers(axis)}),
  ];
}

/** The graph of a case, with the weights that `values` has in the order of the model. */
export function caseGraph(one: Case, {parameters, map}: Model, values: readonly Float64Array[]): Graph {
  const kind = KINDS[one.op];
  if (kind === undefined) throw new Error(`no node computes ${one.op}`);
  const {rank, op, fused} = kind;
  const axis = isChannelsLast(one.options ?? {}) ? 1 : 2;
  const withLine = (shape: readonly number[], at: number): number[] => [...shape.slice(0, at), 1, ...shape.slice(at)];
  const weights: Record<string, Weight> = rank === 1 ? {axis: {shape: [], values: [axis], dtype: 'int32'}} : {};
  /** The shape of a parameter of the two-dimensional convolution that stands for this one. */
  const planar = (name: string, shape: readonly number[]): readonly number[] => {
    if (name === 'filter') return withLine(shape, 0);
    return shape.length < 2 ? shape : withLine(shape, shape.length - (axis === 1 ? 2 : 1));
  };
  parameters.forEach(({name, shape}, i) => {
    if (name !== 'x') weights[name] = weight(rank === 1 ? planar(name, shape) : shape, values[i]);
  });
  const attr = attributes(one, kind);
  if (fused === undefined) {
    weights.sizes = sizes(rank === 1 ? withLine(map.outputShape, axis) : map.outputShape);
    return {nodes: between(one, rank, x => node('inner', op, ['sizes', 'filter', x], attr)), weights};
  }
  const steps = [...(one.options?.bias ? ['BiasAdd'] : []), ...[activationOf(one) ?? []].flat()];
  const args = parameters.map(({name}) => name).filter(name => name === 'bias' || name === 'slopes');
  const inner = (x: string): NodeDef =>
    steps.length === 0
      ? node('inner', op, [x, 'filter'], attr)
      : node('inner', fused, [x, 'filter', ...args], {
          ...attr,
          fused_ops: texts(...steps),
          num_args: integer(args.length),
        });
  return {nodes: between(one, rank, inner), weights};
}
