import {
  div,
  maximum,
  mul,
  reshape,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  tidy,
  add,
  rsqrt,
} from '@tensorflow/tfjs-core';
import type {serialization, Tensor, TensorLike} from '@tensorflow/tfjs-core';
import {initializers, layers} from '@tensorflow/tfjs-layers';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {oneShape, oneTensor} from '../stock.js';
import type {LayerArgs} from '../stock.js';

/** Numbers of a configuration: one, or a list of lists. */
type Numbers = number | number[] | number[][] | number[][][] | number[][][][];

export interface NormalizationArgs extends LayerArgs {
  axis?: number | number[] | null;
  mean?: Numbers | null;
  variance?: Numbers | null;
  invert?: boolean | null;
}

/** Least standard deviation that is divided by. */
const EPSILON = 1e-7;

/**
 * (x - mean) / sqrt(variance), or with `invert` x * sqrt(variance) + mean, with one mean and variance for each index of
 * the axes. They are given, or weights: Keras' `adapt` finds them.
 */
export class Normalization extends layers.Layer {
  static className = 'Normalization';

  private readonly axis: number | number[] | null;
  private readonly given: {readonly mean: Numbers; readonly variance: Numbers} | null;
  private readonly invert: boolean;
  private weightsOf: {readonly mean: LayerVariable; readonly variance: LayerVariable} | null = null;

  constructor(args: NormalizationArgs = {}) {
    super(args);
    this.axis = args.axis === undefined ? -1 : args.axis;
    this.given = args.mean == null || args.variance == null ? null : {mean: args.mean, variance: args.variance};
    this.invert = args.invert ?? false;
  }

  private axes(rank: number): number[] {
    const axes = this.axis === null ? [] : Array.isArray(this.axis) ? this.axis : [this.axis];
    return axes.map(axis => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  }

  override build(inputShape: Shape | Shape[]): void {
    if (this.given === null) {
      const shape = oneShape(this, inputShape);
      const kept = this.axes(shape.length).map(axis => Number(shape[axis]));
      const weight = (name: string, value: number) =>
        this.addWeight(name, kept, 'float32', initializers.constant({value}), undefined, false);
      this.weightsOf = {mean: weight('mean', 0), variance: weight('variance', 1)};
      // How many images Keras has seen, which it saves too.
      this.addWeight('count', [], 'int32', initializers.zeros(), undefined, false);
    }
    this.built = true;
  }

  /** Mean or variance so that it broadcasts to x. */
  private broadcast(name: 'mean' | 'variance', {rank, shape}: Tensor): Tensor {
    const value = this.given === null ? this.weightsOf![name].read() : tensor(this.given[name] as TensorLike);
    const axes = this.axes(rank);
    if (value.size === 1) return reshape(value, []);
    return reshape(
      value,
      shape.map((size, axis) => (axes.includes(axis) ? size : 1)),
    );
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = oneTensor(this, inputs);
      const mean = this.broadcast('mean', x);
      const deviation = maximum(sqrt(this.broadcast('variance', x)), scalar(EPSILON));
      return this.invert ? add(mul(x, deviation), mean) : div(sub(x, mean), deviation);
    });
  }

  override getConfig(): serialization.ConfigDict {
    const {axis, given, invert} = this;
    return {...super.getConfig(), axis, invert, mean: given?.mean ?? null, variance: given?.variance ?? null};
  }
}

export interface UnitNormalizationArgs extends LayerArgs {
  axis?: number | number[] | null;
}

/** x divided by its length along the axes. */
export class UnitNormalization extends layers.Layer {
  static className = 'UnitNormalization';

  private readonly axis: number | number[];

  constructor(args: UnitNormalizationArgs = {}) {
    super(args);
    this.supportsMasking = true;
    this.axis = args.axis ?? -1;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = oneTensor(this, inputs);
      return mul(x, rsqrt(maximum(sum(square(x), this.axis, true), 1e-12)));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), axis: this.axis};
  }
}
