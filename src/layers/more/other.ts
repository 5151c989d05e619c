import {sub, tidy} from '@tensorflow/tfjs-core';
import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {fail} from '../../errors.js';
import {LAYER_RULES} from '../rules.js';
import {oneTensor} from '../stock.js';
import type {LayerArgs, LayerDataFormat} from '../stock.js';

interface ClassOf<L> {
  new (args: LayerArgs): L;
  className: string;
  fromConfig: typeof layers.Layer.fromConfig;
}

/** A layer that brings tensors together. */
interface Merge extends layers.Layer {
  mergeFunction(inputs: Tensor[]): Tensor;
}

// The registration boundary: TensorFlow.js' types hide the class. A name spares its counters.
const StockMerge = Object.getPrototypeOf(layers.add({name: 'stock'}).constructor) as ClassOf<Merge>;

/** The first input minus the second one, which may broadcast. */
export class Subtract extends StockMerge {
  static override className = 'Subtract';

  override mergeFunction(inputs: Tensor[]): Tensor {
    if (inputs.length !== 2) fail(this.getClassName(), LAYER_RULES.twoInputs, 'inputs.length', inputs.length);
    return tidy(() => sub(inputs[0], inputs[1]));
  }
}

/** Its input. */
export class Identity extends layers.Layer {
  static className = 'Identity';

  constructor(args: LayerArgs = {}) {
    super(args);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return oneTensor(this, inputs);
  }
}

interface DropoutLayer extends layers.Layer {
  getNoiseShape(input: Tensor): number[];
}

// The registration boundary, as above.
const StockDropout = layers.dropout({rate: 0, name: 'stock'}).constructor as ClassOf<DropoutLayer>;

interface SpatialDropoutArgs extends LayerArgs {
  rate: number;
  dataFormat?: LayerDataFormat | null;
}

/** Drops whole channels of images. */
abstract class SpatialDropout extends StockDropout {
  private readonly dataFormat: LayerDataFormat;

  constructor(args: SpatialDropoutArgs) {
    super(args);
    this.dataFormat = args.dataFormat ?? 'channelsLast';
  }

  override getNoiseShape({shape, rank}: Tensor): number[] {
    const channelAxis = this.dataFormat === 'channelsFirst' ? 1 : rank - 1;
    return shape.map((size, axis) => (axis === 0 || axis === channelAxis ? size : 1));
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), dataFormat: this.dataFormat};
  }
}

export class SpatialDropout2D extends SpatialDropout {
  static override className = 'SpatialDropout2D';

  constructor(args: SpatialDropoutArgs) {
    super(args);
    this.inputSpec = [{ndim: 4}];
  }
}

export class SpatialDropout3D extends SpatialDropout {
  static override className = 'SpatialDropout3D';

  constructor(args: SpatialDropoutArgs) {
    super(args);
    this.inputSpec = [{ndim: 5}];
  }
}
