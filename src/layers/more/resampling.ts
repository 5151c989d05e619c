import {pad, reshape, slice, tidy, tile} from '@tensorflow/tfjs-core';
import type {serialization, Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../../errors.js';
import {isListOf, isPositive} from '../../geometry/validate.js';
import type {SpatialRank} from '../../geometry/validate.js';
import {LAYER_RULES} from '../rules.js';
import {oneTensor} from '../stock.js';
import {interpolationOf, INTERPOLATIONS, withChannelsLast} from './images.js';
import type {Interpolation} from './images.js';
import {pairsOf, SpatialLayer} from './spatial.js';
import type {Pairs, SpatialArgs} from './spatial.js';

export interface ZeroPaddingArgs extends SpatialArgs {
  padding?: Pairs;
}

/** Zeros before and after each spatial axis. */
abstract class ZeroPadding extends SpatialLayer {
  private readonly padding: Array<[number, number]>;

  constructor(rank: SpatialRank, args: ZeroPaddingArgs) {
    super(rank, args);
    this.padding = pairsOf(this.getClassName(), 'padding', args.padding ?? 1, rank);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return this.resized(inputShape, (size, i) => size + this.padding[i][0] + this.padding[i][1]);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = oneTensor(this, inputs);
    return pad(
      x,
      x.shape.map((_, axis) => this.padding[axis - this.firstAxis] ?? [0, 0]),
    );
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), padding: this.rank === 1 ? this.padding[0] : this.padding};
  }
}

export class ZeroPadding1D extends ZeroPadding {
  static className = 'ZeroPadding1D';

  constructor(args: ZeroPaddingArgs = {}) {
    super(1, args);
  }
}

export class ZeroPadding3D extends ZeroPadding {
  static className = 'ZeroPadding3D';

  constructor(args: ZeroPaddingArgs = {}) {
    super(3, args);
  }
}

export interface CroppingArgs extends SpatialArgs {
  cropping?: Pairs;
}

/** Without so many elements at the beginning and the end of each spatial axis. */
abstract class Cropping extends SpatialLayer {
  private readonly cropping: Array<[number, number]>;

  constructor(rank: SpatialRank, args: CroppingArgs) {
    super(rank, args);
    this.cropping = pairsOf(this.getClassName(), 'cropping', args.cropping ?? 1, rank);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return this.resized(inputShape, (size, i) => size - this.cropping[i][0] - this.cropping[i][1]);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = oneTensor(this, inputs);
    const begin = x.shape.map((_, axis) => this.cropping[axis - this.firstAxis]?.[0] ?? 0);
    return slice(x, begin, this.computeOutputShape(x.shape) as number[]);
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), cropping: this.rank === 1 ? this.cropping[0] : this.cropping};
  }
}

export class Cropping1D extends Cropping {
  static className = 'Cropping1D';

  constructor(args: CroppingArgs = {}) {
    super(1, args);
  }
}

export class Cropping3D extends Cropping {
  static className = 'Cropping3D';

  constructor(args: CroppingArgs = {}) {
    super(3, args);
  }
}

export interface UpSamplingArgs extends SpatialArgs {
  size?: number | number[];
}

/** Every element of an axis so many times, one after the other. */
function repeat(x: Tensor, axis: number, times: number): Tensor {
  if (times === 1) return x;
  const {shape} = x;
  const [outer, inner] = [shape.slice(0, axis + 1), shape.slice(axis + 1)].map(sizes =>
    sizes.reduce((a, b) => a * b, 1),
  );
  const repeated = tile(reshape(x, [outer, 1, inner]), [1, times, 1]);
  return reshape(repeated, [...shape.slice(0, axis), shape[axis] * times, ...shape.slice(axis + 1)]);
}

/** As large as before times a size per spatial axis. */
abstract class UpSampling extends SpatialLayer {
  protected readonly size: number[];

  constructor(rank: SpatialRank, args: UpSamplingArgs) {
    super(rank, args);
    const op = this.getClassName();
    const {size = 2} = args;
    const sizes: unknown = Array.isArray(size) ? size : new Array(rank).fill(size);
    if (!isListOf(sizes, rank, isPositive)) fail(op, LAYER_RULES.positivePerAxis('size'), 'size', size);
    this.size = sizes;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return this.resized(inputShape, (size, i) => size * this.size[i]);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => this.size.reduce((x, times, i) => repeat(x, this.firstAxis + i, times), oneTensor(this, inputs)));
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), size: this.rank === 1 ? this.size[0] : this.size};
  }
}

export class UpSampling1D extends UpSampling {
  static className = 'UpSampling1D';

  constructor(args: UpSamplingArgs = {}) {
    super(1, args);
  }
}

export class UpSampling3D extends UpSampling {
  static className = 'UpSampling3D';

  constructor(args: UpSamplingArgs = {}) {
    super(3, args);
  }
}

/**
 * TensorFlow.js' own interpolates between corners, as Keras did in its first versions; Keras' does between centers of
 * pixels.
 */
export class UpSampling2D extends UpSampling {
  static className = 'UpSampling2D';

  private readonly interpolation: Interpolation;

  constructor(args: UpSamplingArgs & {interpolation?: string} = {}) {
    super(2, args);
    this.interpolation = interpolationOf(this.getClassName(), args.interpolation ?? 'nearest');
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() =>
      withChannelsLast(oneTensor(this, inputs) as Tensor4D, this.dataFormat, x =>
        INTERPOLATIONS[this.interpolation](x, [x.shape[1] * this.size[0], x.shape[2] * this.size[1]]),
      ),
    );
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), interpolation: this.interpolation};
  }
}
