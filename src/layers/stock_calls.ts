import {engine, getBackend, getKernel} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {registeredVariants} from '../registry/register.js';
import {PORTABLE} from '../registry/run_kernel.js';
import {keepOutput} from './activity.js';
import {oneTensor, StockConv, StockSeparableConv} from './stock.js';
import type {BaseConv, Conv} from './stock.js';

/*
 * Where TensorFlow.js' own layers are right, and where they compute for those of this package: on a backend for which no
 * kernels of this package are registered its own ops are faster than the portable kernels by far.
 */

/** A class of TensorFlow.js' own convolution layers. */
interface StockLayer {
  readonly prototype: layers.Layer;
  /** The kernels that its gradient needs; none where TensorFlow.js has no gradient. */
  readonly gradient: readonly string[] | null;
  /** Whether its `call` knows dilation. */
  readonly dilates: boolean;
  /** Backends whose own kernel is wrong. */
  readonly wrongOn?: readonly string[];
}

const sample = {filters: 1, kernelSize: 1, name: 'stock'};

// The registration boundary: the prototype of an object.
const prototypeOf = (layer: layers.Layer) => Object.getPrototypeOf(layer) as layers.Layer;

const CONV_2D = ['Conv2DBackpropFilter', 'Conv2DBackpropInput'];
const DEPTHWISE = ['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput'];

const conv = {prototype: StockConv.prototype, gradient: CONV_2D, dilates: true};

/** By the names that the classes have in saved models. */
export const STOCK_LAYERS = {
  Conv1D: conv,
  Conv2D: conv,
  // Backend tensorflow does not dilate in three dimensions.
  Conv3D: {...conv, gradient: ['Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2'], dilates: false},
  Conv2DTranspose: {
    prototype: prototypeOf(layers.conv2dTranspose(sample)),
    gradient: ['Conv2D', 'Conv2DBackpropFilter'],
    dilates: false,
  },
  Conv3DTranspose: {
    prototype: prototypeOf(layers.conv3dTranspose(sample)),
    gradient: null,
    dilates: false,
    wrongOn: ['wasm'],
  },
  DepthwiseConv2D: {prototype: prototypeOf(layers.depthwiseConv2d(sample)), gradient: DEPTHWISE, dilates: false},
  SeparableConv2D: {prototype: StockSeparableConv.prototype, gradient: [...CONV_2D, ...DEPTHWISE], dilates: false},
} as const satisfies Readonly<Record<string, StockLayer>>;

/** The class of Conv1D itself. */
export const stockConv1D = prototypeOf(layers.conv1d(sample));

const stockLayer = (layer: layers.Layer): StockLayer | undefined =>
  (STOCK_LAYERS as Readonly<Record<string, StockLayer | undefined>>)[layer.getClassName()];

/** What layers of TensorFlow.js do not have, but those that a configuration or this package made may. */
type MaybeExtended = BaseConv &
  Partial<Pick<Conv, 'filters'>> & {readonly groups?: number; readonly outputPadding?: unknown};

const isLarge = (value: number): boolean => value > 1;

/** Whether its gradients are right too, if they are asked for now. */
function hasGradient({gradient}: StockLayer, dilated: boolean): boolean {
  if (engine().state.gradientDepth === 0) return true;
  return !dilated && gradient !== null && gradient.every(name => getKernel(name, getBackend()) != null);
}

/** Whether TensorFlow.js' own layer of that class computes what the layer should. */
export function computesItself(layer: MaybeExtended, inputs: Tensor | Tensor[]): boolean {
  const stock = stockLayer(layer);
  const {rank, groups = 1, outputPadding, padding, strides, dilationRate, dataFormat} = layer;
  const dilated = dilationRate.some(isLarge);
  if (stock === undefined || groups !== 1 || outputPadding != null || padding === 'causal') return false;
  if (stock.wrongOn?.includes(getBackend())) return false;
  if (dilated && (!stock.dilates || strides.some(isLarge))) return false;
  // Its Conv1D leaves the result with channels last, its SeparableConv2D adds the bias along the width.
  if (dataFormat === 'channelsFirst' && (rank === 1 || layer.getClassName() === 'SeparableConv2D')) return false;
  const x = oneTensor(layer, inputs);
  return x.size > 0 && x.dtype === 'float32' && hasGradient(stock, dilated);
}

/** Whether the backend has kernels of this package that are made for it. */
function hasOwnKernels(backendName: string): boolean {
  const variants = registeredVariants('ConvND', backendName);
  return variants.length > 0 && variants !== registeredVariants('ConvND', PORTABLE);
}

/** What a layer is called with besides its inputs. */
export type Kwargs = Parameters<layers.Layer['call']>[1];

/** Computes a layer of this package. */
export function callLayer(
  layer: BaseConv,
  inputs: Tensor | Tensor[],
  kwargs: Kwargs,
  own: () => Tensor,
): Tensor | Tensor[] {
  const stock = stockLayer(layer);
  const asStock = stock !== undefined && !hasOwnKernels(getBackend()) && computesItself(layer, inputs);
  if (!asStock) return own();
  const y = stock.prototype.call.call(layer, inputs, kwargs);
  keepOutput(layer, oneTensor(layer, y));
  return y;
}
