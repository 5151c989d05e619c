import {image, slice, tidy, transpose} from '@tensorflow/tfjs-core';
import type {serialization, Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../../errors.js';
import {isPositive} from '../../geometry/validate.js';
import {LAYER_RULES} from '../rules.js';
import {oneTensor} from '../stock.js';
import {SpatialLayer} from './spatial.js';
import type {SpatialArgs} from './spatial.js';

/** How images are resized, between the centers of pixels. */
export const INTERPOLATIONS = {
  bilinear: (x: Tensor4D, size: [number, number]): Tensor4D => image.resizeBilinear(x, size, false, true),
  nearest: (x: Tensor4D, size: [number, number]): Tensor4D => image.resizeNearestNeighbor(x, size, false, true),
} as const;

export type Interpolation = keyof typeof INTERPOLATIONS;

const isInterpolation = (name: string): name is Interpolation => name in INTERPOLATIONS;

/** @throws unless the interpolation is known. */
export function interpolationOf(op: string, name: string): Interpolation {
  if (isInterpolation(name)) return name;
  return fail(op, LAYER_RULES.interpolation(Object.keys(INTERPOLATIONS)), 'interpolation', name);
}

/** Computes with channels last. */
export function withChannelsLast(
  x: Tensor4D,
  dataFormat: SpatialArgs['dataFormat'],
  compute: (x: Tensor4D) => Tensor4D,
): Tensor4D {
  if (dataFormat !== 'channelsFirst') return compute(x);
  return transpose(compute(transpose(x, [0, 2, 3, 1])), [0, 3, 1, 2]);
}

/** The middle of an image. The odd element is left out after it. */
function cropMiddle(x: Tensor4D, [height, width]: [number, number]): Tensor4D {
  const [batch, inHeight, inWidth, channels] = x.shape;
  const [top, left] = [Math.floor((inHeight - height) / 2), Math.floor((inWidth - width) / 2)];
  return slice(x, [0, top, left, 0], [batch, height, width, channels]);
}

/** The largest part of an image, from its middle, that has the proportions of a size. */
function cropToProportions(x: Tensor4D, [height, width]: [number, number]): Tensor4D {
  const [, inHeight, inWidth] = x.shape;
  return cropMiddle(x, [
    Math.min(inHeight, Math.trunc((inWidth * height) / width)),
    Math.min(inWidth, Math.trunc((inHeight * width) / height)),
  ]);
}

interface SizedArgs extends SpatialArgs {
  height: number;
  width: number;
}

abstract class Sized extends SpatialLayer {
  protected readonly size: [number, number];

  constructor(args: SizedArgs) {
    super(2, args);
    const size: [number, number] = [args.height, args.width];
    if (!size.every(isPositive))
      fail(this.getClassName(), LAYER_RULES.positivePerAxis('size'), '[height, width]', size);
    this.size = size;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return this.shapeWith(inputShape, this.size);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() =>
      withChannelsLast(oneTensor(this, inputs) as Tensor4D, this.dataFormat, x => this.resize(x, this.size)),
    );
  }

  protected abstract resize(x: Tensor4D, size: [number, number]): Tensor4D;

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), height: this.size[0], width: this.size[1]};
  }
}

interface ResizingArgs extends SizedArgs {
  interpolation?: string;
  cropToAspectRatio?: boolean;
  padToAspectRatio?: boolean;
}

/** Images in another size. TensorFlow.js' own layer interpolates between corners, and has shapes without the batch. */
export class Resizing extends Sized {
  static className = 'Resizing';

  private readonly interpolation: Interpolation;
  private readonly cropToAspectRatio: boolean;

  constructor(args: ResizingArgs) {
    super(args);
    this.interpolation = interpolationOf(this.getClassName(), args.interpolation ?? 'bilinear');
    this.cropToAspectRatio = args.cropToAspectRatio ?? false;
    if (args.padToAspectRatio) fail(this.getClassName(), LAYER_RULES.padding, 'padToAspectRatio', true);
  }

  protected override resize(x: Tensor4D, size: [number, number]): Tensor4D {
    const part = this.cropToAspectRatio ? cropToProportions(x, size) : x;
    return INTERPOLATIONS[this.interpolation](part, size);
  }

  override getConfig(): serialization.ConfigDict {
    const {interpolation, cropToAspectRatio} = this;
    return {...super.getConfig(), interpolation, cropToAspectRatio};
  }
}

/** The middle of images; smaller images are enlarged. TensorFlow.js' own layer is off by one where widths are odd. */
export class CenterCrop extends Sized {
  static className = 'CenterCrop';

  protected override resize(x: Tensor4D, size: [number, number]): Tensor4D {
    const [, height, width] = x.shape;
    if (height >= size[0] && width >= size[1]) return cropMiddle(x, size);
    return INTERPOLATIONS.bilinear(cropToProportions(x, size), size);
  }
}
