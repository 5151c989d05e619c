import {KERNEL_RULES, kernelError} from '../../src/errors.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {isMostlyPadding} from '../../src/geometry/cost.js';
import {perGeometry} from '../../src/geometry/geometry_cache.js';
import {byFamily} from './op_family.js';
import type {Compute} from './op_family.js';
import {isPlanar} from './op_families.js';
import type {ConvKernel} from './op_families.js';
import {byFlippedFilter} from './flipped_filter.js';
import {byIm2col} from './im2col.js';
import {byConv3dAs2d} from './conv3d_as_2d.js';
import {byMatrixProduct} from './matrix_product.js';
import {byPaddedPhases} from './padded_phases.js';
import {byTapBlocks} from './tap_blocks.js';

/** One way to compute kernels by ops of TensorFlow; `of` is undefined for geometries that it does not compute. */
export interface NativeVariant {
  readonly name: string;
  readonly kernels: readonly ConvKernel[];
  readonly of: (kernel: ConvKernel, g: ConvGeometry) => Compute | undefined;
}

const ALL: readonly ConvKernel[] = ['ConvND', 'ConvNDBackpropInput', 'ConvNDBackpropFilter'];

/**
 * Keeps what is planned: a layer is called again and again, and planning costs as much as a small convolution. The ops of
 * TensorFlow write images with their padding, so that some are left to the portable kernels.
 */
function planned(name: string, plan: NativeVariant['of'], kernels: readonly ConvKernel[] = ALL): NativeVariant {
  const plansOf = (kernel: ConvKernel) =>
    kernels.includes(kernel) ? perGeometry(g => (isMostlyPadding(g) ? undefined : plan(kernel, g))) : () => undefined;
  const plans: {readonly [K in ConvKernel]: (g: ConvGeometry) => Compute | undefined} = {
    ConvND: plansOf('ConvND'),
    ConvNDBackpropInput: plansOf('ConvNDBackpropInput'),
    ConvNDBackpropFilter: plansOf('ConvNDBackpropFilter'),
  };
  return {name, kernels, of: (kernel, g) => plans[kernel](g)};
}

/** The fastest first. */
export const NATIVE_VARIANTS: readonly NativeVariant[] = [
  planned('matrix_product', byMatrixProduct),
  planned('im2col', (_, g) => byIm2col(g), ['ConvNDBackpropFilter']),
  planned('flipped_filter', (_, g) => byFlippedFilter(g), ['ConvNDBackpropInput']),
  planned('padded_phases', (_, g) => byPaddedPhases(g), ['ConvNDBackpropFilter']),
  planned('tap_blocks', (_, g) => byTapBlocks(g), ['ConvNDBackpropFilter']),
  planned('native_depthwise', (kernel, g) => byFamily(kernel, 'depthwise', g)),
  planned('native_2d', (kernel, g) => byFamily(kernel, 'conv2d', g)),
  planned('native_3d', (kernel, g) => (isPlanar(g) ? undefined : byFamily(kernel, 'conv3d', g))),
  planned('conv3d_as_2d', (kernel, g) => (isPlanar(g) ? undefined : byConv3dAs2d(kernel, g))),
];

/** The first variant that computes the geometry, without the portable one. */
export function fastestNative(kernel: ConvKernel, g: ConvGeometry): Compute | undefined {
  for (const {of} of NATIVE_VARIANTS) {
    const compute = of(kernel, g);
    if (compute !== undefined) return compute;
  }
  return undefined;
}

/** The same where it is known to be there. */
export function required(compute: Compute | undefined): Compute {
  if (compute === undefined) throw kernelError(KERNEL_RULES.tensorFlowOp, {op: compute});
  return compute;
}
