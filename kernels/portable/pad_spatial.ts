import {pad, reshape} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

export type Padding = readonly [before: number, after: number];

const isPadded = (pads: readonly Padding[]): boolean => pads.some(([before, after]) => before + after > 0);

/**
 * Pads the spatial axes of [batch, depth, height, width, channels] with zeros: the depth by itself, then both others, as
 * the webgl backend pads no tensor of rank 5.
 */
export function padSpatial(t: Tensor, [depth, height, width]: readonly Padding[]): Tensor {
  const [batch, d, h, w, channels]: readonly number[] = t.shape;
  const deep = isPadded([depth]) ? pad(reshape(t, [batch, d, h * w * channels]), [[0, 0], [...depth], [0, 0]]) : t;
  const planes = depth[0] + d + depth[1];
  if (!isPadded([height, width])) return reshape(deep, [batch, planes, h, w, channels]);
  const flat = reshape(deep, [batch * planes, h, w, channels]);
  const padded = pad(flat, [[0, 0], [...height], [...width], [0, 0]]);
  return reshape(padded, [batch, planes, ...padded.shape.slice(1)]);
}
