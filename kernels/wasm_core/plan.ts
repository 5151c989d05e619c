import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';
import type {Activation} from '../../src/geometry/options.js';

/*
 * Geometry as the core reads it: structures of 32-bit numbers (see assembly/plan.ts, whose order of fields this is).
 */

export const F32 = 4;

/** A channels-last image in the core's memory: its address, and strides in bytes. */
export interface Image {
  readonly pointer: number;
  readonly batch: number;
  readonly spatial: readonly [number, number, number];
}

function image(pointer: number, [depth, height, width]: readonly number[], channels: number): Image {
  const pixel = channels * F32;
  return {pointer, batch: depth * height * width * pixel, spatial: [height * width * pixel, width * pixel, pixel]};
}

/** x, or its gradient, channels last. */
export const xImage = (pointer: number, g: ConvGeometry): Image => image(pointer, spatialSizes(g, 'input'), g.inChannels);

/** y, or its gradient, channels last. */
export const yImage = (pointer: number, g: ConvGeometry): Image =>
    image(pointer, spatialSizes(g, 'output'), g.outChannels);

/** Bias, activation and slopes of a result; pointers are 0 where there is nothing. */
export interface Epilogue {
  readonly bias: number;
  readonly activation: Activation;
  /** One slope, or one per channel. */
  readonly slopes: number;
  readonly slopePerChannel: boolean;
}

export const NO_EPILOGUE: Epilogue = {bias: 0, activation: 'linear', slopes: 0, slopePerChannel: false};

/** Numbers of the activations, see assembly/activation.ts. */
export const ACTIVATION_NUMBERS: {readonly [A in Activation]: number} =
    {linear: 0, relu: 1, relu6: 2, elu: 3, sigmoid: 4, leakyrelu: 5, prelu: 5};

/** A tap plan with its operands. `channels` and `columns` are those of a group. */
export interface ConvPlan {
  readonly plan: TapPlan;
  readonly batch: number;
  readonly groups: number;
  readonly channels: number;
  readonly columns: number;
  readonly source: Image;
  readonly result: Image;
  /** Packed panels. */
  readonly filter: number;
  readonly epilogue: Epilogue;
  /** How the blocks are cut. Default FORWARD_BLOCKS. */
  readonly blocks?: BlockSizes;
}

/** Depth up to which lines of taps are gathered together, and most rows of a block. */
export interface BlockSizes {
  readonly depth: number;
  readonly rows: number;
}

export const FORWARD_BLOCKS: BlockSizes = {depth: 768, rows: 60};
/** The rows are what is summed over: more of them, so that sums are loaded and stored less often. */
export const BACKPROP_FILTER_BLOCKS: BlockSizes = {depth: 384, rows: 240};

/** Floats of a block of the left operand: 192 KiB, which stay in the L2 cache. */
const BLOCK_FLOATS = 48 * 1024;
/** A multiple of both binaries' tile rows. */
const ROWS_STEP = 30;

/** Terms of a sum up to which a copy of the results counts. */
const SHORT_SUM = 256;

const isDense = ({source}: AxisTaps): boolean => source.every((position, n) => position === source[0] + n);

/** Whether result t of an axis is source t. */
const passesThrough = ({count, sourceSize, sourceStep, source}: AxisTaps): boolean =>
    source.length === 1 && source[0] === 0 && sourceStep === 1 && count === sourceSize;

/** How many taps a plan has. */
export const tapCount = (plan: TapPlan): number => product(plan.map(({source}) => source.length));

/** The size of the blocks that a plan is computed in. */
function blocking({plan, channels, blocks = FORWARD_BLOCKS}: ConvPlan): {pointwise: boolean, rows: number, lines: number} {
  const [depth, height, width] = plan;
  const pointwise = plan.every(passesThrough);
  const lineDepth = Math.max(1, width.source.length * channels);
  const lines = Math.max(1, Math.min(depth.source.length * height.source.length, Math.floor(blocks.depth / lineDepth)));
  const rows = Math.floor(BLOCK_FLOATS / (lines * lineDepth) / ROWS_STEP) * ROWS_STEP;
  // Spaced results of a short sum: a line at a time is written in place.
  const spaced = plan.some(({step}) => step > 1) && tapCount(plan) * channels <= SHORT_SUM;
  if (spaced && width.count >= ROWS_STEP && width.count <= 240) return {pointwise, lines, rows: width.count};
  return {pointwise, lines, rows: Math.max(ROWS_STEP, Math.min(blocks.rows, rows))};
}

const CONV_FIELDS = 26;
const AXIS_FIELDS = 6;

/** Bytes of a plan in memory. */
export const planBytes = ({plan}: ConvPlan): number =>
    (CONV_FIELDS + plan.reduce((sum, {source}) => sum + AXIS_FIELDS + source.length, 0)) * 4;

/** The numbers of a plan that will stand at `pointer`, with `scratch` for its scratch memory. */
export function planWords(conv: ConvPlan, pointer: number, scratch: number): number[] {
  const {plan, batch, groups, channels, columns, source, result, filter, epilogue} = conv;
  const {pointwise, rows, lines} = blocking(conv);
  const [depth, height, width] = plan;
  let at = pointer + CONV_FIELDS * 4;
  const axes = plan.map(axis => {
    const address = at;
    at += (AXIS_FIELDS + axis.source.length) * 4;
    return address;
  });
  const start = result.pointer +
      depth.start * result.spatial[0] + height.start * result.spatial[1] + width.start * result.spatial[2];
  return [
    batch, groups, ...axes,
    channels, source.pointer, source.batch, ...source.spatial,
    columns, start, result.batch,
    depth.step * result.spatial[0], height.step * result.spatial[1], width.step * result.spatial[2],
    filter, epilogue.bias, ACTIVATION_NUMBERS[epilogue.activation], epilogue.slopes,
    epilogue.slopePerChannel ? F32 : 0, scratch, Number(pointwise), rows, lines,
    ...plan.flatMap((axis, a) => [
      axis.count, axis.sourceSize, axis.sourceStep, axis.source.length, axes[a] + AXIS_FIELDS * 4,
      Number(isDense(axis)), ...axis.source,
    ]),
  ];
}

/** An axis with its taps in the order of what they read. */
function ascendingAxis(axis: AxisTaps): AxisTaps {
  const order = axis.source.map((_, n) => n).sort((a, b) => axis.source[a] - axis.source[b]);
  return {...axis, kernel: order.map(n => axis.kernel[n]), source: order.map(n => axis.source[n])};
}

/** A plan whose taps are in the order of what they read: those of an input gradient come the other way round. */
export const ascending = ([depth, height, width]: TapPlan): TapPlan =>
    [ascendingAxis(depth), ascendingAxis(height), ascendingAxis(width)];
