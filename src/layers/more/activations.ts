import {
  abs,
  add,
  clipByValue,
  elu,
  exp,
  greater,
  leakyRelu,
  minimum,
  mul,
  relu,
  serialization,
  sigmoid,
  sign,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Activation} from '../stock.js';

/** min(max(x + 3, 0), 6) / 6. */
const hardSigmoid = (x: Tensor): Tensor => mul(minimum(relu(add(x, 3)), 6), 1 / 6);
const hardSilu = (x: Tensor): Tensor => mul(x, hardSigmoid(x));

/** The activations that Keras has and TensorFlow.js' layers do not, by the names that they have in a configuration. */
const FUNCTIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  celu: x => elu(x),
  exponential: x => exp(x),
  hardShrink: x => where(greater(abs(x), 0.5), x, zerosLike(x)),
  // TensorFlow.js and Keras 2 have another function of that name, clip(0.2 x + 0.5, 0, 1).
  hardSigmoidOfKeras3: hardSigmoid,
  hardSilu,
  hardSwish: hardSilu,
  hardTanh: x => clipByValue(x, -1, 1),
  leakyRelu: x => leakyRelu(x, 0.2),
  logSigmoid: x => sub(0, softplus(sub(0, x))),
  silu: x => mul(x, sigmoid(x)),
  softShrink: x => mul(sign(x), relu(sub(abs(x), 0.5))),
  squareplus: x => mul(add(x, sqrt(add(square(x), 4))), 0.5),
  tanhShrink: x => sub(x, tanh(x)),
};

type ActivationClass = serialization.SerializableConstructor<serialization.Serializable>;

/** TensorFlow.js' base of activations, by which it knows them. */
function baseClass(): new () => Activation {
  const [relu] = serialization.SerializationMap.getMap().classNameMap.relu;
  // The registration boundary: TensorFlow.js' types hide the classes of its activations.
  return Object.getPrototypeOf(relu) as new () => Activation;
}

/** Classes as TensorFlow.js registers activations. */
export const ACTIVATION_CLASSES: readonly ActivationClass[] = Object.entries(FUNCTIONS).map(
  ([name, compute]) =>
    class extends baseClass() {
      static className = name;
      static fromConfig = serialization.Serializable.fromConfig;

      override apply(x: Tensor): Tensor {
        return tidy(() => compute(x));
      }

      override getConfig(): serialization.ConfigDict {
        return {};
      }
    },
);
