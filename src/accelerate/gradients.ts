import {engine, getGradient, registerGradient, unregisterGradient} from '@tensorflow/tfjs-core';
import type {GradConfig, GradFunc} from '@tensorflow/tfjs-core';
import {ACTIVATION_GRADIENTS} from './activation_gradients.js';
import type {BuiltinGradient} from './builtin_gradient.js';
import {BUILTIN_GRADIENTS} from './conv_gradients.js';
import {holdFusedGradients} from './fused_gradients.js';
import {holdReplacement} from './replacement.js';
import {isReplaced} from './stand_in.js';

/**
 * TensorFlow.js has one gradient of a kernel for all backends, and reads it when it records the kernel. Ours says where it
 * does not hold what was there before, be it nothing.
 */
function conditional(ours: GradConfig, builtin: GradConfig | undefined, holds: () => boolean): GradConfig {
  const current = (): Partial<GradConfig> => (holds() ? ours : (builtin ?? {}));
  return {
    kernelName: ours.kernelName,
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

function holdGradient<Attrs>(
  kernelName: string,
  {inputsToSave, gradient}: BuiltinGradient<Attrs>,
  holds: () => boolean,
): () => void {
  const place = {
    get: (): GradConfig | undefined => getGradient(kernelName),
    put: (config: GradConfig | undefined) => {
      if (getGradient(kernelName) !== undefined) unregisterGradient(kernelName);
      if (config !== undefined) registerGradient(config);
    },
  };
  // The registration boundary: TensorFlow.js knows attributes as a map of anything.
  const ours = {kernelName, inputsToSave: [...inputsToSave], gradFunc: gradient as unknown as GradFunc};
  return holdReplacement(place, builtin => conditional(ours, builtin, holds));
}

/** Whether kernels run on ours, and a gradient is going to be differentiated itself. */
const isHigherOrder = (kernelName: string): boolean =>
  isReplaced(kernelName, engine().backendName) && engine().state.gradientDepth > 1;

/** What a fused kernel stands for where gradients are recorded: itself, or a convolution and an activation. */
const holdFused = (kernelName: string): Array<() => void> => [
  holdFusedGradients(),
  ...Object.entries(ACTIVATION_GRADIENTS).map(([name, gradient]) =>
    holdGradient(name, gradient, () => isHigherOrder(kernelName)),
  ),
];

/** Gives what is recorded of a kernel our gradients where the kernel is ours. Returns what undoes it. */
export function holdGradients(kernelName: string): Array<() => void> {
  const gradient = BUILTIN_GRADIENTS[kernelName];
  if (gradient === undefined) return holdFused(kernelName);
  return [holdGradient(kernelName, gradient, () => isReplaced(kernelName, engine().backendName))];
}
