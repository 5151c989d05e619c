import type {Contestant} from '../measure.js';
import type {Activation, Network, Node} from '../networks/graph.js';
import type {Weights} from '../networks/weights.js';
import {permuted} from './onnx_layout.js';
import type {Initializer, OnnxModel, OnnxNode} from './onnx_model.js';
import {loadChannelsLast} from './onnxruntime.js';
import type {OnnxRuntime} from './onnxruntime.js';

const valueName = (index: number): string => (index < 0 ? 'x' : `y${index}`);

/** Padding 'same' of one axis: the odd element behind. */
function samePads(input: number, output: number, kernel: number, stride: number): [before: number, after: number] {
  const all = Math.max(0, (output - 1) * stride + kernel - input);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

function windowAttributes(kernel: number, stride: number, from: readonly number[], to: readonly number[]) {
  const pads = [0, 1].map(a => samePads(from[a], to[a], kernel, stride));
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [...pads.map(([before]) => before), ...pads.map(([, after]) => after)],
  };
}

/** The limits of relu6. */
const LIMITS: ReadonlyArray<Initializer> = [0, 6].map(value => ({
  name: `limit${value}`,
  dims: [],
  values: new Float32Array([value]),
}));

/** The nodes of an activation; none for 'linear'. */
const ACTIVATIONS: {readonly [A in Activation]: (from: string, to: string) => OnnxNode[]} = {
  linear: () => [],
  relu: (from, to) => [{op: 'Relu', inputs: [from], output: to}],
  relu6: (from, to) => [{op: 'Clip', inputs: [from, ...LIMITS.map(({name}) => name)], output: to}],
  sigmoid: (from, to) => [{op: 'Sigmoid', inputs: [from], output: to}],
};

function nodesOf(network: Network, {step, inputs, shape}: Node, index: number): OnnxNode[] {
  const output = valueName(index);
  const names = inputs.map(valueName);
  const weights = [`w${index}`, `b${index}`];
  const from = inputs[0] < 0 ? network.input : network.nodes[inputs[0]].shape;
  const activated = (activation: Activation, node: Omit<OnnxNode, 'output'>): OnnxNode[] => {
    const sum = activation === 'linear' ? output : `${output}_sum`;
    return [{...node, output: sum}, ...ACTIVATIONS[activation](sum, output)];
  };
  switch (step.op) {
    case 'conv':
    case 'depthwise': {
      const group = step.op === 'depthwise' ? from[2] : 1;
      const attributes = {...windowAttributes(step.kernel, step.stride, from, shape), group};
      return activated(step.activation, {op: 'Conv', inputs: [...names, ...weights], attributes});
    }
    case 'transposed': {
      const attributes = windowAttributes(step.stride, step.stride, shape, from);
      return [{op: 'ConvTranspose', inputs: [...names, ...weights], output, attributes}];
    }
    case 'add':
      return activated(step.activation, {op: 'Add', inputs: names});
    case 'maxPool': {
      const attributes = windowAttributes(step.size, step.stride, from, shape);
      return [{op: 'MaxPool', inputs: names, output, attributes}];
    }
    case 'concat':
      return [{op: 'Concat', inputs: names, output, attributes: {axis: 1}}];
    case 'classify':
      return [
        {op: 'GlobalAveragePool', inputs: names, output: `${output}_mean`},
        {op: 'Flatten', inputs: [`${output}_mean`], output: `${output}_flat`},
        {op: 'Gemm', inputs: [`${output}_flat`, ...weights], output},
      ];
  }
}

/** Axes of a filter of TensorFlow.js in the order of ONNX. */
const FILTER_AXES: {readonly [O in Node['step']['op']]?: readonly number[]} = {
  conv: [3, 2, 0, 1],
  depthwise: [2, 3, 0, 1],
  transposed: [3, 2, 0, 1],
  classify: [0, 1],
};

function initializersOf({step, filter}: Node, index: number, weights: Weights | null): Initializer[] {
  const axes = FILTER_AXES[step.op];
  if (filter === null || weights === null || axes === undefined) return [];
  return [
    {name: `w${index}`, dims: axes.map(a => filter.shape[a]), values: permuted(weights.filter, filter.shape, axes)},
    {name: `b${index}`, dims: [weights.bias.length], values: weights.bias},
  ];
}

function modelOf(network: Network, weights: ReadonlyArray<Weights | null>): OnnxModel {
  const {
    input: [height, width, channels],
    nodes,
  } = network;
  const last = nodes[nodes.length - 1];
  const [outHeight, outWidth, outChannels] = last.shape;
  const onnxNodes = nodes.flatMap((node, i) => nodesOf(network, node, i));
  const limits = onnxNodes.some(({op}) => op === 'Clip') ? LIMITS : [];
  return {
    nodes: onnxNodes,
    initializers: [...limits, ...nodes.flatMap((node, i) => initializersOf(node, i, weights[i]))],
    input: [valueName(-1), [1, channels, height, width]],
    output: [
      valueName(nodes.length - 1),
      last.step.op === 'classify' ? [1, outChannels] : [1, outChannels, outHeight, outWidth],
    ],
  };
}

/** A network on ONNX Runtime. */
export const onnxNetwork = (
  {name, activate, load}: OnnxRuntime,
  network: Network,
  weights: ReadonlyArray<Weights | null>,
  x: Float32Array,
): Contestant => ({
  name,
  activate,
  prepare: () => loadChannelsLast(load, modelOf(network, weights), x, [1, ...network.input]),
});
