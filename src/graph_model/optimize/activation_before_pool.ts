import {activationOf} from './activation.js';
import type {Activation} from './conv_node.js';
import {convBefore, setConvBefore} from './conv_before.js';
import {isPlain, ownProducerOf, setNode} from './graph.js';
import {freeName} from './node_names.js';
import type {Rule} from './rule.js';

const POOLS: ReadonlySet<string> = new Set(['MaxPool', 'MaxPool3D']);

/** Activations that never fall where x rises. */
const RISING: ReadonlySet<Activation> = new Set<Activation>(['Relu', 'Relu6', 'Elu', 'Sigmoid']);

/**
 * An activation behind the max pooling of a convolution goes before it, into the convolution: an activation that never
 * falls gives its largest value at the largest x, so that f(max x) = max f(x).
 */
export const activationBeforePool: Rule = (graph, node) => {
  const found = isPlain(graph, node) ? activationOf(graph, node) : undefined;
  const pool = found && ownProducerOf(graph, found.x);
  if (found == null || pool == null || !POOLS.has(pool.op) || !isPlain(graph, pool)) return undefined;
  const before = convBefore(graph, pool.input?.[0]);
  if (before == null || before.conv.activation !== undefined || !RISING.has(found.activation)) return undefined;
  const name = freeName(`${node.name}/conv`, taken => graph.nodes.has(taken));
  setConvBefore(graph, before, {name, activation: found.activation});
  setNode(graph, {...pool, name: node.name, input: [name]});
  return {
    kind: 'fused activation',
    nodes: [...before.names, pool.name, node.name],
    sentence: `${found.activation} behind ${pool.op} became the activation of the ${before.conv.node.op} before that`,
  };
};
