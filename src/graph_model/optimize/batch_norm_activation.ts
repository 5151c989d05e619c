import {numberAttr, stringAttr} from './attributes.js';
import {isPlain, readersOf, setNode} from './graph.js';
import {freeName, parseInput} from './node_names.js';
import type {Rule} from './rule.js';

/** The ops of `activation_mode`. */
const ACTIVATIONS: Readonly<Record<string, string | undefined>> = {IDENTITY: 'Identity', RELU: 'Relu'};

/**
 * _FusedBatchNormEx, which TensorFlow's own optimizer makes and TensorFlow.js does not know, is batch normalization and then
 * its activation: the op is defined as that, where it adds no side input.
 */
export const batchNormActivation: Rule = (graph, node) => {
  if (node.op !== '_FusedBatchNormEx' || !isPlain(graph, node)) return undefined;
  const activation = ACTIVATIONS[stringAttr(node, 'activation_mode', 'Identity')];
  const readsMore = readersOf(graph, node.name).some(({input = []}) =>
    input.map(parseInput).some(({node: name, index}) => name === node.name && index > 0),
  );
  if (activation === undefined || readsMore || numberAttr(node, 'num_side_inputs', 0) !== 0) return undefined;
  const name = freeName(`${node.name}/normalized`, taken => graph.nodes.has(taken));
  setNode(graph, {...node, name, op: 'FusedBatchNormV3'});
  setNode(graph, {name: node.name, op: activation, input: [name], attr: {T: {type: 'DT_FLOAT'}}});
  return {
    kind: 'simplified',
    nodes: [node.name],
    sentence: `${node.op} is batch normalization and ${activation}`,
  };
};
