import {product} from '../src/geometry/conv.js';
import {measure, pseudoRandom} from './measure.js';
import type {Measured} from './measure.js';
import {flopsOfNetwork} from './networks/graph.js';
import type {Network} from './networks/graph.js';
import {seededWeights} from './networks/weights.js';
import {builtin, ours} from './peers/backends.js';
import {onnxNetwork} from './peers/onnx_network.js';
import {onnxRuntimeNode} from './peers/onnxruntime_node.js';
import {onnxRuntimeWeb} from './peers/onnxruntime_web.js';
import {tfjsNetwork} from './peers/tfjs_network.js';

export interface NetworkResult extends Measured {
  readonly flops: number;
}

/**
 * Runs a network on TensorFlow.js' ops, whose convolutions are ours and the built-in ones in turns, and on ONNX Runtime.
 * Rounding grows from layer to layer; a result that is off by more than 2^-14 of the largest is a wrong one.
 */
export async function measureNetwork(network: Network, rounds: number): Promise<NetworkResult> {
  const weights = seededWeights(network);
  const x = pseudoRandom(product(network.input), 7);
  const measured = await measure(
    network.name,
    [
      tfjsNetwork(ours.wasm, 'ours', network, weights, x),
      tfjsNetwork(builtin.wasm, 'built-in', network, weights, x),
      onnxNetwork(onnxRuntimeWeb, network, weights, x),
      onnxNetwork(onnxRuntimeNode, network, weights, x),
    ],
    {rounds, bound: largest => largest * 2 ** -14, timeEach: 6000},
  );
  return {...measured, flops: flopsOfNetwork(network)};
}
