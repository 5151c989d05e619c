import {add, mul, reshape} from '@tensorflow/tfjs-core';
import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import type {LayerVariable} from '@tensorflow/tfjs-layers';
import {serialized, weightRules} from '../stock.js';
import type {LayerArgs, WeightArgs, WeightRules} from '../stock.js';

/** Arguments of a normalization that scales and shifts its result. */
export interface AffineArgs extends LayerArgs {
  axis?: number | number[] | null;
  epsilon?: number | null;
  center?: boolean | null;
  scale?: boolean | null;
  gammaInitializer?: WeightArgs['initializer'];
  gammaRegularizer?: WeightArgs['regularizer'];
  gammaConstraint?: WeightArgs['constraint'];
  betaInitializer?: WeightArgs['initializer'];
  betaRegularizer?: WeightArgs['regularizer'];
  betaConstraint?: WeightArgs['constraint'];
}

/** The number of an axis that may be counted from the end, as such or as a list of it. */
export function axisOf(axis: number | number[] | null | undefined, rank: number): number {
  const given = (Array.isArray(axis) ? axis[0] : axis) ?? -1;
  return given < 0 ? given + rank : given;
}

/** A normalization whose result is scaled by gamma and shifted by beta, one of each per channel. */
export abstract class AffineNormalization extends layers.Layer {
  protected readonly axis: number | number[];
  protected readonly epsilon: number;
  private readonly center: boolean;
  private readonly scale: boolean;
  private readonly gammaRules: WeightRules;
  private readonly betaRules: WeightRules;
  private gamma: LayerVariable | null = null;
  private beta: LayerVariable | null = null;

  constructor(args: AffineArgs) {
    super(args);
    this.supportsMasking = true;
    this.axis = args.axis ?? -1;
    this.epsilon = args.epsilon ?? 1e-3;
    this.center = args.center ?? true;
    this.scale = args.scale ?? true;
    this.gammaRules = weightRules({
      initializer: args.gammaInitializer ?? 'ones',
      regularizer: args.gammaRegularizer,
      constraint: args.gammaConstraint,
    });
    this.betaRules = weightRules({
      initializer: args.betaInitializer ?? 'zeros',
      regularizer: args.betaRegularizer,
      constraint: args.betaConstraint,
    });
  }

  /** Adds gamma and beta. */
  protected addAffine(channels: number): void {
    const weight = (name: string, {initializer, regularizer, constraint}: WeightRules) =>
      this.addWeight(name, [channels], 'float32', initializer, regularizer, true, constraint);
    if (this.scale) this.gamma = weight('gamma', this.gammaRules);
    if (this.center) this.beta = weight('beta', this.betaRules);
  }

  /** gamma * x + beta along an axis. */
  protected scaled(x: Tensor, axis: number): Tensor {
    const shape = x.shape.map((size, i) => (i === axis ? size : 1));
    const y = this.gamma === null ? x : mul(x, reshape(this.gamma.read(), shape));
    return this.beta === null ? y : add(y, reshape(this.beta.read(), shape));
  }

  override getConfig(): serialization.ConfigDict {
    const {axis, epsilon, center, scale, gammaRules, betaRules} = this;
    return {
      ...super.getConfig(),
      axis,
      epsilon,
      center,
      scale,
      gammaInitializer: serialized(gammaRules.initializer),
      gammaRegularizer: serialized(gammaRules.regularizer),
      gammaConstraint: serialized(gammaRules.constraint),
      betaInitializer: serialized(betaRules.initializer),
      betaRegularizer: serialized(betaRules.regularizer),
      betaConstraint: serialized(betaRules.constraint),
    };
  }
}
