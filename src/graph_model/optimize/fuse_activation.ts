import {activationOf} from './activation.js';
import {convBefore, setConvBefore} from './conv_before.js';
import type {ConvNode} from './conv_node.js';
import {constantOf, isPlain} from './graph.js';
import type {Graph} from './graph.js';
import type {Rule} from './rule.js';
import type {Attributes} from './types.js';

/** Whether the slopes of Prelu are one number or one of each output channel, and of no more axes than x. */
function slopesFit(graph: Graph, slopes: string | undefined, {outChannels}: ConvNode, rank: number): boolean {
  if (slopes === undefined) return true;
  const constant = constantOf(graph, slopes);
  if (constant?.dtype !== 'float32' || constant.shape.length > rank) return false;
  return (
    constant.values.length === 1 ||
    (constant.values.length === outChannels && constant.shape[constant.shape.length - 1] === outChannels)
  );
}

/**
 * A convolution followed by an activation becomes one with that activation: the fused op is defined as the activation of
 * the convolution plus its bias.
 */
export const fuseActivation: Rule = (graph, node) => {
  const found = isPlain(graph, node) ? activationOf(graph, node) : undefined;
  const before = found && convBefore(graph, found.x);
  if (found == null || before == null || before.conv.activation !== undefined) return undefined;
  const {activation, alpha, slopes} = found;
  if (!slopesFit(graph, slopes, before.conv, before.rank)) return undefined;
  const attr: Attributes = alpha === undefined ? {} : {leakyrelu_alpha: {f: alpha}};
  setConvBefore(graph, before, {name: node.name, activation, slopes, attr});
  return {
    kind: 'fused activation',
    nodes: [...before.names, node.name],
    sentence: `${activation} became the activation of the ${before.conv.node.op} before`,
  };
};
