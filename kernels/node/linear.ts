import type {ConvGeometry} from '../../src/geometry/conv.js';
import {byFamily} from './native.js';
import type {Compute} from './native.js';
import {isPlanar} from './native_ops.js';
import type {LinearKernel} from './native_ops.js';
import {byPlanes} from './planes.js';

/** A way to compute a kernel for a geometry by ops of TensorFlow; undefined where it does not. */
export interface Way {
  readonly name: string;
  readonly of: (kernel: LinearKernel, g: ConvGeometry) => Compute | undefined;
}

/** The fastest first. */
export const WAYS: readonly Way[] = [
  {name: 'native_depthwise', of: (kernel, g) => byFamily(kernel, 'depthwise', g)},
  {name: 'native_2d', of: (kernel, g) => byFamily(kernel, 'conv2d', g)},
  {name: 'native_3d', of: (kernel, g) => isPlanar(g) ? undefined : byFamily(kernel, 'conv3d', g)},
  {name: 'planes', of: (kernel, g) => isPlanar(g) ? undefined : byPlanes(kernel, g)},
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
