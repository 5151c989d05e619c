import {
  hasType,
  integersAttr,
  integersValue,
  integerValue,
  stringAttr,
  stringsAttr,
  stringsValue,
  stringValue,
} from './attributes.js';
import {addConstant, constantOf, setNode} from './graph.js';
import type {Graph} from './graph.js';
import {numberOf} from './linear_form.js';
import {integersOf} from './shape_arithmetic.js';
import type {AttrValue, NodeDef} from './types.js';
import type {Constant} from './weights.js';

/** Which axes of the filter are the output channels: the last, the last two (channel and multiplier), or the one before the last. */
type OutAxis = 'last' | 'lastTwo' | 'beforeLast';

/** What the convolutions of TensorFlow differ in. */
interface ConvOp {
  /** The op that also takes a bias and an activation. */
  readonly fusedOp: string;
  readonly spatialRank: 2 | 3;
  /** Which input is x; the filter is input 1 in all of them. */
  readonly x: 0 | 2;
  readonly outAxis: OutAxis;
}

const CONV_2D: ConvOp = {fusedOp: '_FusedConv2D', spatialRank: 2, x: 0, outAxis: 'last'};
const DEPTHWISE: ConvOp = {fusedOp: 'FusedDepthwiseConv2dNative', spatialRank: 2, x: 0, outAxis: 'lastTwo'};
const CONV_3D: ConvOp = {fusedOp: '_FusedConv3D', spatialRank: 3, x: 0, outAxis: 'last'};
const TRANSPOSE_2D: ConvOp = {fusedOp: '_FusedConv2DBackpropInput', spatialRank: 2, x: 2, outAxis: 'beforeLast'};
const TRANSPOSE_3D: ConvOp = {fusedOp: '_FusedConv3DBackpropInputV2', spatialRank: 3, x: 2, outAxis: 'beforeLast'};

const CONV_OPS: Readonly<Record<string, ConvOp | undefined>> = {
  Conv2D: CONV_2D,
  _FusedConv2D: CONV_2D,
  DepthwiseConv2dNative: DEPTHWISE,
  FusedDepthwiseConv2dNative: DEPTHWISE,
  Conv3D: CONV_3D,
  _FusedConv3D: CONV_3D,
  Conv2DBackpropInput: TRANSPOSE_2D,
  _FusedConv2DBackpropInput: TRANSPOSE_2D,
  Conv3DBackpropInputV2: TRANSPOSE_3D,
  _FusedConv3DBackpropInputV2: TRANSPOSE_3D,
};

/** The activations that a convolution can have, by their names in `fused_ops`. */
export type Activation = 'Relu' | 'Relu6' | 'Elu' | 'LeakyRelu' | 'Prelu' | 'Sigmoid';

const ACTIVATIONS: ReadonlySet<string> = new Set<Activation>(['Relu', 'Relu6', 'Elu', 'LeakyRelu', 'Prelu', 'Sigmoid']);

/** A convolution of the graph, channels last, of float32, with a constant filter. */
export interface ConvNode {
  readonly node: NodeDef;
  readonly op: ConvOp;
  /** The input that is x. */
  readonly x: string;
  readonly filter: Constant;
  readonly outChannels: number;
  /** The input that is the bias. */
  readonly bias?: string;
  readonly activation?: Activation;
  /** The input that is the slopes of Prelu. */
  readonly slopes?: string;
}

/** What is put into a convolution: everything else stays. */
export interface ConvEdit {
  /** Name of the node that the convolution becomes, which is replaced. */
  readonly name: string;
  readonly x?: string;
  readonly filter?: Constant;
  readonly bias?: Constant;
  readonly activation?: Activation;
  readonly slopes?: string;
  readonly attr?: Readonly<Record<string, AttrValue>>;
}

/** Number of the axis of the filter after which everything is of one output channel, and the number of output channels. */
function channelsOf({shape}: Constant, outAxis: OutAxis): number {
  const [beforeLast, last] = shape.slice(-2);
  return {last, lastTwo: beforeLast * last, beforeLast}[outAxis];
}

/** Which output channel the element of this index of the filter belongs to. */
export function outChannelOf({op: {outAxis}, filter, outChannels}: ConvNode): (index: number) => number {
  const last = filter.shape[filter.shape.length - 1];
  return outAxis === 'beforeLast' ? index => Math.floor(index / last) % outChannels : index => index % outChannels;
}

/** Which channel of x the element of this index of the filter is multiplied with, and how many there are: in each group. */
export function inChannelOf({op: {outAxis}, filter: {shape}}: ConvNode): {
  of: (index: number) => number;
  count: number;
} {
  const [beforeLast, last] = shape.slice(-2);
  if (outAxis === 'beforeLast') return {of: index => index % last, count: last};
  return {of: index => Math.floor(index / last) % beforeLast, count: beforeLast};
}

/** The inputs and names of what a fused op does after the convolution; undefined for what is not known here. */
function epilogueOf(node: NodeDef, op: ConvOp): Pick<ConvNode, 'bias' | 'activation' | 'slopes'> | undefined {
  const args = (node.input ?? []).slice(op.x === 0 ? 2 : 3);
  if (node.op !== op.fusedOp) return args.length === 0 ? {} : undefined;
  const [first, second, ...more] = stringsAttr(node, 'fused_ops');
  if (first !== 'BiasAdd' || more.length > 0) return undefined;
  if (second === undefined) return args.length === 1 ? {bias: args[0]} : undefined;
  if (!ACTIVATIONS.has(second) || args.length !== (second === 'Prelu' ? 2 : 1)) return undefined;
  // The set holds the members of the type.
  return {bias: args[0], activation: second as Activation, slopes: args[1]};
}

/**
 * Whether a transposed convolution surely has one group: the sizes of its result, which are its input 0, end in the output
 * channels of the filter, or are those of the spatial axes alone.
 */
function hasOneGroup(graph: Graph, sizes: string | undefined, spatialRank: number, outChannels: number): boolean {
  const elements = integersOf(graph, sizes)?.elements;
  if (elements?.length === spatialRank) return true;
  const channels = elements?.length === spatialRank + 2 ? elements[spatialRank + 1] : undefined;
  return channels !== undefined && numberOf(channels) === outChannels;
}

/** What a node is as a convolution, if it is one that rewrites understand. */
export function convOf(graph: Graph, node: NodeDef): ConvNode | undefined {
  const op = CONV_OPS[node.op];
  if (op == null || !hasType(node, 'T', 'DT_FLOAT')) return undefined;
  if (!stringAttr(node, 'data_format', 'NHWC').endsWith('C')) return undefined;
  const filter = constantOf(graph, node.input?.[1]);
  const x = node.input?.[op.x];
  const epilogue = epilogueOf(node, op);
  if (filter?.dtype !== 'float32' || filter.shape.length !== op.spatialRank + 2) return undefined;
  if (x === undefined || epilogue === undefined || filter.values.length === 0) return undefined;
  const outChannels = channelsOf(filter, op.outAxis);
  if (op.x === 2 && !hasOneGroup(graph, node.input?.[0], op.spatialRank, outChannels)) return undefined;
  return {node, op, x, filter, outChannels, ...epilogue};
}

const zeros = (length: number): Constant => ({shape: [length], dtype: 'float32', values: new Float32Array(length)});

/**
 * Replaces the node `edit.name` by the convolution with what is edited. One with an activation always has a bias, as
 * TensorFlow.js takes the first of `fused_ops` for that of the bias.
 */
export function setConv(graph: Graph, conv: ConvNode, edit: ConvEdit): void {
  const {node, op} = conv;
  const {name} = edit;
  const activation = edit.activation ?? conv.activation;
  const slopes = edit.slopes ?? conv.slopes;
  const fused = activation !== undefined || edit.bias !== undefined || conv.bias !== undefined;
  const filter = edit.filter === undefined ? node.input?.[1] : addConstant(graph, `${name}/filter`, edit.filter);
  const newBias = edit.bias ?? (conv.bias === undefined ? zeros(conv.outChannels) : undefined);
  const bias = newBias !== undefined && fused ? addConstant(graph, `${name}/bias`, newBias) : conv.bias;
  const input = [...(node.input ?? [])].slice(0, op.x + 1);
  input[1] = filter ?? input[1];
  input[op.x] = edit.x ?? conv.x;
  // x and filter are two inputs wherever x is.
  if (op.x === 0) input.length = 2;
  if (fused && bias !== undefined) input.push(bias);
  if (slopes !== undefined) input.push(slopes);
  const attr = {...node.attr, ...edit.attr};
  if (fused) {
    attr.fused_ops = stringsValue(activation === undefined ? ['BiasAdd'] : ['BiasAdd', activation]);
    attr.num_args = integerValue(slopes === undefined ? 1 : 2);
  }
  setNode(graph, {...node, name, op: fused ? op.fusedOp : node.op, input, attr});
}

/** Explicit padding of the spatial axes, as [before, after] of each. */
export type Padding = readonly (readonly [number, number])[];

/** The attributes of explicit padding, channels last. */
export function paddingAttr(padding: Padding): Record<'padding' | 'explicit_paddings', AttrValue> {
  const isValid = padding.every(([before, after]) => before === 0 && after === 0);
  return {
    padding: stringValue(isValid ? 'VALID' : 'EXPLICIT'),
    explicit_paddings: isValid ? {list: {}} : integersValue([[0, 0], ...padding, [0, 0]].flat()),
  };
}

/** The padding of a convolution where it does not depend on the size of x: VALID and EXPLICIT. */
export function paddingOf({node, op: {spatialRank}}: ConvNode): Padding | undefined {
  const padding = stringAttr(node, 'padding', 'VALID');
  if (padding === 'VALID') return Array.from({length: spatialRank}, () => [0, 0] as const);
  const numbers = padding === 'EXPLICIT' ? integersAttr(node, 'explicit_paddings') : undefined;
  if (numbers?.length !== 2 * spatialRank + 4) return undefined;
  return Array.from({length: spatialRank}, (_, axis) => [numbers[2 * axis + 2], numbers[2 * axis + 3]] as const);
}

/** Whether nothing is padded: VALID, explicit zeros, or a window of one tap, which SAME gives no padding. */
export function isUnpadded(conv: ConvNode): boolean {
  const taps = conv.filter.shape.slice(0, conv.op.spatialRank);
  if (stringAttr(conv.node, 'padding', 'VALID') === 'SAME') return taps.every(size => size === 1);
  return paddingOf(conv)?.every(([before, after]) => before === 0 && after === 0) ?? false;
}
