import {util} from '@tensorflow/tfjs-core';
import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {fail, RULES} from '../../errors.js';
import {resolveConv, resolveDepthwise} from '../../geometry/resolve.js';
import {isListOf, isNonNegative} from '../../geometry/validate.js';
import {floatTensor} from '../../ops/inputs.js';
import {scoped} from '../../ops/scoped.js';
import {runKernel} from '../../registry/run_kernel.js';
import type {GraphConv} from './forward.js';
import {groupsOf, nodeInput} from './node_inputs.js';
import {optionsOnce, readNodeOptions} from './node_options.js';

/** The ops that compute the gradient of a convolution of x by its filter, at dy. */
export const backpropFilter =
  (kind: GraphConv): OpExecutor =>
  node => {
    const {op, rank, depthwise} = kind;
    const x = floatTensor(op, 'x', nodeInput(op, node, 0, 'x'));
    const filter: unknown = Array.from(nodeInput(op, node, 1, 'filter_sizes').dataSync());
    const dy = floatTensor(op, 'dy', nodeInput(op, node, 2, 'dy'));
    if (!isListOf(filter, rank + 2, isNonNegative)) {
      return fail(op, RULES.sizes('filter_sizes', rank + 2), 'filter_sizes', filter);
    }
    const given = optionsOnce(node.attrs, () => readNodeOptions(kind, node.attrs));
    const options = depthwise ? given : {...given, groups: groupsOf(kind, x.shape, filter, given)};
    const {geometry, outputShape} = (depthwise ? resolveDepthwise : resolveConv)({
      op,
      rank,
      x: x.shape,
      filter,
      options,
    });
    if (!util.arraysEqual(outputShape, dy.shape)) {
      fail(op, RULES.dyShapeOfX, '[dy.shape, expected shape]', [dy.shape, outputShape]);
    }
    return scoped(op, () => runKernel('ConvNDBackpropFilter', {x, dy}, {geometry, outputShape: filter}));
  };
