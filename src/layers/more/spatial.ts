import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../../errors.js';
import {isListOf, isNonNegative} from '../../geometry/validate.js';
import type {SpatialRank} from '../../geometry/validate.js';
import {LAYER_RULES} from '../rules.js';
import {oneShape} from '../stock.js';
import type {LayerArgs, LayerDataFormat} from '../stock.js';

/** Arguments of layers that work along the spatial axes. */
export interface SpatialArgs extends LayerArgs {
  dataFormat?: LayerDataFormat | null;
}

/** A layer without weights that works along the spatial axes. */
export abstract class SpatialLayer extends layers.Layer {
  readonly dataFormat: LayerDataFormat;

  constructor(
    readonly rank: SpatialRank,
    args: SpatialArgs,
  ) {
    super(args);
    this.dataFormat = args.dataFormat ?? 'channelsLast';
    this.inputSpec = [{ndim: rank + 2}];
  }

  /** The number of the first spatial axis. */
  protected get firstAxis(): number {
    return this.dataFormat === 'channelsFirst' ? 2 : 1;
  }

  /** The numbers of the spatial axes. */
  protected get axes(): number[] {
    return Array.from({length: this.rank}, (_, i) => this.firstAxis + i);
  }

  /** A shape whose spatial sizes, where they are known, have become others. */
  protected resized(inputShape: Shape | Shape[], sizeOf: (size: number, i: number) => number): Shape {
    const shape = oneShape(this, inputShape);
    return shape.map((size, axis) => {
      const i = axis - this.firstAxis;
      return size == null || i < 0 || i >= this.rank ? size : sizeOf(size, i);
    });
  }

  /** A shape with those spatial sizes. */
  protected shapeWith(inputShape: Shape | Shape[], sizes: readonly number[]): Shape {
    return oneShape(this, inputShape).map((size, axis) => sizes[axis - this.firstAxis] ?? size);
  }

  override getConfig(): serialization.ConfigDict {
    const config = super.getConfig();
    // Keras' layers of one dimension mostly have none.
    if (this.rank > 1 || this.dataFormat === 'channelsFirst') config.dataFormat = this.dataFormat;
    return config;
  }

  abstract override call(inputs: Tensor | Tensor[], kwargs: object): Tensor | Tensor[];
}

/** A number, one per axis, or a pair per axis, of elements at the beginning and the end. */
export type Pairs = number | number[] | number[][];

const isPair = (value: unknown): value is [number, number] => isListOf(value, 2, isNonNegative);

/**
 * Pairs out of every form that Keras writes. One axis has one number or one pair.
 * @throws unless all are integers from 0.
 */
export function pairsOf(op: string, name: string, value: Pairs, rank: SpatialRank): Array<[number, number]> {
  if (isNonNegative(value)) return Array.from({length: rank}, () => [value, value]);
  if (rank === 1 && isPair(value)) return [value];
  if (isListOf(value, rank, isPair)) return value;
  if (isListOf(value, rank, isNonNegative)) return value.map(size => [size, size]);
  return fail(op, LAYER_RULES.pairs(name), name, value);
}
