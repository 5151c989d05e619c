import {windowSize} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';
import {product, xShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {byPlanarOps} from './native.js';
import type {Compute} from './native.js';
import {imageShape, isChannelwise, isPlanar} from './native_ops.js';
import {channelsLast, fitted, inPhases, problemOf} from './problem.js';
import {byTapBlocks} from './tap_blocks.js';
import {runOp, shaped, sliced} from './plain_ops.js';

/*
 * The gradient by a dilated depthwise filter is fast by the phases of its images, which have to be equally long. It is
 * the sum of what the outputs give, so that those that are left over can be taken apart from the others.
 */

/** Outputs of an axis, of stride 1. */
interface Range {
  readonly begin: number;
  readonly length: number;
}

/** Those of an axis whose phases are equally long, and those that are left over. */
function rangesOf({output, dilation}: AxisGeometry): [equal: Range, rest: Range] {
  const rest = output % dilation;
  return [{begin: 0, length: output - rest}, {begin: output - rest, length: rest}];
}

const rangeOf = (axis: AxisGeometry, {length}: Range): AxisGeometry =>
    ({...axis, output: length, input: length - 1 + windowSize(axis)});

/** The gradient by a filter from some of the outputs, given everything. */
function planOf(g: ConvGeometry, row: Range, column: Range): Compute | undefined {
  const [depth, height, width] = g.axes;
  const part: ConvGeometry = {...g, axes: [depth, rangeOf(height, row), rangeOf(width, column)]};
  const compute = byTapBlocks(part) ?? byPlanarOps('ConvNDBackpropFilter', part);
  const begin = [0, row.begin, column.begin, 0];
  const shapes = {x: imageShape(part, 2, 'x'), y: imageShape(part, 2, 'y')};
  const filter = [height.kernel, width.kernel, g.outChannels];
  return compute && ((tf, [x, dy]) =>
      shaped(tf, compute(tf, [sliced(tf, x, begin, shapes.x), sliced(tf, dy, begin, shapes.y)]), filter));
}

/** Elements of x below which one grouped convolution, slow as it is, takes less time than the ops of three parts. */
const SMALL = 2 ** 16;

/** The gradient by a dilated depthwise filter, where its phases are not equally long. */
export function byOutputParts(g: ConvGeometry): Compute | undefined {
  if (!isPlanar(g) || !isChannelwise(g) || product(xShape(g)) < SMALL) return undefined;
  const p = fitted(channelsLast(problemOf(g, 2)));
  if (inPhases(p, 'any') === undefined || inPhases(p, 'equal') !== undefined) return undefined;
  const [, height, width] = p.geometry.axes;
  const [[rows, lastRows], [columns, lastColumns]] = [rangesOf(height), rangesOf(width)];
  if (rows.length === 0 || columns.length === 0) return undefined;
  const parts = [[rows, columns], [lastRows, {begin: 0, length: width.output}], [rows, lastColumns]] as const;
  const wanted = parts.filter(([row, column]) => row.length > 0 && column.length > 0);
  const plans = wanted.map(([row, column]) => planOf(p.geometry, row, column)).filter(plan => plan !== undefined);
  if (plans.length < wanted.length) return undefined;
  const shapes = {x: imageShape(g, 2, 'x'), y: imageShape(g, 2, 'y')};
  return (tf, [x, dy]) => {
    const [source, upstream] = [p.x.to(tf, shaped(tf, x, shapes.x)), p.y.to(tf, shaped(tf, dy, shapes.y))];
    return runOp(tf, 'AddN', plans.map(plan => plan(tf, [source, upstream])), {N: plans.length});
  };
}
