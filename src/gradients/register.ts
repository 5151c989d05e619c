import type {KernelName} from '../registry/kernel_names.js';
import {registerKernelGradient} from '../registry/register_gradient.js';
import type {KernelGradient} from '../registry/register_gradient.js';
import {convMatrixGradient} from './conv_matrix.js';
import {convNDGradient, convNDBackpropFilterGradient, convNDBackpropInputGradient} from './conv_nd.js';
import {depthwiseSeparableConv2DGradient, spatiallySeparableConv2DGradient} from './two_stage.js';

const GRADIENTS: {readonly [K in KernelName]: KernelGradient<K>} = {
  ConvND: convNDGradient,
  ConvNDBackpropInput: convNDBackpropInputGradient,
  ConvNDBackpropFilter: convNDBackpropFilterGradient,
  SpatiallySeparableConv2D: spatiallySeparableConv2DGradient,
  DepthwiseSeparableConv2D: depthwiseSeparableConv2DGradient,
  ConvMatrix: convMatrixGradient,
  Conv2DTransposeMatrix: convNDBackpropInputGradient,
};

/** Registers the gradient of every kernel. It holds for every backend, since it is made of kernels. */
export function registerGradients(): void {
  const register = <K extends KernelName>(kernelName: K) => registerKernelGradient(kernelName, GRADIENTS[kernelName]);
  (Object.keys(GRADIENTS) as KernelName[]).forEach(register);
}
