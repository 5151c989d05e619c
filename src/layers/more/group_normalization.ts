import {add, moments, mul, reshape, rsqrt, sub, tidy} from '@tensorflow/tfjs-core';
import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../../errors.js';
import {ensureGroups} from '../conv_base.js';
import {LAYER_RULES} from '../rules.js';
import {oneShape, oneTensor} from '../stock.js';
import {AffineNormalization, axisOf} from './affine.js';
import type {AffineArgs} from './affine.js';

export interface GroupNormalizationArgs extends AffineArgs {
  groups?: number | null;
}

/**
 * Group normalization: each image is normalized over the spatial axes and the channels of a group. -1 groups stand for a
 * group of each channel. Source: Wu and He, "Group Normalization", arXiv:1803.08494.
 */
export class GroupNormalization extends AffineNormalization {
  static className = 'GroupNormalization';

  private readonly groups: number;

  constructor(args: GroupNormalizationArgs = {}) {
    super(args);
    this.groups = args.groups ?? 32;
  }

  private groupsOf(channels: number): number {
    return this.groups === -1 ? channels : this.groups;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = oneShape(this, inputShape);
    const axis = axisOf(this.axis, shape.length);
    const channels = shape[axis];
    if (channels == null) return fail(this.getClassName(), LAYER_RULES.channelsDefined, 'inputShape', shape);
    ensureGroups(this.getClassName(), this.groupsOf(channels), 'channels', channels);
    this.addAffine(channels);
    this.inputSpec = [{ndim: shape.length, axes: {[axis]: channels}}];
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = oneTensor(this, inputs);
      const axis = axisOf(this.axis, x.rank);
      const groups = this.groupsOf(x.shape[axis]);
      // The axis of the channels becomes two: groups, and channels of a group.
      const split = [...x.shape.slice(0, axis), groups, x.shape[axis] / groups, ...x.shape.slice(axis + 1)];
      const grouped = reshape(x, split);
      const rest = split.map((_, i) => i).filter(i => i !== 0 && i !== axis);
      const {mean, variance} = moments(grouped, rest, true);
      const normalized = mul(sub(grouped, mean), rsqrt(add(variance, this.epsilon)));
      return this.scaled(reshape(normalized, x.shape), axis);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), groups: this.groups};
  }
}
