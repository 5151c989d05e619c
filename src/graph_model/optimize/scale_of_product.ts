import {withScalar} from './activation.js';
import {hasType} from './attributes.js';
import {convOf, setConv} from './conv_node.js';
import {isPlain, ownProducerOf, setNode} from './graph.js';
import {freeName} from './node_names.js';
import type {Rule} from './rule.js';
import {isFinite} from './weights.js';

/**
 * A number that scales one factor of a product, as the 1/6 of hard swish does, goes into the filter of the convolution that
 * reads the product: sum_i ((c a_i) b_i) f_i = sum_i (a_i b_i) (c f_i).
 */
export const scaleOfProduct: Rule = (graph, node) => {
  const conv = isPlain(graph, node) ? convOf(graph, node) : undefined;
  const product = conv && ownProducerOf(graph, conv.x);
  if (conv == null || product?.op !== 'Mul' || !isPlain(graph, product) || !hasType(product, 'T', 'DT_FLOAT'))
    return undefined;
  for (const index of [0, 1]) {
    const factor = ownProducerOf(graph, product.input?.[index]);
    const scaled = factor?.op === 'Mul' && isPlain(graph, factor) ? withScalar(graph, factor) : undefined;
    if (factor == null || scaled == null) continue;
    const filter = {...conv.filter, values: conv.filter.values.map(value => value * scaled.c)};
    if (!isFinite(filter)) continue;
    const name = freeName(`${node.name}/product`, taken => graph.nodes.has(taken));
    setNode(graph, {...product, name, input: product.input?.map((input, n) => (n === index ? scaled.x : input))});
    setConv(graph, conv, {name: node.name, x: name, filter});
    return {
      kind: 'folded scale',
      nodes: [factor.name, product.name, node.name],
      sentence: `the factor ${scaled.c} of ${product.op} went into the filter of the ${node.op} behind`,
    };
  }
  return undefined;
};
