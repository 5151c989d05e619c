import {
  add,
  concat,
  conv2dTranspose,
  fused,
  matMul,
  maxPool,
  mean,
  relu,
  setBackend,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import type {Contestant} from '../measure.js';
import type {Network, Node} from '../networks/graph.js';
import type {Weights} from '../networks/weights.js';
import {useKernels} from './kernels.js';
import type {Prepared} from './peer.js';
import {output} from './tfjs.js';
import type {BackendPeer} from './tfjs.js';

type Run = (inputs: Tensor4D[]) => Tensor;

/** How a node runs on TensorFlow.js' own ops, fused where there is such an op. */
function runOf({step, shape: [height, width, channels]}: Node, filter: Tensor4D, bias: Tensor): Run {
  switch (step.op) {
    case 'conv':
      return ([x]) => fused.conv2d({x, filter, bias, strides: step.stride, pad: 'same', activation: step.activation});
    case 'depthwise':
      return ([x]) =>
        fused.depthwiseConv2d({x, filter, bias, strides: step.stride, pad: 'same', activation: step.activation});
    case 'transposed':
      return ([x]) => add(conv2dTranspose(x, filter, [1, height, width, channels], step.stride, 'same'), bias);
    case 'add':
      return ([left, right]) => (step.activation === 'relu' ? relu(add(left, right)) : add(left, right));
    case 'maxPool':
      return ([x]) => maxPool(x, step.size, step.stride, 'same');
    case 'concat':
      return inputs => concat(inputs, 3);
    case 'classify':
      return ([x]) => add(matMul(mean(x, [1, 2]), filter), bias);
  }
}

/** Runs every node, and frees what is not needed any more. */
function execute({nodes}: Network, runs: readonly Run[], x: Tensor): Tensor {
  const uses = nodes.map((_, i) =>
    nodes.reduce((sum, {inputs}) => sum + inputs.filter(input => input === i).length, 0),
  );
  const values: Tensor[] = [];
  for (const [i, {inputs}] of nodes.entries()) {
    const of = inputs.map(input => (input < 0 ? x : values[input]) as Tensor4D);
    values.push(tidy(() => runs[i](of)));
    for (const input of inputs) if (input >= 0 && --uses[input] === 0) values[input].dispose();
  }
  return values[nodes.length - 1];
}

/** A network as a function of its input. */
export interface TfjsNetwork {
  readonly predict: (x: Tensor) => Tensor;
  readonly dispose: () => void;
}

/** A network on TensorFlow.js' ops, whose weights are tensors of the current backend. */
export function networkOf(network: Network, weights: ReadonlyArray<Weights | null>): TfjsNetwork {
  const constants = network.nodes.map((node, i) => {
    const of = weights[i];
    return of === null ? [] : [tensor(of.filter, [...(node.filter?.shape ?? [])]), tensor(of.bias)];
  });
  const runs = network.nodes.map((node, i) => runOf(node, constants[i][0] as Tensor4D, constants[i][1]));
  return {
    predict: x => execute(network, runs, x),
    dispose: () => constants.flat().forEach(t => t.dispose()),
  };
}

function prepare(network: Network, weights: ReadonlyArray<Weights | null>, x: Float32Array): Prepared {
  const {predict, dispose} = networkOf(network, weights);
  const input = tensor(x, [1, ...network.input]);
  return {
    run: () => output(predict(input)),
    dispose: () => {
      dispose();
      input.dispose();
    },
  };
}

/** A network on a backend, its convolutions on our kernels (by `accelerate()`) or on the built-in ones. */
export const tfjsNetwork = (
  {name, backend}: Pick<BackendPeer, 'name' | 'backend'>,
  kernels: 'ours' | 'built-in',
  network: Network,
  weights: ReadonlyArray<Weights | null>,
  x: Float32Array,
): Contestant => ({
  name,
  activate: async () => {
    await setBackend(backend);
    useKernels(backend, kernels);
  },
  prepare: () => Promise.resolve(prepare(network, weights, x)),
});
