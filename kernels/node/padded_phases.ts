import {isChannelwise} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {byFamily, byPlanarOps} from './op_family.js';
import type {Compute} from './op_family.js';
import {imageShape, isPlanar} from './op_families.js';
import {hasFiniteSum, shaped} from './plain_ops.js';
import {channelsLast, inPhases, unchanged} from './rewrite.js';
import {byTapBlocks} from './tap_blocks.js';

/*
 * The gradient by a dilated depthwise filter is fast by the phases of its images, which have to be equally long. Outputs
 * that are added for that have a dy of 0, which changes nothing where x is finite; elsewhere the grouped op computes it,
 * which takes up to seven times as long.
 */

/** The gradient by a dilated depthwise filter, where its phases are not equally long. */
export function byPaddedPhases(g: ConvGeometry): Compute | undefined {
  if (!isPlanar(g) || !isChannelwise(g)) return undefined;
  const last = channelsLast(unchanged(g, 2));
  const p = inPhases(last, 'any');
  if (p === undefined || inPhases(last, 'equal') !== undefined) return undefined;
  const compute = byTapBlocks(p.geometry) ?? byPlanarOps('ConvNDBackpropFilter', p.geometry);
  const exact = byFamily('ConvNDBackpropFilter', 'conv2d', g);
  if (compute === undefined || exact === undefined) return undefined;
  const shapes = {x: imageShape(g, 2, 'x'), y: imageShape(g, 2, 'y')};
  return (tf, [x, dy]) => {
    const filter = compute(tf, [p.x.to(tf, shaped(tf, x, shapes.x)), p.y.to(tf, shaped(tf, dy, shapes.y))]);
    return hasFiniteSum(tf, filter) ? filter : exact(tf, [x, dy]);
  };
}
