import {max, mean, tidy} from '@tensorflow/tfjs-core';
import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import type {SpatialRank} from '../../geometry/validate.js';
import {oneShape, oneTensor} from '../stock.js';
import {SpatialLayer} from './spatial.js';
import type {SpatialArgs} from './spatial.js';

export interface GlobalPoolingArgs extends SpatialArgs {
  keepdims?: boolean | null;
}

type Reduce = (x: Tensor, axes: number[], keepdims: boolean) => Tensor;

/** One value of each channel. TensorFlow.js' own layers do not know `keepdims`, and there is none in three dimensions. */
abstract class GlobalPooling extends SpatialLayer {
  private readonly keepdims: boolean;

  constructor(
    rank: SpatialRank,
    private readonly reduce: Reduce,
    args: GlobalPoolingArgs,
  ) {
    super(rank, args);
    this.keepdims = args.keepdims ?? false;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shape = oneShape(this, inputShape);
    const {axes} = this;
    if (this.keepdims) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return shape.filter((_, axis) => !axes.includes(axis));
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => this.reduce(oneTensor(this, inputs), this.axes, this.keepdims));
  }

  override getConfig(): serialization.ConfigDict {
    const config = super.getConfig();
    if (this.keepdims) config.keepdims = true;
    return config;
  }
}

const average: Reduce = (x, axes, keepdims) => mean(x, axes, keepdims);
const maximum: Reduce = (x, axes, keepdims) => max(x, axes, keepdims);

export class GlobalAveragePooling1D extends GlobalPooling {
  static className = 'GlobalAveragePooling1D';

  constructor(args: GlobalPoolingArgs = {}) {
    super(1, average, args);
  }
}

export class GlobalAveragePooling2D extends GlobalPooling {
  static className = 'GlobalAveragePooling2D';

  constructor(args: GlobalPoolingArgs = {}) {
    super(2, average, args);
  }
}

export class GlobalAveragePooling3D extends GlobalPooling {
  static className = 'GlobalAveragePooling3D';

  constructor(args: GlobalPoolingArgs = {}) {
    super(3, average, args);
  }
}

export class GlobalMaxPooling1D extends GlobalPooling {
  static className = 'GlobalMaxPooling1D';

  constructor(args: GlobalPoolingArgs = {}) {
    super(1, maximum, args);
  }
}

export class GlobalMaxPooling2D extends GlobalPooling {
  static className = 'GlobalMaxPooling2D';

  constructor(args: GlobalPoolingArgs = {}) {
    super(2, maximum, args);
  }
}

export class GlobalMaxPooling3D extends GlobalPooling {
  static className = 'GlobalMaxPooling3D';

  constructor(args: GlobalPoolingArgs = {}) {
    super(3, maximum, args);
  }
}
