import {integersAttr} from './attributes.js';
import {constantOf, isPlain, producerOf, redirect} from './graph.js';
import type {Rule} from './rule.js';

/**
 * ExpandDims that puts back the axis which Squeeze has removed gives what Squeeze reads: that axis has size 1. The axes are
 * the same where both count from the first or both from the last, as Squeeze counts in its input and ExpandDims in its result.
 */
export const cancelReshapes: Rule = (graph, node) => {
  if (node.op !== 'ExpandDims' || graph.outputs.has(node.name) || !isPlain(graph, node)) return undefined;
  const axis = constantOf(graph, node.input?.[1])?.values[0];
  const squeeze = producerOf(graph, node.input?.[0]);
  const axes = squeeze?.op === 'Squeeze' && isPlain(graph, squeeze) ? integersAttr(squeeze, 'squeeze_dims') : undefined;
  const input = squeeze?.input?.[0];
  const isRead = (graph.consumers.get(node.name)?.size ?? 0) > 0;
  if (squeeze == null || input === undefined || !isRead || axes?.length !== 1 || axes[0] !== axis) return undefined;
  redirect(graph, node.name, input);
  return {
    kind: 'simplified',
    nodes: [squeeze.name, node.name, input],
    sentence: 'ExpandDims puts back what Squeeze removes',
  };
};
