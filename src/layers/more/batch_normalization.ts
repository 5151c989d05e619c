import {add, moments, mul, reshape, rsqrt, sub, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import type {LayerVariable} from '@tensorflow/tfjs-layers';
import {oneTensor} from '../stock.js';
import {axisOf} from './affine.js';

/** What TensorFlow.js' own layer has. */
export interface BatchNormalizationLayer extends layers.Layer {
  readonly axis: number | number[];
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma: LayerVariable | null;
  readonly beta: LayerVariable | null;
  readonly movingMean: LayerVariable;
  readonly movingVariance: LayerVariable;
}

// The registration boundary: TensorFlow.js' types hide the class and its fields. A name spares its counters.
export const StockBatchNormalization = layers.batchNormalization({name: 'stock'}).constructor as {
  new (args: Parameters<typeof layers.batchNormalization>[0]): BatchNormalizationLayer;
  readonly prototype: BatchNormalizationLayer;
  className: string;
  fromConfig: typeof layers.Layer.fromConfig;
};

/** Moves a variable towards a value. */
function move(variable: LayerVariable, value: Tensor, momentum: number): void {
  tidy(() => {
    const old = variable.read();
    variable.write(sub(old, mul(sub(old, value), 1 - momentum)));
  });
}

/** Whether TensorFlow.js' own layer normalizes it on every backend: its kernels know channels in the last place only. */
export const normalizesItself = ({axis}: BatchNormalizationLayer, {rank}: Tensor): boolean =>
  rank <= 4 && axisOf(axis, rank) === rank - 1;

/** Batch normalization of any rank along any axis. */
export function callBatchNormalization(
  layer: BatchNormalizationLayer,
  inputs: Tensor | Tensor[],
  training: boolean,
): Tensor {
  return tidy(() => {
    const x = oneTensor(layer, inputs);
    const axis = axisOf(layer.axis, x.rank);
    const rest = x.shape.map((_, i) => i).filter(i => i !== axis);
    const shape = x.shape.map((size, i) => (i === axis ? size : 1));
    const {mean, variance} = training
      ? moments(x, rest)
      : {mean: layer.movingMean.read(), variance: layer.movingVariance.read()};
    if (training) {
      move(layer.movingMean, mean, layer.momentum);
      move(layer.movingVariance, variance, layer.momentum);
    }
    const deviation = rsqrt(add(variance, layer.epsilon));
    const scale = layer.gamma == null ? deviation : mul(deviation, layer.gamma.read());
    const normalized = mul(sub(x, reshape(mean, shape)), reshape(scale, shape));
    return layer.beta == null ? normalized : add(normalized, reshape(layer.beta.read(), shape));
  });
}

/** TensorFlow.js' own layer, for five axes too, and on every backend for channels in any place. */
export class BatchNormalization extends StockBatchNormalization {
  static override className = 'BatchNormalization';

  override call(inputs: Tensor | Tensor[], kwargs: {readonly training?: boolean}): Tensor | Tensor[] {
    if (normalizesItself(this, oneTensor(this, inputs))) return super.call(inputs, kwargs);
    return callBatchNormalization(this, inputs, kwargs.training ?? false);
  }
}
