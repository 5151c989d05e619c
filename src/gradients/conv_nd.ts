import type {Tensor} from '@tensorflow/tfjs-core';
import {NO_ACTIVATION} from '../registry/kernel_names.js';
import type {ConvAttrs} from '../registry/kernel_names.js';
import type {KernelGradient} from '../registry/register_gradient.js';
import {runKernel} from '../registry/run_kernel.js';
import {biasGradient} from './bias.js';

type Geometry = Pick<ConvAttrs, 'geometry'>;

/** conv(x, filter), recorded. */
export const forward = (x: Tensor, filter: Tensor, {geometry}: Geometry, outputShape: number[]): Tensor =>
  runKernel('ConvND', {x, filter}, {geometry, outputShape, ...NO_ACTIVATION});

/** The gradient of conv(x, filter) by x at dy, recorded. */
export const backpropInput = (dy: Tensor, filter: Tensor, {geometry}: Geometry, outputShape: number[]): Tensor =>
  runKernel('ConvNDBackpropInput', {dy, filter}, {geometry, outputShape, ...NO_ACTIVATION});

/** The gradient of conv(x, filter) by filter at dy, recorded. */
export const backpropFilter = (x: Tensor, dy: Tensor, {geometry}: Geometry, outputShape: number[]): Tensor =>
  runKernel('ConvNDBackpropFilter', {x, dy}, {geometry, outputShape});

/*
 * The closed trio. y = conv(x, f) is linear in x and in f, so is each of its two gradients in both of its arguments,
 * and the derivative of each kernel is made of the other two:
 *
 *     <dy, conv(x, f)> = <backpropInput(dy, f), x> = <backpropFilter(x, dy), f>
 */

export const convNDGradient: KernelGradient<'ConvND'> = {
  inputsToSave: ['x', 'filter'],
  gradient: (dy, [x, filter], attrs) => ({
    x: () => backpropInput(dy, filter, attrs, x.shape),
    filter: () => backpropFilter(x, dy, attrs, filter.shape),
    bias: () => biasGradient(dy, attrs.geometry.outChannels, attrs.geometry.channelsLast, attrs.geometry.batch),
  }),
};

/** Also that of Conv2DTransposeMatrix, which is the same map. Here `upstream` has the shape of x. */
export const convNDBackpropInputGradient: KernelGradient<'ConvNDBackpropInput' | 'Conv2DTransposeMatrix'> = {
  inputsToSave: ['dy', 'filter'],
  gradient: (upstream, [dy, filter], attrs) => ({
    dy: () => forward(upstream, filter, attrs, dy.shape),
    filter: () => backpropFilter(upstream, dy, attrs, filter.shape),
    bias: () => biasGradient(upstream, attrs.geometry.inChannels, attrs.geometry.channelsLast, attrs.geometry.batch),
  }),
};

/** Here `upstream` has the shape of the filter. */
export const convNDBackpropFilterGradient: KernelGradient<'ConvNDBackpropFilter'> = {
  inputsToSave: ['x', 'dy'],
  gradient: (upstream, [x, dy], attrs) => ({
    x: () => backpropInput(dy, upstream, attrs, x.shape),
    dy: () => forward(x, upstream, attrs, dy.shape),
  }),
};
