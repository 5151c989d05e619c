import type {Tensor} from '@tensorflow/tfjs-core';
import {yShape} from '../geometry/conv.js';
import type {TwoStageAttrs} from '../registry/kernel_names.js';
import type {KernelGradient} from '../registry/register_gradient.js';
import {biasGradient} from './bias.js';
import {backpropFilter, backpropInput, forward} from './conv_nd.js';

/**
 * y = conv(mid, g), mid = conv(x, f): the chain rule through the trio. The middle result is made again, as the kernel
 * does not keep it, and once for all inputs.
 */
function chain(dy: Tensor, x: Tensor, f: Tensor, g: Tensor, {first, second}: TwoStageAttrs) {
  const [one, two] = [{geometry: first}, {geometry: second}];
  const midShape = yShape(first);
  const mid = forward(x, f, one, midShape);
  const dmid = backpropInput(dy, g, two, midShape);
  return {
    x: () => backpropInput(dmid, f, one, x.shape),
    first: () => backpropFilter(x, dmid, one, f.shape),
    second: () => backpropFilter(mid, dy, two, g.shape),
    bias: () => biasGradient(dy, second.outChannels, second.channelsLast, second.batch),
  };
}

export const spatiallySeparableConv2DGradient: KernelGradient<'SpatiallySeparableConv2D'> = {
  inputsToSave: ['x', 'columnFilter', 'rowFilter'],
  gradient: (dy, [x, column, row], attrs) => {
    const {first, second, ...others} = chain(dy, x, column, row, attrs);
    return {columnFilter: first, rowFilter: second, ...others};
  },
};

export const depthwiseSeparableConv2DGradient: KernelGradient<'DepthwiseSeparableConv2D'> = {
  inputsToSave: ['x', 'depthwiseFilter', 'pointwiseFilter'],
  gradient: (dy, [x, depthwise, pointwise], attrs) => {
    const {first, second, ...others} = chain(dy, x, depthwise, pointwise, attrs);
    return {depthwiseFilter: first, pointwiseFilter: second, ...others};
  },
};
