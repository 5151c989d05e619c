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

/** Geometries that are kept with what was planned for them: those of the layers of some models. */
const MAX_PLANS = 1000;

/** Geometries as text, as long as they live: a kernel asks more than once. */
const texts = new WeakMap<ConvGeometry, string>();

function textOf(g: ConvGeometry): string {
  const text = texts.get(g) ?? JSON.stringify(g);
  texts.set(g, text);
  return text;
}

/** Keeps what is planned: a layer is called again and again, and planning costs as much as a small convolution. */
function planned(name: string, plan: Way['of']): Way {
  const plans = new Map<string, Compute | undefined>();
  return {
    name,
    of: (kernel, g) => {
      const key = `${kernel} ${textOf(g)}`;
      if (plans.has(key)) return plans.get(key);
      if (plans.size === MAX_PLANS) plans.clear();
      const compute = plan(kernel, g);
      plans.set(key, compute);
      return compute;
    },
  };
}

/** The fastest first. */
export const WAYS: readonly Way[] = [
  planned('native_depthwise', (kernel, g) => byFamily(kernel, 'depthwise', g)),
  planned('native_2d', (kernel, g) => byFamily(kernel, 'conv2d', g)),
  planned('native_3d', (kernel, g) => isPlanar(g) ? undefined : byFamily(kernel, 'conv3d', g)),
  planned('planes', (kernel, g) => isPlanar(g) ? undefined : byPlanes(kernel, g)),
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
