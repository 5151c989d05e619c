import type {AxisGeometry} from '../../src/geometry/axis.js';
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

/** What was planned for a geometry, by kernel and way. */
type Plans = Map<string, Compute | undefined>;

/** Geometries that are kept with their plans: those of the layers of some models. */
const MAX_GEOMETRIES = 1000;
const plansByText = new Map<string, Plans>();
/** A kernel asks more than once about the same geometry. */
const plansByGeometry = new WeakMap<ConvGeometry, Plans>();

const axisText = ({input, kernel, output, stride, dilation, padBefore}: AxisGeometry): string =>
    `${input},${kernel},${output},${stride},${dilation},${padBefore}`;

/** All that a plan depends on. What is padded behind an axis follows from its output. */
const textOf = ({batch, groups, inChannels, outChannels, channelsLast, axes: [depth, height, width]}: ConvGeometry): string =>
    `${batch},${groups},${inChannels},${outChannels},${channelsLast};${axisText(depth)};${axisText(height)};${axisText(width)}`;

function plansOf(g: ConvGeometry): Plans {
  const known = plansByGeometry.get(g);
  if (known !== undefined) return known;
  const text = textOf(g);
  const plans: Plans = plansByText.get(text) ?? new Map();
  if (plansByText.size === MAX_GEOMETRIES) plansByText.clear();
  plansByText.set(text, plans);
  plansByGeometry.set(g, plans);
  return plans;
}

/** Keeps what is planned: a layer is called again and again, and planning costs as much as a small convolution. */
const planned = (name: string, plan: Way['of']): Way => ({
  name,
  of: (kernel, g) => {
    const plans = plansOf(g);
    const key = `${kernel} ${name}`;
    const known = plans.get(key);
    if (known !== undefined || plans.has(key)) return known;
    const compute = plan(kernel, g);
    plans.set(key, compute);
    return compute;
  },
});

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
