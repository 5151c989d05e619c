import {mul} from '@tensorflow/tfjs-core';
import {DERIVATIVES, preluGradients} from '../ops/activation.js';
import type {UnaryActivation} from '../ops/activation.js';
import type {BuiltinGradient} from './builtin_gradient.js';

/** LeakyRelu has some. */
type ActivationAttrs = {readonly alpha: number} | undefined;

type ActivationGradient = BuiltinGradient<ActivationAttrs>;

const unary = (activation: UnaryActivation): ActivationGradient => ({
  inputsToSave: ['x'],
  gradient: (dy, [x], attrs) => ({x: () => mul(dy, DERIVATIVES[activation](x, attrs?.alpha ?? 0))}),
});

/**
 * The gradients of the activations of fused ops by the kernel, for where they are differentiated in their turn. Those of
 * TensorFlow.js have no gradients, or (Sigmoid) wrong ones. They are as good where none is asked for, and cost less.
 */
export const ACTIVATION_GRADIENTS: Readonly<Record<string, ActivationGradient>> = {
  Relu6: unary('relu6'),
  Elu: unary('elu'),
  Sigmoid: unary('sigmoid'),
  LeakyRelu: unary('leakyrelu'),
  Prelu: {
    inputsToSave: ['x', 'alpha'],
    gradient: (dy, [x, alpha]) => {
      const {x: byX, slopes} = preluGradients(dy, x, alpha);
      return {x: byX, alpha: slopes};
    },
  },
};
