import type {KernelName} from '../registry/kernel_names.js';
import {registerKernelGradient} from '../registry/register_gradient.js';
import type {KernelGradient} from '../registry/register_gradient.js';
import {convMatrix} from './conv_matrix.js';
import {convND, convNDBackpropFilter, convNDBackpropInput} from './conv_nd.js';
import {depthwiseSeparableConv2D, spatiallySeparableConv2D} from './two_stage.js';

const GRADIENTS: {readonly [K in KernelName]: KernelGradient<K>} = {
  ConvND: convND,
  ConvNDBackpropInput: convNDBackpropInput,
  ConvNDBackpropFilter: convNDBackpropFilter,
  SpatiallySeparableConv2D: spatiallySeparableConv2D,
  DepthwiseSeparableConv2D: depthwiseSeparableConv2D,
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: convNDBackpropInput,
};

/** Registers the gradient of every kernel. It holds for every backend, since it is made of kernels. */
export function registerGradients(): void {
  const register = <K extends KernelName>(kernelName: K) => registerKernelGradient(kernelName, GRADIENTS[kernelName]);
  (Object.keys(GRADIENTS) as KernelName[]).forEach(register);
}
