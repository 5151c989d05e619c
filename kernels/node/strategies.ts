import type {ConvGeometry} from '../../src/geometry/conv.js';
import {perGeometry} from '../../src/geometry/geometry_cache.js';
import {byFamily} from './op_family.js';
import type {Compute} from './op_family.js';
import {isPlanar} from './native_ops.js';
import type {LinearKernel} from './native_ops.js';
import {byFlippedFilter} from './flipped_filter.js';
import {byPatches} from './im2col.js';
import {byPlanes} from './conv3d_as_2d.js';
import {byProduct} from './matrix_product.js';
import {byPaddedPhases} from './padded_phases.js';
import {byTapBlocks} from './tap_blocks.js';

/** A way to compute kernels by ops of TensorFlow; undefined for geometries for which it does not. */
export interface Way {
  readonly name: string;
  readonly kernels: readonly LinearKernel[];
  readonly of: (kernel: LinearKernel, g: ConvGeometry) => Compute | undefined;
}

const ALL: readonly LinearKernel[] = ['ConvND', 'ConvNDBackpropInput', 'ConvNDBackpropFilter'];

/** Keeps what is planned: a layer is called again and again, and planning costs as much as a small convolution. */
function planned(name: string, plan: Way['of'], kernels: readonly LinearKernel[] = ALL): Way {
  const plansOf = (kernel: LinearKernel) =>
    kernels.includes(kernel) ? perGeometry(g => plan(kernel, g)) : () => undefined;
  const plans: {readonly [K in LinearKernel]: (g: ConvGeometry) => Compute | undefined} = {
    ConvND: plansOf('ConvND'),
    ConvNDBackpropInput: plansOf('ConvNDBackpropInput'),
    ConvNDBackpropFilter: plansOf('ConvNDBackpropFilter'),
  };
  return {name, kernels, of: (kernel, g) => plans[kernel](g)};
}

/** The fastest first. */
export const WAYS: readonly Way[] = [
  planned('product', byProduct),
  planned('patches', (_, g) => byPatches(g), ['ConvNDBackpropFilter']),
  planned('flipped_filter', (_, g) => byFlippedFilter(g), ['ConvNDBackpropInput']),
  planned('padded_phases', (_, g) => byPaddedPhases(g), ['ConvNDBackpropFilter']),
  planned('tap_blocks', (_, g) => byTapBlocks(g), ['ConvNDBackpropFilter']),
  planned('native_depthwise', (kernel, g) => byFamily(kernel, 'depthwise', g)),
  planned('native_2d', (kernel, g) => byFamily(kernel, 'conv2d', g)),
  planned('native_3d', (kernel, g) => (isPlanar(g) ? undefined : byFamily(kernel, 'conv3d', g))),
  planned('planes', (kernel, g) => (isPlanar(g) ? undefined : byPlanes(kernel, g))),
];

/** The fastest way that there is for the geometry. */
export function native(kernel: LinearKernel, g: ConvGeometry): Compute | undefined {
  for (const {of} of WAYS) {
    const compute = of(kernel, g);
    if (compute !== undefined) return compute;
  }
  return undefined;
}

/** The same where it is known to be there. */
export function required(compute: Compute | undefined): Compute {
  if (compute === undefined) throw new Error('tfjs-conv: no op of TensorFlow computes this');
  return compute;
}
