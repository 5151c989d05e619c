import type {AxisGeometry} from '../../src/geometry/axis.js';
import {windowSize} from '../../src/geometry/axis.js';
import {filterShape, isChannelwise, isOneToOne, product, spatialSizes, xShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {multiplications} from '../../src/geometry/cost.js';
import {byPlanarOps, isFirstLine} from './op_family.js';
import type {Compute} from './op_family.js';
import {imageShape, isPlanar, isStrided} from './op_families.js';
import {byMatrixProduct} from './matrix_product.js';
import {channelsLast, fitted, inPhases, isDilated, unchanged} from './rewrite.js';
import {concatenated, shaped, sliced} from './plain_ops.js';
import {
  DEPTHWISE_GRADIENT,
  LONG_KERNEL,
  LONG_KERNEL_MULTIPLICATIONS,
  LONG_KERNEL_OF_FEW_CHANNELS,
  SINGLE_TAPS,
} from './thresholds.js';

/*
 * The gradient by the filter, block by block of taps: each block is the filter of a convolution of the part of x that
 * its taps read. Blocks share nothing but dy.
 */

/** Taps of an axis that are computed together. */
interface Block {
  readonly begin: number;
  readonly taps: number;
}

/** As few blocks of at most so many taps as there can be, about equally long. */
function blocksOf(kernel: number, most: number): Block[] {
  const count = Math.max(1, Math.ceil(kernel / most));
  const at = (i: number) => Math.floor((i * kernel) / count);
  return Array.from({length: count}, (_, i) => ({begin: at(i), taps: at(i + 1) - at(i)}));
}

const areSingle = (g: ConvGeometry): boolean =>
  g.groups === 1 &&
  product(xShape(g)) <= SINGLE_TAPS.elements &&
  product(spatialSizes(g, 'kernel')) <= SINGLE_TAPS.taps &&
  g.axes.every(({stride}) => stride === 1) &&
  g.axes.some(({kernel, dilation}) => kernel > 1 && dilation > 1);

function longKernel(g: ConvGeometry): number {
  const [, height, width] = g.axes;
  if (height.kernel > 1 && width.kernel > 1) return LONG_KERNEL;
  if (isFirstLine(g)) return Infinity;
  return g.inChannels <= 16 ? LONG_KERNEL_OF_FEW_CHANNELS : LONG_KERNEL;
}

/** Most rows and columns of a block. */
function mostTaps(g: ConvGeometry): [rows: number, columns: number] {
  if (isChannelwise(g)) {
    // With several filters for each channel, or strides, the op is as fast for all of them.
    const {elements, channels} = DEPTHWISE_GRADIENT;
    const isLarge = product(xShape(g)) >= elements && g.inChannels >= channels;
    const isSlow = isOneToOne(g) && !isStrided(g) && g.axes[1].kernel > 1 && isLarge;
    return [Infinity, isSlow ? DEPTHWISE_GRADIENT.columns : Infinity];
  }
  if (areSingle(g)) return [1, 1];
  if (multiplications(g) < LONG_KERNEL_MULTIPLICATIONS) return [Infinity, Infinity];
  const long = longKernel(g);
  return g.axes.some(({kernel}) => kernel >= long) ? [LONG_KERNEL - 1, LONG_KERNEL - 1] : [Infinity, Infinity];
}

const blockOf = (axis: AxisGeometry, {taps}: Block): AxisGeometry => ({
  ...axis,
  kernel: taps,
  input: (axis.output - 1) * axis.stride + windowSize({...axis, kernel: taps}),
});

/** The gradient by the taps of a block, whose part of x begins there. */
function planOf(block: ConvGeometry, begin: readonly number[]): Compute | undefined {
  const compute = byMatrixProduct('ConvNDBackpropFilter', block) ?? byPlanarOps('ConvNDBackpropFilter', block);
  const [size, shape] = [imageShape(block, 2, 'x'), filterShape(block).slice(1)];
  return compute && ((tf, [x, dy]) => shaped(tf, compute(tf, [sliced(tf, x, begin, size), dy]), shape));
}

/** The gradient by the filter, where the op for all taps at once leaves oneDNN's fast kernels. */
export function byTapBlocks(g: ConvGeometry): Compute | undefined {
  if (!isPlanar(g)) return undefined;
  const [mostRows, mostColumns] = mostTaps(g);
  if (g.axes[1].kernel <= mostRows && g.axes[2].kernel <= mostColumns) return undefined;
  const last = channelsLast(unchanged(g, 2));
  // There is no op for the gradient of a dilated depthwise filter.
  const p = isChannelwise(g) && isDilated(last) ? inPhases(last, 'equal') : fitted(last);
  if (p === undefined) return undefined;
  const [depth, height, width] = p.geometry.axes;
  const rows: Compute[][] = [];
  for (const row of blocksOf(height.kernel, mostRows)) {
    const blocks = blocksOf(width.kernel, mostColumns).map(column =>
      planOf({...p.geometry, axes: [depth, blockOf(height, row), blockOf(width, column)]}, [
        0,
        row.begin * height.dilation,
        column.begin * width.dilation,
        0,
      ]),
    );
    const computed = blocks.filter(compute => compute !== undefined);
    if (computed.length < blocks.length) return undefined;
    rows.push(computed);
  }
  const shapes = {x: imageShape(g, 2, 'x'), y: imageShape(g, 2, 'y')};
  return (tf, [x, dy]) => {
    const [source, upstream] = [p.x.to(tf, shaped(tf, x, shapes.x)), p.y.to(tf, shaped(tf, dy, shapes.y))];
    return concatenated(
      tf,
      rows.map(row =>
        concatenated(
          tf,
          row.map(compute => compute(tf, [source, upstream])),
          1,
        ),
      ),
      0,
    );
  };
}
