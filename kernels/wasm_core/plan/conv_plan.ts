import {
  ACTIVATION,
  BLOCK_FLOATS,
  F32,
  FORWARD_DEPTH,
  FORWARD_MC,
  GRADIENT_DEPTH,
  GRADIENT_MC,
  IN_PLACE_DEPTH,
  IN_PLACE_MC,
  MC_STEP,
} from '../generated/layout.js';
import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../../src/geometry/taps.js';
import type {Activation} from '../../../src/geometry/options.js';

/*
 * What the core computes at a time: a tap plan with the strides of its images, cut into blocks.
 */

export {F32};

/** The end of the parts that a plan is computed in, beyond the last. */
export const ALL = 2 ** 31 - 1;

/** A channels-last image: its strides in bytes. */
export interface Image {
  readonly batch: number;
  readonly spatial: readonly [number, number, number];
}

function image([depth, height, width]: readonly number[], channels: number): Image {
  const pixel = channels * F32;
  return {batch: depth * height * width * pixel, spatial: [height * width * pixel, width * pixel, pixel]};
}

/** x, or its gradient, channels last. */
export const xImage = (g: ConvGeometry): Image => image(spatialSizes(g, 'input'), g.inChannels);

/** y, or its gradient, channels last. */
export const yImage = (g: ConvGeometry): Image => image(spatialSizes(g, 'output'), g.outChannels);

/** Bias, activation and slopes of a result; pointers are 0 where there is nothing. */
export interface Epilogue {
  readonly bias: number;
  readonly activation: Activation;
  /** One slope, or one per channel. */
  readonly slopes: number;
  readonly slopePerChannel: boolean;
}

export const NO_EPILOGUE: Epilogue = {bias: 0, activation: 'linear', slopes: 0, slopePerChannel: false};

/** Numbers of the activations (assembly/shared/activation.ts). */
export const ACTIVATION_NUMBERS: {readonly [A in Activation]: number} = {
  linear: ACTIVATION.LINEAR,
  relu: ACTIVATION.RELU,
  relu6: ACTIVATION.RELU6,
  elu: ACTIVATION.ELU,
  sigmoid: ACTIVATION.SIGMOID,
  leakyrelu: ACTIVATION.LEAKY,
  prelu: ACTIVATION.LEAKY,
};

/** A tap plan and what it runs on, but for the addresses. Channels are those of a group in the source and in the result. */
export interface ConvPlan {
  readonly plan: TapPlan;
  readonly batch: number;
  readonly groups: number;
  readonly groupInChannels: number;
  readonly groupOutChannels: number;
  readonly source: Image;
  readonly result: Image;
  /** How the blocks are cut. Default FORWARD_BLOCKS. */
  readonly blocks?: BlockSizes;
  /** Those taps in the filter, where the core needs them: to pack a filter, or to write its gradient. Default none. */
  readonly taps?: readonly number[];
}

/** Depth up to which lines of taps are gathered together, and most rows of a block. */
export interface BlockSizes {
  readonly depth: number;
  readonly rows: number;
}

const FORWARD_BLOCKS: BlockSizes = {depth: FORWARD_DEPTH, rows: FORWARD_MC};
export const BACKPROP_FILTER_BLOCKS: BlockSizes = {depth: GRADIENT_DEPTH, rows: GRADIENT_MC};

export const isDense = ({source}: AxisTaps): boolean => source.every((position, n) => position === source[0] + n);

/** Whether result t of an axis is source t. */
const passesThrough = ({count, sourceSize, sourceStep, source}: AxisTaps): boolean =>
  source.length === 1 && source[0] === 0 && sourceStep === 1 && count === sourceSize;

const isPointwise = (plan: TapPlan): boolean => plan.every(passesThrough);

/** The same plan with the batch elements of a 1x1 convolution as planes of one, so that blocks reach across them. */
export function withJoinedBatch(conv: ConvPlan): ConvPlan {
  const {
    batch,
    plan,
    plan: [depth, height, width],
    result,
  } = conv;
  // Results of a phase may be spaced otherwise than batch elements.
  const even = depth.count * depth.step * result.spatial[0] === result.batch;
  if (batch === 1 || !isPointwise(plan) || !even) return conv;
  const planes = batch * depth.count;
  return {...conv, batch: 1, plan: [{...depth, count: planes, sourceSize: planes}, height, width]};
}

/** How many taps a plan has. */
export const tapCount = (plan: TapPlan): number => product(plan.map(({source}) => source.length));

/** The size of the blocks that a plan is computed in. */
export function blocking({plan, groupInChannels, blocks = FORWARD_BLOCKS}: ConvPlan): {
  pointwise: boolean;
  rows: number;
  lines: number;
} {
  const [depth, height, width] = plan;
  const pointwise = isPointwise(plan);
  const lineDepth = Math.max(1, width.source.length * groupInChannels);
  const lines = Math.max(1, Math.min(depth.source.length * height.source.length, Math.floor(blocks.depth / lineDepth)));
  const rows = Math.floor(BLOCK_FLOATS / (lines * lineDepth) / MC_STEP) * MC_STEP;
  // Spaced results of a short sum: a line at a time is written in place.
  const spaced = plan.some(({step}) => step > 1) && tapCount(plan) * groupInChannels <= IN_PLACE_DEPTH;
  if (spaced && width.count >= MC_STEP && width.count <= IN_PLACE_MC) return {pointwise, lines, rows: width.count};
  return {pointwise, lines, rows: Math.max(MC_STEP, Math.min(blocks.rows, rows))};
}

/** An axis with its taps in the order of what they read. */
function ascendingAxis(axis: AxisTaps): AxisTaps {
  const order = axis.source.map((_, n) => n).sort((a, b) => axis.source[a] - axis.source[b]);
  return {...axis, kernel: order.map(n => axis.kernel[n]), source: order.map(n => axis.source[n])};
}

/** A plan whose taps are in the order of what they read: those of an input gradient come the other way round. */
export const ascending = ([depth, height, width]: TapPlan): TapPlan => [
  ascendingAxis(depth),
  ascendingAxis(height),
  ascendingAxis(width),
];
