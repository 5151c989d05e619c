import {engine, getGradient, registerGradient, unregisterGradient} from '@tensorflow/tfjs-core';
import type {GradConfig, GradFunc} from '@tensorflow/tfjs-core';
import {BUILTIN_GRADIENTS} from './conv_gradients.js';
import type {BuiltinGradient} from './conv_gradients.js';
import {holdFusedGradients} from './fused_gradients.js';
import {holdReplacement} from './replacement.js';
import type {Place} from './replacement.js';
import {isReplaced} from './stand_in.js';

const gradientOf = (kernelName: string): Place<GradConfig> => ({
  get: () => getGradient(kernelName),
  put: gradient => {
    if (getGradient(kernelName) !== undefined) unregisterGradient(kernelName);
    if (gradient !== undefined) registerGradient(gradient);
  },
});

/**
 * TensorFlow.js has one gradient of a kernel for all backends, which it reads when it records the kernel. Ours says for
 * the backends whose kernel is not ours what was there before, be it nothing.
 */
function standInGradient(
  kernelName: string,
  {inputsToSave, gradient}: BuiltinGradient,
  builtin: GradConfig | undefined,
): GradConfig {
  // The registration boundary: TensorFlow.js knows attributes as a map of anything.
  const ours: GradConfig = {kernelName, inputsToSave: [...inputsToSave], gradFunc: gradient as unknown as GradFunc};
  const current = (): Partial<GradConfig> => (isReplaced(kernelName, engine().backendName) ? ours : (builtin ?? {}));
  return {
    kernelName,
    get inputsToSave() {
      return current().inputsToSave;
    },
    get outputsToSave() {
      return current().outputsToSave;
    },
    get saveAllInputs() {
      return current().saveAllInputs;
    },
    get gradFunc() {
      // Where there was no gradient, there is none: TensorFlow.js asks whether it is null.
      return current().gradFunc as GradFunc;
    },
  };
}

/** Gives a kernel our gradient where it is ours itself. Returns what undoes it. */
export function holdGradients(kernelName: string): () => void {
  const gradient = BUILTIN_GRADIENTS[kernelName];
  if (gradient === undefined) return holdFusedGradients();
  return holdReplacement(gradientOf(kernelName), builtin => standInGradient(kernelName, gradient, builtin));
}
