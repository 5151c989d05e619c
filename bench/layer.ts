import {flops, reductionLength} from '../src/geometry/cost.js';
import {resolveConv, resolveConvTranspose, resolveDepthwise} from '../src/geometry/resolve.js';
import type {ResolvedConv} from '../src/geometry/resolve.js';
import type {ConvGeometry} from '../src/geometry/conv.js';
import {wasmTable} from '../kernels/wasm/kernel_table.js';
import {selectVariant} from '../src/registry/select.js';
import type {Layer} from './shapes.js';

type Resolve = (layer: Layer) => ResolvedConv;

/** How each op resolves its geometry. */
const RESOLVE: {readonly [O in Layer['op']]: Resolve} = {
  conv1d: ({x, filter, options}) => resolveConv({op: 'conv1d', rank: 1, x, filter, options}),
  conv2d: ({x, filter, options}) => resolveConv({op: 'conv2d', rank: 2, x, filter, options}),
  conv3d: ({x, filter, options}) => resolveConv({op: 'conv3d', rank: 3, x, filter, options}),
  depthwiseConv2d: ({x, filter, options}) => resolveDepthwise({op: 'depthwiseConv2d', rank: 2, x, filter, options}),
  conv2dTranspose: ({x, filter, options}) => resolveConvTranspose({op: 'conv2dTranspose', rank: 2, x, filter, options}),
};

export const resolvedOf = (layer: Layer): ResolvedConv => RESOLVE[layer.op](layer);
export const geometryOf = (layer: Layer): ConvGeometry => resolvedOf(layer).geometry;

/**
 * Floating point operations of a layer, a multiplication and an addition each. A transposed layer does those of the
 * convolution that it is the gradient of.
 */
export const flopsOf = (layer: Layer): number => flops(geometryOf(layer));

/** Terms in the longest sum of a result. */
export function termsOf(layer: Layer): number {
  const g = geometryOf(layer);
  return layer.op === 'conv2dTranspose' ? (reductionLength(g) / g.inChannels) * g.outChannels : reductionLength(g);
}

/** Name of the variant of the WebAssembly core that runs the layer. */
export function variantOf(layer: Layer): string {
  const attrs = {...resolvedOf(layer), activation: 'linear', leakyreluAlpha: 0} as const;
  return layer.op === 'conv2dTranspose'
    ? selectVariant(wasmTable.ConvNDBackpropInput, attrs).name
    : selectVariant(wasmTable.ConvND, attrs).name;
}
