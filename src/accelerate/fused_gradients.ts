import {engine, getKernel, reshape} from '@tensorflow/tfjs-core';
import type {GradSaveFunc, KernelConfig, Tensor} from '@tensorflow/tfjs-core';
import {sumTo} from '../gradients/sum_to.js';
import {resolveBuiltin} from './builtin_geometry.js';
import type {BuiltinAttrs, BuiltinKind} from './builtin_geometry.js';
import {BUILTINS} from './builtins.js';
import {forwardGradient} from './conv_gradients.js';
import {holdReplacement} from './replacement.js';
import type {Place} from './replacement.js';
import {isReplaced} from './stand_in.js';

/*
 * A fused op without an activation is one step of TensorFlow.js' tape, which the op records by `customGrad` with a
 * gradient that refuses dilations, channels first and an x without a batch. (With an activation it is the convolution,
 * the sum and the activation.) No registered gradient is asked for there, so the engine's customGrad gets one that gives
 * these steps ours.
 */

type CustomGrad = ReturnType<typeof engine>['customGrad'];

/** What customGrad is called with; the last argument is the function that saves tensors. */
type Step<T extends Tensor> = (...args: Array<Tensor | GradSaveFunc>) => {
  value: T;
  gradFunc: (dy: T, saved: Tensor[]) => Tensor | Tensor[];
};

const KINDS: ReadonlyMap<string, BuiltinKind> = new Map(
  BUILTINS.flatMap(builtin => (builtin.scope === undefined ? [] : [[builtin.scope, builtin]])),
);

/** The fused kernel that is about to be recorded, if it is one of ours. */
function recordedKind(): BuiltinKind | undefined {
  const {backendName, state} = engine();
  const kind = KINDS.get(state.activeScope.name);
  return kind !== undefined && isReplaced(kind.op, backendName) ? kind : undefined;
}

/** Runs f, and returns what it returns with the attributes that it calls the kernel with. */
function withAttrs<T>(kernel: KernelConfig, f: () => T): [T, BuiltinAttrs] {
  const {kernelFunc} = kernel;
  let attrs = {};
  kernel.kernelFunc = call => {
    attrs = call.attrs ?? attrs;
    return kernelFunc(call);
  };
  try {
    const result = f();
    // The registration boundary: the kernel has checked them.
    return [result, attrs as BuiltinAttrs];
  } finally {
    kernel.kernelFunc = kernelFunc;
  }
}

function gradients(kind: BuiltinKind, dy: Tensor, [x, filter, bias]: Tensor[], attrs: BuiltinAttrs): Tensor[] {
  const {geometry, yShape} = resolveBuiltin(kind, x.shape, filter.shape, attrs);
  // An x without a batch has one within the step, but dy has none.
  const upstream = reshape(dy, yShape);
  const of = forwardGradient(kind).gradient(upstream, [x, filter], attrs);
  if (bias === undefined) return [of.x(), of.filter()];
  const aligned = bias.rank === 1 && !geometry.channelsLast ? [bias.size, 1, 1] : bias.shape;
  return [of.x(), of.filter(), reshape(sumTo(upstream, aligned), bias.shape)];
}

/** A step of a fused op with our gradient in place of its own. */
const withGradients =
  <T extends Tensor>(kind: BuiltinKind, step: Step<T>): Step<T> =>
  (...args) => {
    const inputs = args.slice(0, -1) as Tensor[];
    const save = args[args.length - 1] as GradSaveFunc;
    const [{value}, attrs] = withAttrs(getKernel(kind.op, engine().backendName), () => step(...inputs, () => {}));
    save(inputs);
    return {value, gradFunc: (dy, saved) => gradients(kind, dy, saved, attrs)};
  };

/** As long as it is the engine's own property, it hides the one of its class. */
const CUSTOM_GRAD: Place<CustomGrad> = {
  get: () => Object.getOwnPropertyDescriptor(engine(), 'customGrad')?.value,
  put: customGrad => {
    if (customGrad === undefined) Reflect.deleteProperty(engine(), 'customGrad');
    else engine().customGrad = customGrad;
  },
};

/** Gives steps of fused ops our gradient where the fused kernels are ours. Returns what undoes it. */
export const holdFusedGradients = (): (() => void) =>
  holdReplacement(CUSTOM_GRAD, () => {
    const builtin: CustomGrad = engine().customGrad.bind(engine());
    return step => {
      if (engine().state.gradientDepth === 0) return builtin(step);
      const kind = recordedKind();
      return builtin(kind === undefined ? step : withGradients(kind, step));
    };
  });
