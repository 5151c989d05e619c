import {add, cast, clipByValue, elu, greater, minimum, mul, relu, sub, tidy} from '@tensorflow/tfjs-core';
import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {oneTensor} from '../stock.js';
import type {LayerArgs} from '../stock.js';

interface ReLUArgs extends LayerArgs {
  maxValue?: number | null;
  negativeSlope?: number | null;
  threshold?: number | null;
}

/** min(x, maxValue) where x > threshold, negativeSlope * (x - threshold) elsewhere. TensorFlow.js' own has maxValue only. */
export class ReLU extends layers.Layer {
  static className = 'ReLU';

  private readonly maxValue: number | null;
  private readonly negativeSlope: number;
  private readonly threshold: number;

  constructor(args: ReLUArgs = {}) {
    super(args);
    this.supportsMasking = true;
    this.maxValue = args.maxValue ?? null;
    this.negativeSlope = args.negativeSlope ?? 0;
    this.threshold = args.threshold ?? 0;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = oneTensor(this, inputs);
      const {maxValue, negativeSlope, threshold} = this;
      const above = threshold === 0 ? relu(x) : mul(x, cast(greater(x, threshold), x.dtype));
      const clipped = maxValue === null ? above : clipByValue(above, 0, maxValue);
      return negativeSlope === 0 ? clipped : sub(clipped, mul(relu(sub(threshold, x)), negativeSlope));
    });
  }

  override getConfig(): serialization.ConfigDict {
    const {maxValue, negativeSlope, threshold} = this;
    const config: serialization.ConfigDict = {...super.getConfig(), maxValue};
    if (negativeSlope !== 0) config.negativeSlope = negativeSlope;
    if (threshold !== 0) config.threshold = threshold;
    return config;
  }
}

interface ELUArgs extends LayerArgs {
  alpha?: number | null;
}

/** x where x > 0, alpha * (exp(x) - 1) elsewhere. TensorFlow.js' own takes an alpha of 1 only. */
export class ELU extends layers.Layer {
  static className = 'ELU';

  private readonly alpha: number;

  constructor(args: ELUArgs = {}) {
    super(args);
    this.alpha = args.alpha ?? 1;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = oneTensor(this, inputs);
      if (this.alpha === 1) return elu(x);
      // elu(min(x, 0)) is 0 above 0, where relu(x) is x.
      return add(relu(x), mul(minimum(elu(x), 0), this.alpha));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), alpha: this.alpha};
  }
}
